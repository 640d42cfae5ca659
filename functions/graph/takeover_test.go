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
