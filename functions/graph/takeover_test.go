package graph_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestComposeBesideBindings: the bindings that the Dynamo operator made of this graph, which
// controls them, stay. Core could not write them, and would stop the graph.
func TestComposeBesideBindings(t *testing.T) {
	const image = "extraPodSpec: {mainContainer: {image: example.org/dynamo:1}}"
	names := map[string]string{"discovery": "chat-k8s-service-discovery-binding", "planner": "chat-planner", "epp": "chat-epp"}
	i := in(t, changes{
		"spec/services/Planner": "{componentType: planner, " + image + "}",
		"spec/services/Picker":  "{componentType: epp, eppConfig: {config: {plugins: []}}, " + image + "}",
	})
	i.Answers.Objects = map[string][]layer.Object{}
	for need := range compose(t, i).Needs.Objects {
		i.Answers.Objects[need] = nil
	}
	for _, name := range names {
		i.Answers.Objects["RoleBinding/"+name] = []layer.Object{layer.Read(layertest.Object(t, "{kind: RoleBinding, metadata: {name: "+name+
			", ownerReferences: [{kind: DynamoGraphDeployment, name: chat, uid: u1, controller: true}]}, roleRef: {kind: Role, name: own}}"))}
	}
	out := compose(t, i)
	valid := condition(t, out, layer.TypeValid)
	if valid.Status != layer.True {
		t.Errorf("the graph is not valid: %s", valid.Message)
	}
	for _, key := range slices.Sorted(maps.Keys(names)) {
		if slices.Contains(layertest.Keys(out), "rolebinding/"+key) {
			t.Errorf("%s: the binding is written, and cannot be", key)
		}
		if want := `RoleBinding "` + names[key] + `" exists and belongs to DynamoGraphDeployment "chat": it keeps Role "own"`; !strings.Contains(valid.Message, want) {
			t.Errorf("%s: want %q in Valid, got %q", key, want, valid.Message)
		}
	}
	accounts := []string{"serviceaccount/discovery", "serviceaccount/epp", "serviceaccount/planner"}
	got := slices.DeleteFunc(slices.Sorted(slices.Values(layertest.Keys(out))), func(key string) bool { return !strings.HasPrefix(key, "serviceaccount/") })
	if diff := cmp.Diff(accounts, got); diff != "" {
		t.Errorf("accounts are made all the same: -want, +got:\n%s", diff)
	}
}

// TestComposeUnguarded: while a graph takes over a component, no write of it may conflict.
// Core notes the component before it writes, and tries no more where a write ends it then.
func TestComposeUnguarded(t *testing.T) {
	const former = "{kind: DynamoComponentDeployment, metadata: {name: chat-worker, ownerReferences: " +
		"[{kind: DynamoGraphDeployment, name: chat, uid: u1, controller: true}]}, spec: {serviceName: Worker}}"
	cases := map[string]struct {
		reason, object string
		want           any
	}{
		"New":      {reason: "a scale of just now is not taken back", object: "{kind: Other, metadata: {name: chat-worker}}", want: "41"},
		"TakeOver": {reason: "it is, once, rather than to stop the graph for good", object: former},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			i := in(t, changes{worker + "scalingAdapter": "{enabled: true}"})
			i.Observed["scalingadapter/Worker"] = layer.Read(layertest.Object(t, byCore))
			adapter := layertest.Objects(t, compose(t, found(t, i, tc.object)))["scalingadapter/Worker"]
			metadata, _ := adapter["metadata"].(map[string]any)
			if diff := cmp.Diff(tc.want, metadata["resourceVersion"]); diff != "" {
				t.Errorf("\n%s\nCompose(...): resourceVersion of the adapter: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
