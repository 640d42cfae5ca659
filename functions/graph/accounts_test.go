package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
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
	discovery := []string{"serviceaccount/discovery", "rolebinding/discovery"}
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
				accounts: append(discovery[:2:2], "serviceaccount/planner", "rolebinding/planner"),
				picked:   map[string]bool{"Extra": false, "Frontend": false, "Worker": false},
			},
		},
		"Picker": {
			reason: "a picker picks workers, and nothing else",
			args:   changes{"spec/services/Extra": picker},
			want: want{
				accounts: append(discovery[:2:2], "serviceaccount/epp", "rolebinding/epp"),
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

// TestComposeBoundRole: a binding keeps the role that it has, and a graph whose
// settings name another one says so and stays as it is.
func TestComposeBoundRole(t *testing.T) {
	before := in(t, changes{"spec/services/Extra": "{componentType: planner, extraPodSpec: {mainContainer: {image: example.org/dynamo:1, command: [planner]}}}"})
	first := compose(t, before)
	next := layertest.Next(t, before, first, nil)
	next.Settings.PlannerClusterRole = "another"
	out := compose(t, next)
	if diff := cmp.Diff(layertest.Objects(t, first)["rolebinding/planner"], layertest.Objects(t, out)["rolebinding/planner"]); diff != "" {
		t.Errorf("the binding moved: -before, +after:\n%s", diff)
	}
	want := layer.Condition{Type: layer.TypeValid, Status: layer.True, Reason: layer.ReasonValid, Message: `RoleBinding "chat-planner" keeps ClusterRole ` +
		`"function-dynamo:planner", since a binding cannot change its role: delete it, and it is made again for ClusterRole "another"`}
	if diff := cmp.Diff(want, condition(t, out, layer.TypeValid)); diff != "" {
		t.Errorf("Compose(...): -want, +got:\n%s", diff)
	}
	delete(next.Observed, "rolebinding/planner")
	role, _ := layertest.Objects(t, compose(t, next))["rolebinding/planner"]["roleRef"].(map[string]any)
	if role["name"] != "another" {
		t.Errorf("Compose(...): want a binding that was deleted made for the new role, got %v", role)
	}
}
