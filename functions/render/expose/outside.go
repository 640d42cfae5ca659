package expose

import (
	"cmp"
	"fmt"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// DefaultHostSuffix follows a host for which nobody gave a domain.
const DefaultHostSuffix = "local"

// Outside is how a component is reached from outside of the cluster. The zero
// value is not at all.
type Outside struct {
	// Host is the full host name.
	Host string
	// Class of the Ingress, and the Secret of its certificate; without a class
	// there is none.
	Class, TLSSecret string
	// Gateway of the VirtualService; without one there is none.
	Gateway string

	Labels, Annotations map[string]string
}

// Of says how a component is exposed: as its own ingress block says or, without
// one, as the settings say for frontends. A block that names neither a class nor
// a gateway takes what it leaves out from the settings; one that names either
// takes nothing.
func Of(c dynamo.Component, s settings.Settings) Outside {
	switch {
	case c.Ingress == nil && c.Type == dynamo.TypeFrontend:
		return resolveBySettings(c.Graph, s.Ingress)
	case c.Ingress == nil || !c.Ingress.Enabled:
		return Outside{}
	case c.Ingress.Class == "" && c.Ingress.Gateway == "":
		return resolveByBoth(*c.Ingress, s.Ingress)
	}
	return resolveByBlock(*c.Ingress)
}

func resolveBySettings(graph string, s settings.Ingress) Outside {
	if s.Class == "" && s.Gateway == "" {
		return Outside{}
	}
	return Outside{
		Host:      makeHost(graph, s.HostSuffix),
		Class:     s.Class,
		TLSSecret: s.TLSSecret,
		Gateway:   s.Gateway,
	}
}

func resolveByBlock(b dynamo.Ingress) Outside {
	out := Outside{
		Host:        makeHost(b.Prefix+b.Host, b.Suffix),
		Class:       b.Class,
		TLSSecret:   b.TLSSecret,
		Labels:      b.Labels,
		Annotations: b.Annotations,
	}
	if b.VirtualService {
		out.Gateway = b.Gateway
	}
	return out
}

func resolveByBoth(b dynamo.Ingress, s settings.Ingress) Outside {
	b.Class, b.Gateway, b.VirtualService = s.Class, s.Gateway, true
	b.TLSSecret = cmp.Or(b.TLSSecret, s.TLSSecret)
	b.Suffix = cmp.Or(b.Suffix, s.HostSuffix)
	return resolveByBlock(b)
}

// Unused names the field of a component's ingress block that has no effect, with
// what to do about it in parentheses; empty where all of the block counts.
func Unused(c dynamo.Component, o Outside) string {
	b := c.Ingress
	switch {
	case b == nil || !b.Enabled || o.Gateway != "":
		return ""
	case b.Gateway != "":
		return fmt.Sprintf("%s (counts with %s alone: set that too)", c.At.At(dynamo.FieldGateway), c.At.Word(dynamo.FieldVirtualService))
	case o.Class == "":
		return fmt.Sprintf("%s (neither it nor the settings name a class or a gateway: give one)", c.At.At(dynamo.FieldIngress))
	case b.VirtualService:
		return fmt.Sprintf("%s (no gateway is known: give %s)", c.At.At(dynamo.FieldVirtualService), c.At.Word(dynamo.FieldGateway))
	}
	return ""
}
