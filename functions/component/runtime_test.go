package component_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeRuntime: the settings say the version of runtimes of which the manifest does
// not, and nothing of others.
func TestComposeRuntime(t *testing.T) {
	const image = "spec/extraPodSpec/mainContainer/image"
	site := version.Version{Major: 1, Minor: 6}
	cases := map[string]struct {
		reason  string
		changes changes
		site    version.Version
		// want says whether workers ask their engine, as since 1.5.
		want bool
	}{
		"Unknown":  {reason: "nobody says it"},
		"Site":     {reason: "the site says it", site: site, want: true},
		"Override": {reason: "the user says it", changes: changes{"spec/runtimeVersionOverride": "1.4.0"}, site: site},
		"Tag":      {reason: "the image says it", changes: changes{image: "example.org/dynamo:1.5.0"}, want: true},
		"Both":     {reason: "the user says it before the image", changes: changes{image: "example.org/dynamo:1.4.0", "spec/runtimeVersionOverride": "1.5.0"}, want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, standalone, tc.changes))
			in.Settings.RuntimeVersion = tc.site
			text := fmt.Sprint(layertest.Objects(t, compose(t, in))["deployment/main"]["spec"])
			if diff := cmp.Diff(tc.want, strings.Contains(text, "map[name:DYN_HEALTH_CHECK_ENABLED value:true]")); diff != "" {
				t.Errorf("%s: Compose(...): whether the engine is asked (-want, +got):\n%s\n%s", tc.reason, diff, text)
			}
		})
	}
}
