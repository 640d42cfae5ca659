package expose

import (
	"fmt"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// PortWarnings tell of a component that is exposed at a port which its Service does not
// have: that is the one of frontends.
func PortWarnings(c dynamo.Component) []string {
	if c.Ingress == nil || !c.Ingress.Enabled || c.Type == dynamo.TypeFrontend {
		return nil
	}
	return []string{fmt.Sprintf("%s: leads to port %d, which Services of frontends alone have: what asks there gets no answer; expose a component of type %s instead",
		c.At.At(dynamo.FieldIngress), ports.HTTP, dynamo.TypeFrontend)}
}

// SameHosts tell of components of one graph that the settings or their own blocks expose at
// one host, where each request reaches one of them, whichever it is for.
func SameHosts(all []dynamo.Component, s settings.Settings) []string {
	var out []string
	first := map[string]string{}
	for _, c := range all {
		host := Of(c, s).Host
		if host == "" {
			continue
		}
		if other, ok := first[host]; ok {
			out = append(out, fmt.Sprintf("%s: is exposed at %q, as %s is, and a request reaches one of the two: %s",
				c.At.Spec, host, other, chooseRemedy(c)))
			continue
		}
		first[host] = c.Service
	}
	return out
}

// chooseRemedy says how a component gets away from the host of another one.
func chooseRemedy(c dynamo.Component) string {
	if c.Ingress != nil {
		return fmt.Sprintf("give it another %s", c.At.Word(dynamo.FieldHost))
	}
	return fmt.Sprintf("give one of them annotation %s: %q", meta.AnnotationExpose, meta.False)
}
