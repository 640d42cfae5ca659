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

// exposing is a frontend with an ingress block.
func exposing(b dynamo.Ingress) dynamo.Component {
	b.Enabled, b.Class = true, "nginx"
	return dynamo.Component{Type: dynamo.TypeFrontend, Ingress: &b, At: dynamo.Paths{
		Spec: field.NewPath("spec"), Form: convert.Form(),
	}}
}

func TestHostFaults(t *testing.T) {
	const (
		url     = "is a URL: write the name of the host alone"
		foreign = "a host has lower-case letters, digits, hyphens and dots only: choose another name"
	)
	cases := map[string]struct {
		reason  string
		ingress dynamo.Ingress
		want    []string
	}{
		"Plain":      {reason: "a name", ingress: dynamo.Ingress{Host: "chat"}},
		"Full":       {reason: "a name with dots", ingress: dynamo.Ingress{Host: "chat.example.com"}},
		"Parts":      {reason: "a name of three parts", ingress: dynamo.Ingress{Prefix: "dev-", Host: "chat", Suffix: "example.com"}},
		"Wildcard":   {reason: "all names of a domain", ingress: dynamo.Ingress{Host: "*", Suffix: "example.com"}},
		"URL":        {reason: "no host has a scheme", ingress: dynamo.Ingress{Host: "https://chat.example.com/v1"}, want: []string{`spec.ingress.host: Invalid value: "https://chat.example.com/v1": ` + url}},
		"Path":       {reason: "nor a path", ingress: dynamo.Ingress{Host: "chat/v1"}, want: []string{`spec.ingress.host: Invalid value: "chat/v1": ` + url}},
		"Port":       {reason: "nor a port", ingress: dynamo.Ingress{Host: "chat:8000"}, want: []string{`spec.ingress.host: Invalid value: "chat:8000": has a port: write the name of the host alone`}},
		"Underscore": {reason: "nor an underscore", ingress: dynamo.Ingress{Host: "chat_ui"}, want: []string{`spec.ingress.host: Invalid value: "chat_ui": ` + foreign}},
		"UpperCase":  {reason: "and Kubernetes wants lower case", ingress: dynamo.Ingress{Host: "Chat"}, want: []string{`spec.ingress.host: Invalid value: "Chat": ` + foreign}},
		"Prefix":     {reason: "of the part that has it", ingress: dynamo.Ingress{Prefix: "Dev-", Host: "chat"}, want: []string{`spec.ingress.hostPrefix: Invalid value: "Dev-": ` + foreign}},
		"Suffix":     {reason: "the dot is there already", ingress: dynamo.Ingress{Host: "chat", Suffix: ".example.com"}, want: []string{`spec.ingress.hostSuffix: Invalid value: ".example.com": begins with a dot, and stands behind one: leave it out`}},
		"EachPart": {
			reason:  "every part is named",
			ingress: dynamo.Ingress{Host: "Chat_UI", Suffix: ".example.com"},
			want: []string{
				`spec.ingress.host: Invalid value: "Chat_UI": ` + foreign,
				`spec.ingress.hostSuffix: Invalid value: ".example.com": begins with a dot, and stands behind one: leave it out`,
			},
		},
		"TwoDots": {
			reason:  "the parts are right, the whole is not",
			ingress: dynamo.Ingress{Host: "chat.", Suffix: "example.com"},
			want:    []string{`spec.ingress.host: Invalid value: "chat.": makes "chat..example.com": ` + strings.Join(validation.IsDNS1123Subdomain("chat..example.com"), ", ")},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := exposing(tc.ingress)
			var got []string
			for _, f := range HostFaults(c) {
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nHostFaults(...): -want, +got:\n%s", tc.reason, diff)
			}
			if host := Of(c, settings.Default()).Host; (len(checkHost(host)) > 0) != (len(got) > 0) {
				t.Errorf("\n%s\nthe API server says %v of host %q, and we say %v", tc.reason, checkHost(host), host, got)
			}
			c.Ingress.Enabled = false
			if off := HostFaults(c); len(off) > 0 {
				t.Errorf("want nothing of a block that is off, got %v", off)
			}
		})
	}
}

func TestHostWarnings(t *testing.T) {
	cases := map[string]struct {
		reason  string
		ingress dynamo.Ingress
		want    []string
	}{
		"Plain":  {reason: "a name gets a suffix", ingress: dynamo.Ingress{Host: "chat"}},
		"Suffix": {reason: "who gives a suffix knows", ingress: dynamo.Ingress{Host: "chat.team", Suffix: "example.com"}},
		"Fault":  {reason: "what is no host is a fault already", ingress: dynamo.Ingress{Host: "https://chat.example.com"}},
		"Doubled": {
			reason:  "who gives the suffix twice gets it twice",
			ingress: dynamo.Ingress{Host: "chat.example.com", Suffix: "example.com"},
			want:    []string{`spec.ingress.host: "chat.example.com" ends in the suffix already, and gets it once more, "chat.example.com.example.com": write host "chat"`},
		},
		"Address": {
			reason:  "an address is no name",
			ingress: dynamo.Ingress{Host: "10.0.0.1"},
			want:    []string{`spec.ingress.host: "10.0.0.1" is an address, and becomes part of a name, "10.0.0.1.local": write the name by which clients ask`},
		},
		"Full": {
			reason:  "a name that looks whole gets one, too",
			ingress: dynamo.Ingress{Host: "chat.example.com"},
			want: []string{`spec.ingress.host: "chat.example.com" is not the whole host: a dot and the suffix follow, "local" whatever the settings name, since the block has a class or a gateway of its own: ` +
				`write host "chat" and hostSuffix "example.com"`},
		},
	}
	bare := exposing(dynamo.Ingress{Host: "chat.example.com"})
	bare.Ingress.Class = ""
	want := []string{`spec.ingress.host: "chat.example.com" is not the whole host: a dot and the suffix follow, "local" unless the settings name another: ` +
		`write host "chat" and hostSuffix "example.com"`}
	if diff := cmp.Diff(want, HostWarnings(bare)); diff != "" {
		t.Errorf("a block without a class or gateway takes the settings' suffix: -want, +got:\n%s", diff)
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, HostWarnings(exposing(tc.ingress))); diff != "" {
				t.Errorf("\n%s\nHostWarnings(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
