package expose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// TestSiteHostFaults: hosts that the settings have a part in are checked, too.
func TestSiteHostFaults(t *testing.T) {
	longest := strings.Join([]string{strings.Repeat("a", 63), strings.Repeat("b", 63), strings.Repeat("c", 63), strings.Repeat("d", 51)}, ".")
	tooLong := strings.Join(validation.IsDNS1123Subdomain(strings.Repeat("a", 254)), ", ")
	name := strings.Repeat("g", 40)
	at := field.NewPath("spec")
	cases := map[string]struct {
		reason string
		kind   string
		block  *dynamo.Ingress
		site   settings.Ingress
		want   []string
	}{
		"Short":  {reason: "a host that fits", kind: dynamo.TypeFrontend, site: settings.Ingress{Class: "nginx", HostSuffix: "example.com"}},
		"Hidden": {reason: "none where nothing is exposed", kind: dynamo.TypeFrontend, site: settings.Ingress{HostSuffix: longest}},
		"Worker": {reason: "nor of what is no frontend", kind: dynamo.TypeWorker, site: settings.Ingress{Class: "nginx", HostSuffix: longest}},
		"NoBlock": {
			reason: "the name and the suffix together", kind: dynamo.TypeFrontend, site: settings.Ingress{Class: "nginx", HostSuffix: longest},
			want: []string{`spec.ingress: Invalid value: "` + name + "." + longest + `": is what ingress.hostSuffix of the settings makes of the name: ` + tooLong +
				": give a shorter host, or have the suffix corrected"},
		},
		"Route": {
			reason: "for a Gateway, too", kind: dynamo.TypeFrontend, site: settings.Ingress{Route: settings.Route{Name: "public"}, HostSuffix: longest},
			want: []string{`spec.ingress: Invalid value: "` + name + "." + longest + `": is what ingress.hostSuffix of the settings makes of the name: ` + tooLong +
				": give a shorter host, or have the suffix corrected"},
		},
		"Block": {
			reason: "a block that leaves the suffix to the settings", kind: dynamo.TypeFrontend, block: &dynamo.Ingress{Enabled: true, Host: name}, site: settings.Ingress{Class: "nginx", HostSuffix: longest},
			want: []string{`spec.ingress.host: Invalid value: "` + name + `": makes "` + name + "." + longest + `": ` + tooLong},
		},
		"OwnClass": {reason: "not one with a class of its own", kind: dynamo.TypeFrontend, block: &dynamo.Ingress{Enabled: true, Host: name, Class: "own"}, site: settings.Ingress{Class: "nginx", HostSuffix: longest}},
	}
	for test, tc := range cases {
		t.Run(test, func(t *testing.T) {
			s := settings.Settings{Ingress: tc.site}
			c := dynamo.Component{Type: tc.kind, Graph: name, Ingress: tc.block, At: dynamo.Paths{Spec: at, Form: convert.Form()}}.WithSite(s)
			var got []string
			for _, f := range HostFaults(c) {
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nHostFaults(...): -want, +got:\n%s", tc.reason, diff)
			}
			if host := Of(c, s).Host; host != "" && (len(checkHost(host)) > 0) != (len(got) > 0) {
				t.Errorf("%s\nthe API server says %v of host %q, and we say %v", tc.reason, checkHost(host), host, got)
			}
		})
	}
}
