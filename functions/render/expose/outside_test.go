package expose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// site exposes frontends by an Ingress and a VirtualService.
func site() settings.Settings {
	return settings.Settings{Ingress: settings.Ingress{
		Class: "nginx", TLSSecret: "site-tls", HostSuffix: "example.com", Gateway: "istio/gw",
	}}
}

// routed exposes frontends by an HTTPRoute.
func routed() settings.Settings {
	return settings.Settings{Ingress: settings.Ingress{HostSuffix: "example.com", Route: settings.Route{Name: "public", Namespace: "infra"}}}
}

func withBlock(b dynamo.Ingress) func(*dynamo.Component) {
	return func(c *dynamo.Component) { c.Ingress = &b }
}

func annotated(key, value string) func(*dynamo.Component) {
	return func(c *dynamo.Component) { c.Annotations = map[string]string{key: value} }
}

func frontend() func(*dynamo.Component) { return ofType(dynamo.TypeFrontend, "") }

func TestOf(t *testing.T) {
	labels := map[string]string{"exposed": "public"}
	cases := map[string]struct {
		reason   string
		settings settings.Settings
		c        dynamo.Component
		want     Outside
		// unused is the field that nothing comes of.
		unused string
	}{
		"Frontend":     {reason: "nobody asks for it", c: component(frontend())},
		"SiteFrontend": {reason: "the site exposes every frontend under its graph's name", settings: site(), c: component(frontend()), want: Outside{Host: "chat.example.com", Class: "nginx", TLSSecret: "site-tls", Gateway: "istio/gw"}},
		"OptedOut": {
			reason: "a frontend may stay where it is", settings: site(),
			c: component(frontend(), annotated(meta.AnnotationExpose, "false")),
		},
		"OptedIn": {
			reason: "or say that it does not want to", settings: site(),
			c:    component(frontend(), annotated(meta.AnnotationExpose, "true")),
			want: Outside{Host: "chat.example.com", Class: "nginx", TLSSecret: "site-tls", Gateway: "istio/gw"},
		},
		"OptedOutBlock": {
			reason: "its own block counts more", settings: site(),
			c:    component(frontend(), annotated(meta.AnnotationExpose, "false"), withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Class: "haproxy"})),
			want: Outside{Host: "desk.local", Class: "haproxy"},
		},
		"SiteWorker": {reason: "and nothing else", settings: site(), c: component()},
		"SiteClassOnly": {
			reason: "a class alone is enough, and hosts are local", settings: settings.Settings{Ingress: settings.Ingress{Class: "nginx"}},
			c: component(frontend()), want: Outside{Host: "chat.local", Class: "nginx"},
		},
		"SiteGatewayOnly": {
			reason: "so is a gateway", settings: settings.Settings{Ingress: settings.Ingress{Gateway: "istio/gw"}},
			c: component(frontend()), want: Outside{Host: "chat.local", Gateway: "istio/gw"},
		},
		"SiteSuffixOnly": {reason: "a suffix alone exposes nothing", settings: settings.Settings{Ingress: settings.Ingress{HostSuffix: "example.com"}}, c: component(frontend())},
		"Block": {
			reason: "a block says all by itself", settings: site(),
			c: component(frontend(), withBlock(dynamo.Ingress{
				Enabled: true, Host: "desk", Prefix: "eu-", Suffix: "travel.example", Class: "haproxy", TLSSecret: "own", Labels: labels, Annotations: labels,
			})),
			want: Outside{Host: "eu-desk.travel.example", Class: "haproxy", TLSSecret: "own", Labels: labels, Annotations: labels},
		},
		"BlockTakesNothing": {
			reason: "one that names a class takes neither certificate nor domain of the site", settings: site(),
			c:    component(frontend(), withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Class: "haproxy"})),
			want: Outside{Host: "desk.local", Class: "haproxy"},
		},
		"BlockOfWorker": {
			reason: "a block exposes a component of any type",
			c:      component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Class: "haproxy"})),
			want:   Outside{Host: "desk.local", Class: "haproxy"},
		},
		"BlockGateway": {
			reason: "a gateway without a class is a VirtualService alone", settings: site(),
			c:    component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk", VirtualService: true, Gateway: "a/b"})),
			want: Outside{Host: "desk.local", Gateway: "a/b"},
		},
		"BlockBoth": {
			reason: "both are both",
			c:      component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Class: "haproxy", VirtualService: true, Gateway: "a/b"})),
			want:   Outside{Host: "desk.local", Class: "haproxy", Gateway: "a/b"},
		},
		"BlockGatewayUnused": {
			reason: "a gateway is used where the block asks for it",
			c:      component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Class: "haproxy", Gateway: "a/b"})),
			want:   Outside{Host: "desk.local", Class: "haproxy"}, unused: "spec.ingress.virtualServiceGateway",
		},
		"BlockGatewayUnusedAlone": {
			reason: "then nothing comes of the block, and what is missing is not a gateway", settings: site(),
			c:    component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Gateway: "a/b"})),
			want: Outside{Host: "desk.local"}, unused: "spec.ingress.virtualServiceGateway",
		},
		"BlockWithoutGateway": {
			reason: "one that names a class takes no gateway of the site either", settings: site(),
			c:    component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Class: "haproxy", VirtualService: true})),
			want: Outside{Host: "desk.local", Class: "haproxy"}, unused: "spec.ingress.useVirtualService",
		},
		"BareBlock": {
			reason: "a block that only names a host falls back to the site", settings: site(),
			c:    component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Labels: labels})),
			want: Outside{Host: "desk.example.com", Class: "nginx", TLSSecret: "site-tls", Gateway: "istio/gw", Labels: labels},
		},
		"BareBlockOwnDomain": {
			reason: "what it says itself stays", settings: site(),
			c:    component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Suffix: "own.example", TLSSecret: "own"})),
			want: Outside{Host: "desk.own.example", Class: "nginx", TLSSecret: "own", Gateway: "istio/gw"},
		},
		"SiteRoute": {
			reason: "a Gateway of the Gateway API alone is enough", settings: routed(),
			c: component(frontend()), want: Outside{Host: "chat.example.com", Route: settings.Route{Name: "public", Namespace: "infra"}},
		},
		"SiteRouteOfWorker": {reason: "for frontends", settings: routed(), c: component()},
		"BareBlockRoute": {
			reason: "and for a block that only names a host, of any type", settings: routed(),
			c:    component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Labels: labels})),
			want: Outside{Host: "desk.example.com", Route: settings.Route{Name: "public", Namespace: "infra"}, Labels: labels},
		},
		"BlockTakesNoRoute": {
			reason: "one that names a class takes no Gateway of the site", settings: routed(),
			c:    component(frontend(), withBlock(dynamo.Ingress{Enabled: true, Host: "desk", Class: "haproxy"})),
			want: Outside{Host: "desk.local", Class: "haproxy"},
		},
		"RouteForVirtualService": {
			reason: "a VirtualService is asked for, and needs a gateway of Istio", settings: routed(),
			c:    component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk", VirtualService: true})),
			want: Outside{Host: "desk.example.com", Route: settings.Route{Name: "public", Namespace: "infra"}}, unused: "spec.ingress.useVirtualService",
		},
		"RouteDisabled": {
			reason: "a block that is off turns it off", settings: routed(),
			c: component(frontend(), withBlock(dynamo.Ingress{Host: "desk"})),
		},
		"BareBlockNoSite": {
			reason: "with no site either there is nothing to expose it through",
			c:      component(withBlock(dynamo.Ingress{Enabled: true, Host: "desk"})), want: Outside{Host: "desk.local"}, unused: "spec.ingress",
		},
		"Disabled": {
			reason: "a block that is off turns the site's exposure off", settings: site(),
			c: component(frontend(), withBlock(dynamo.Ingress{Host: "desk", Class: "haproxy"})),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Of(tc.c, tc.settings)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Of(...) (-want, +got):\n%s", tc.reason, diff)
			}
			unused, remedy, _ := strings.Cut(Unused(tc.c, got), " ")
			if unused != tc.unused || (remedy == "") != (tc.unused == "") {
				t.Errorf("%s: Unused(...): want %q with a remedy, got %q with %q", tc.reason, tc.unused, unused, remedy)
			}
		})
	}
}
