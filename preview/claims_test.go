package preview_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

const (
	claimed = `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeploymentClaim
metadata: {name: chat, namespace: team, labels: {cost: "7"}}
spec:
  writeConnectionSecretToRef: {name: chat}
  components:
  - {name: Frontend, type: frontend, podTemplate: {spec: {containers: [{name: main, image: example.org/d:1}]}}}
  - name: Worker
    type: worker
    podTemplate: {spec: {containers: [{name: main, image: example.org/d:1, command: [python3], args: [-m, dynamo.vllm]}]}}
`
	claimedAdapter = `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeploymentScalingAdapterClaim
metadata: {name: workers, namespace: team}
spec: {replicas: 3, dgdRef: {name: chat, componentName: Worker}}
`
	// graphOfClaim is what is there of a claim already.
	graphOfClaim = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: chat
  namespace: team
  annotations: {crossplane.io/composition-resource-name: graph/claimed}
  ownerReferences: [{apiVersion: nvidia.com/v1alpha1, kind: XDynamoGraphDeployment, name: chat-x7k2p, uid: u, controller: true}]
spec: {services: {Frontend: {componentType: frontend}}}
`
)

// tree of nodes, without the objects below components.
func tree(t *testing.T, nodes ...preview.Node) []string {
	t.Helper()
	b := &strings.Builder{}
	if err := preview.Tree(b, nodes); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(b.String()), "\n")
}

// TestClaims renders claims as they are, without a composite.
func TestClaims(t *testing.T) {
	p := preview.New(preview.Options{})
	claim := layertest.Object(t, claimed)
	nodes, err := p.All([]map[string]any{claim, layertest.Object(t, claimedAdapter)})
	if err != nil {
		t.Fatal(err)
	}
	got := tree(t, nodes...)
	if diff := cmp.Diff([]string{"DynamoGraphDeploymentClaim/chat", "└─ DynamoGraphDeployment/chat", "   ├─ DynamoComponentDeployment/chat-frontend"}, got[:3]); diff != "" {
		t.Errorf("-want tree, +got:\n%s", diff)
	}
	for _, want := range []string{"   │  ├─ Deployment/chat-worker (replicas: 3)", "DynamoGraphDeploymentScalingAdapterClaim/workers", "└─ DynamoGraphDeploymentScalingAdapter/workers"} {
		if !slices.Contains(got, want) {
			t.Errorf("the tree lacks %q: an adapter that is claimed scales a graph that is:\n%s", want, strings.Join(got, "\n"))
		}
	}
	made := preview.Composed(nodes)[0]
	metadata, _ := made["metadata"].(map[string]any)
	if diff := cmp.Diff([]any{"DynamoGraphDeployment", "team", map[string]any{"cost": "7"}}, []any{made["kind"], metadata["namespace"], metadata["labels"]}); diff != "" {
		t.Errorf("-want the graph, +got:\n%s", diff)
	}
	bound := nodes[1].Result.Children[0].Result.Conditions[0]
	if bound.Type != "Bound" || bound.Status != "True" {
		t.Errorf("want the adapter bound to the graph, got %+v", bound)
	}
}

// TestClaimsOfTakenNames tells at a claim what keeps it from being composed.
func TestClaimsOfTakenNames(t *testing.T) {
	const taken = `metadata.name: Invalid value: "chat": DynamoGraphDeployment "chat" exists and was made by somebody else: it is left as it is; delete it, or give the claim another name`
	free := layertest.Changes{"metadata/ownerReferences": "", "metadata/annotations": ""}
	cases := map[string]struct {
		reason   string
		existing map[string]any
		want     []string
	}{
		"Users":   {reason: "a graph that a user wrote is left alone", existing: layertest.Object(t, graphOfClaim, free), want: []string{taken}},
		"Own":     {reason: "what the claim has made is its own", existing: layertest.Object(t, graphOfClaim)},
		"Nothing": {reason: "the name is free"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := preview.Options{}
			if tc.existing != nil {
				o.Existing = append(o.Existing, tc.existing)
			}
			node, err := preview.New(o).Render(layertest.Object(t, claimed))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range node.Result.Found.Faults {
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want faults, +got:\n%s", tc.reason, diff)
			}
			if composes := len(node.Result.Children) > 0; composes != (tc.want == nil) {
				t.Errorf("%s: composes something: %t", tc.reason, composes)
			}
		})
	}
}

// TestComposites renders the composite behind a claim, as the engine takes it: it is in no
// namespace.
func TestComposites(t *testing.T) {
	o := layertest.Object(t, claimed, layertest.Changes{
		"kind": "XDynamoGraphDeployment", "metadata/name": "chat-x7k2p", "metadata/namespace": "", "spec/writeConnectionSecretToRef": "",
		"spec/claimRef": "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentClaim, namespace: team, name: chat}",
	})
	node, err := preview.New(preview.Options{}).Render(o)
	if err != nil {
		t.Fatal(err)
	}
	if len(node.Result.Refused) > 0 {
		t.Fatalf("refused: %v", node.Result.Refused)
	}
	want := []string{"XDynamoGraphDeployment/chat-x7k2p", "└─ DynamoGraphDeployment/chat"}
	if diff := cmp.Diff(want, tree(t, node)[:2]); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestClaimsRefused judges a claim by its own definition.
func TestClaimsRefused(t *testing.T) {
	node, err := preview.New(preview.Options{}).Render(layertest.Object(t, claimed, layertest.Changes{"spec/components": "", "spec/pvc": "[]"}))
	if err != nil {
		t.Fatal(err)
	}
	if len(node.Result.Refused) != 1 || len(node.Result.Pruned) != 1 || len(node.Result.Children) > 0 {
		t.Errorf("want one refusal and one field that is dropped, got %v, %v", node.Result.Refused, node.Result.Pruned)
	}
}
