package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeWaits: until the settings of the site are known everything stays, and
// nothing is a fault: core calls again at once.
func TestComposeWaits(t *testing.T) {
	broken := in(t)
	broken.SettingsFaults = field.ErrorList{field.Invalid(field.NewPath("input"), "Settings", "broken")}
	all := []string{"component/Frontend", "component/Worker", "rolebinding/discovery", "serviceaccount/discovery"}
	cases := map[string]struct {
		reason string
		args   layer.In
		want   []string
	}{
		"New":             {reason: "a graph without children has none", args: in(t), want: []string{}},
		"Invalid":         {reason: "an invalid one is not Fatal", args: in(t, changes{"metadata/name": "2chat"}), want: []string{}},
		"Broken":          {reason: "nor is one with broken settings", args: broken, want: []string{}},
		"Running":         {reason: "what exists stays", args: running(t), want: all},
		"RunningChanged":  {reason: "also where the graph asks for something else", args: running(t, changes{"spec/services/Worker": ""}), want: all},
		"RunningSettings": {reason: "and where settings of lower layers do", args: withEtcd(running(t)), want: all},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, waiting(tc.args))
			layertest.Waits(t, tc.args, out, tc.want)
			objects := layertest.Objects(t, out)
			for key, o := range tc.args.Observed {
				if diff := cmp.Diff(o.Spec(), objects[key]["spec"]); len(o.Spec()) > 0 && diff != "" {
					t.Errorf("%s\nCompose(...): -observed spec of %s, +got:\n%s", tc.reason, key, diff)
				}
			}
		})
	}
}

// withEtcd is the same with pods that find each other through etcd, which need no
// account.
func withEtcd(in layer.In) layer.In {
	in.Settings.DiscoveryBackend = "etcd"
	return in
}
