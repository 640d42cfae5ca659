package expose

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// placed gives a component its name in the graph, and where it stands there.
func placed(service string) func(*dynamo.Component) {
	return func(c *dynamo.Component) {
		c.Service = service
		c.At = dynamo.Paths{Spec: field.NewPath("spec", "services").Key(service), Form: convert.Form()}
	}
}

func TestPortWarnings(t *testing.T) {
	const nowhere = "spec.services[A].ingress: leads to port 8000, which Services of frontends alone have: what asks there gets no answer; expose a component of type frontend instead"
	exposed := withBlock(dynamo.Ingress{Enabled: true, Host: "h", Class: "nginx"})
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		want   []string
	}{
		"Frontend": {reason: "a frontend serves there", c: component(placed("A"), frontend(), exposed)},
		"Silent":   {reason: "nobody exposes it", c: component(placed("A"))},
		"Off":      {reason: "nor here", c: component(placed("A"), withBlock(dynamo.Ingress{Host: "h"}))},
		"Worker":   {reason: "a worker does not", c: component(placed("A"), exposed), want: []string{nowhere}},
		"FreeType": {reason: "nor do others", c: component(placed("A"), ofType("reranker", ""), exposed), want: []string{nowhere}},
		"Picker":   {reason: "nor a picker, whatever it serves", c: component(placed("A"), ofType(dynamo.TypePicker, ""), exposed), want: []string{nowhere}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, PortWarnings(tc.c)); diff != "" {
				t.Errorf("\n%s\nPortWarnings(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSameHosts(t *testing.T) {
	at := func(service, host string) dynamo.Component {
		return component(placed(service), frontend(), withBlock(dynamo.Ingress{Enabled: true, Host: host, Class: "nginx"}))
	}
	plain := func(service string) dynamo.Component { return component(placed(service), frontend()) }
	cases := map[string]struct {
		reason   string
		all      []dynamo.Component
		settings settings.Settings
		want     []string
	}{
		"None":   {reason: "nobody exposes them", all: []dynamo.Component{plain("A"), plain("B")}},
		"One":    {reason: "a frontend alone has its host", all: []dynamo.Component{plain("A"), component(placed("W"))}, settings: site()},
		"Others": {reason: "hosts of their own", all: []dynamo.Component{at("A", "a"), at("B", "b"), plain("C")}, settings: site()},
		"Site": {
			reason: "the settings know one host of a graph", all: []dynamo.Component{plain("A"), plain("B")}, settings: routed(),
			want: []string{`spec.services[B]: is exposed at "chat.example.com", as A is, and a request reaches one of the two: give one of them annotation dynamo.fn.crossplane.io/expose: "false"`},
		},
		"OptedOut": {
			reason: "one of them is not exposed", settings: routed(),
			all: []dynamo.Component{plain("A"), component(placed("B"), frontend(), annotated(meta.AnnotationExpose, "false"))},
		},
		"Blocks": {
			reason: "two blocks may say one host", all: []dynamo.Component{at("A", "a"), at("B", "a")},
			want: []string{`spec.services[B]: is exposed at "a.local", as A is, and a request reaches one of the two: give it another host`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, SameHosts(tc.all, tc.settings)); diff != "" {
				t.Errorf("\n%s\nSameHosts(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
