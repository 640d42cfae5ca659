package expose

import (
	"cmp"
	"fmt"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// DefaultHostSuffix is the domain of a host where neither the component nor the
// settings name one.
const DefaultHostSuffix = "local"

// Outside is how a component is reached from outside of the cluster. The zero value
// says that it is not.
type Outside struct {
	// Host is the full host name.
	Host string
	// Class of the Ingress, and the Secret of its certificate. Without a class
	// there is no Ingress.
	Class, TLSSecret string
	// Gateway of the VirtualService. Without one there is no VirtualService.
	Gateway string
	// Route is the Gateway of the HTTPRoute. Without a name there is no HTTPRoute.
	Route settings.Route

	Labels, Annotations map[string]string
}

// Of decides how a component is exposed: as its own ingress block says or, for a
// frontend without one, as the settings say. A block that names neither a class nor
// a gateway takes all that it leaves out from the settings, where alone a Gateway of the
// Gateway API is named. A block that names one of them takes nothing from there.
// An annotation keeps a frontend without a block from being exposed, which v1beta1 has no
// block to say with.
func Of(c dynamo.Component, s settings.Settings) Outside {
	switch {
	case c.Ingress == nil && c.Annotations[meta.AnnotationExpose] == meta.False:
		return Outside{}
	case c.Ingress == nil && c.Type == dynamo.TypeFrontend:
		return resolveBySettings(c.Graph, s.Ingress)
	case c.Ingress == nil || !c.Ingress.Enabled:
		return Outside{}
	case c.Ingress.Class == "" && c.Ingress.Gateway == "":
		return resolveByBoth(*c.Ingress, s.Ingress)
	}
	return resolveByBlock(*c.Ingress)
}

// resolveBySettings exposes a frontend that says nothing of it.
func resolveBySettings(graph string, s settings.Ingress) Outside {
	if s.Class == "" && s.Gateway == "" && s.Route.Name == "" {
		return Outside{}
	}
	return Outside{
		Host:      makeHost(graph, s.HostSuffix),
		Class:     s.Class,
		TLSSecret: s.TLSSecret,
		Gateway:   s.Gateway,
		Route:     s.Route,
	}
}

// resolveByBlock exposes a component as its ingress block alone says.
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

// resolveByBoth exposes a component as its ingress block says, and as the settings
// say where it says nothing.
func resolveByBoth(b dynamo.Ingress, s settings.Ingress) Outside {
	b.Suffix = chooseSuffix(b, s)
	b.Class, b.Gateway, b.VirtualService = s.Class, s.Gateway, true
	b.TLSSecret = cmp.Or(b.TLSSecret, s.TLSSecret)
	out := resolveByBlock(b)
	out.Route = s.Route
	return out
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
	case o.Class == "" && o.Route.Name == "":
		return fmt.Sprintf("%s (neither it nor the settings name a class or a gateway: give one)", c.At.At(dynamo.FieldIngress))
	case b.VirtualService:
		return fmt.Sprintf("%s (no gateway is known: give %s)", c.At.At(dynamo.FieldVirtualService), c.At.Word(dynamo.FieldGateway))
	}
	return ""
}
