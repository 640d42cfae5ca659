package component_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeWaits: until the settings of the site are known everything stays, and
// nothing is a fault: core calls again at once.
func TestComposeWaits(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   layer.In
		want   []string
	}{
		"New":     {reason: "a component without children has none", args: layertest.In(layertest.Object(t, composed)), want: []string{}},
		"Invalid": {reason: "an invalid one is not Fatal", args: layertest.In(layertest.Object(t, standalone, changes{"metadata/name": "2solo"})), want: []string{}},
		"Running": {
			reason: "what exists stays, with the replicas that are asked for",
			args:   running(t, composed, rollout(2, 2, 2, 2, "True"), changes{"spec/replicas": "5", "spec/envs": "[{name: A, value: a}]"}),
			want:   []string{"deployment/main", "service/main"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.args.Waiting = true
			out := compose(t, tc.args)
			layertest.Waits(t, tc.args, out, tc.want)
			if was, ok := tc.args.Observed["deployment/main"]; ok {
				now, _ := layertest.Objects(t, out)["deployment/main"]["spec"].(map[string]any)
				if diff := cmp.Diff(was.Spec()["template"], now["template"]); diff != "" || now["replicas"] != int64(5) {
					t.Errorf("%s\nCompose(...): want 5 replicas, got %v, of the observed template: -want, +got:\n%s", tc.reason, now["replicas"], diff)
				}
			}
		})
	}
}
