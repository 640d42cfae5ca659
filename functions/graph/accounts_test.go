package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeAccounts: a graph makes the accounts of its components, and marks
// those workers whose endpoints are picked.
func TestComposeAccounts(t *testing.T) {
	const (
		image   = "extraPodSpec: {mainContainer: {image: example.org/dynamo:1}}"
		planner = "{componentType: planner, " + image + "}"
		picker  = "{componentType: epp, eppConfig: {config: {plugins: []}}, " + image + "}"
	)
	type want struct {
		accounts []string
		picked   map[string]bool
	}
	discovery := []string{"serviceaccount/discovery", "role/discovery", "rolebinding/discovery"}
	cases := map[string]struct {
		reason string
		args   changes
		want   want
	}{
		"Neither": {
			reason: "nobody else needs an account",
			want:   want{accounts: discovery, picked: map[string]bool{"Frontend": false, "Worker": false}},
		},
		"Planner": {
			reason: "a planner scales",
			args:   changes{"spec/services/Extra": planner},
			want: want{
				accounts: append(discovery[:3:3], "serviceaccount/planner", "rolebinding/planner"),
				picked:   map[string]bool{"Extra": false, "Frontend": false, "Worker": false},
			},
		},
		"Picker": {
			reason: "a picker picks workers, and nothing else",
			args:   changes{"spec/services/Extra": picker},
			want: want{
				accounts: append(discovery[:3:3], "serviceaccount/epp", "rolebinding/epp"),
				picked:   map[string]bool{"Extra": false, "Frontend": false, "Worker": true},
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := want{picked: map[string]bool{}}
			out := compose(t, in(t, tc.args))
			objects := layertest.Objects(t, out)
			for _, key := range layertest.Keys(out) {
				service, ok := strings.CutPrefix(key, "component/")
				if !ok {
					got.accounts = append(got.accounts, key)
					continue
				}
				metadata, _ := objects[key]["metadata"].(map[string]any)
				labels, _ := metadata["labels"].(map[string]any)
				got.picked[service] = labels["nvidia.com/dynamo-component-class"] == "worker"
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: Compose(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
