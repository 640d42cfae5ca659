package pod_test

import (
	"strings"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// TestSiteSizes: sizes may stand in variables of the site, as in any other of the container.
func TestSiteSizes(t *testing.T) {
	given := podtest.Spanning("dynamo.vllm", "--tensor-parallel-size", "$(TP)")
	site := func(size string) settings.Settings {
		return sited(settings.PodDefaults{Env: podtest.Env("TP", size)})
	}
	cases := map[string]struct {
		reason string
		site   settings.Settings
		more   podtest.Option
		want   bool
	}{
		"Unset": {reason: "one that nobody sets is not read"},
		"Site":  {reason: "the site's", site: site("16"), want: true},
		"User":  {reason: "the user's over it", site: site("8"), more: podtest.ServiceEnv("TP", "16"), want: true},
		"Small": {reason: "which may be too small for two nodes", site: site("16"), more: podtest.ServiceEnv("TP", "8")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := []podtest.Option{given, func(c *dynamo.Component) { *c = c.WithSite(tc.site) }}
			if tc.more != nil {
				options = append(options, tc.more)
			}
			main := renderNode(t, tc.site, dynamo.RoleLeader, options...).Spec.Containers[0]
			if got := strings.Contains(strings.Join(main.Args, " "), "--nnodes 2"); got != tc.want {
				t.Errorf("%s: want flags %t, got %q", tc.reason, tc.want, main.Args)
			}
			if warnings := podtest.Warnings(t, options...); len(warnings) > 0 == tc.want {
				t.Errorf("%s: Warnings(...): want some %t, got %q", tc.reason, !tc.want, warnings)
			}
		})
	}
}
