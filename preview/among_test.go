package preview_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

const (
	scaled = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec:
  services:
    Worker: {componentType: worker, extraPodSpec: {mainContainer: {image: "example.org/dynamo:1", command: [python3, -m, dynamo.vllm]}}}
`
	mine = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata: {name: mine}
spec: {replicas: 4, dgdRef: {name: chat, serviceName: Worker}}
`
)

// TestAll renders a graph and adapters that stand beside each other: who scales
// the service, and who says so.
func TestAll(t *testing.T) {
	own := strings.Replace(scaled, "{componentType: worker", "{componentType: worker, scalingAdapter: {enabled: true}", 1)
	named := func(name string) string { return strings.Replace(mine, "mine", name, 1) }
	type want struct {
		Replicas any
		Warnings []string
		// Bound are the reasons of the adapters, in the order of the manifests.
		Bound []string
	}
	cases := map[string]struct {
		reason string
		args   []string
		held   string
		want   want
	}{
		"Alone":      {reason: "the graph decides", args: []string{scaled}, want: want{Replicas: int64(1)}},
		"Beside":     {reason: "the adapter does", args: []string{scaled, mine}, want: want{Replicas: int64(4), Bound: []string{"Bound"}}},
		"Before":     {reason: "in any order", args: []string{mine, scaled}, want: want{Replicas: int64(4), Bound: []string{"Bound"}}},
		"OwnAdapter": {reason: "the graph's own adapter counts: the other one says so, and the graph does not repeat it", args: []string{own, mine}, want: want{Replicas: int64(1), Bound: []string{"DuplicateAdapter"}}},
		"Two":        {reason: "the first by name counts, and the other one says so", args: []string{scaled, named("b"), named("a")}, want: want{Replicas: int64(4), Bound: []string{"DuplicateAdapter", "Bound"}}},
		"Held": {
			reason: "of an adapter that is no manifest only the graph can tell",
			args:   []string{own}, held: mine,
			want: want{Replicas: int64(1), Warnings: []string{
				`spec.services[Worker]: scaling adapter "mine" is ignored, since "chat-worker" scales the service: delete one of the two`,
			}},
		},
		"Update": {
			reason: "a manifest counts for what the cluster holds of its object, also for those beside it",
			args:   []string{scaled, mine}, held: strings.Replace(mine, "replicas: 4", "replicas: 2", 1) + "---" + strings.Replace(scaled, "Worker", "Other", 1),
			want: want{Replicas: int64(4), Bound: []string{"Bound"}},
		},
		"OtherNamespace": {
			reason: "what is in another namespace is not beside it",
			args:   []string{scaled, strings.Replace(mine, "{name: mine}", "{name: mine, namespace: other}", 1)},
			want:   want{Replicas: int64(1), Bound: []string{"GraphNotFound"}},
		},
		"Spelt": {
			reason: "default is where manifests without a namespace go",
			args:   []string{scaled, strings.Replace(mine, "{name: mine}", "{name: mine, namespace: default}", 1)},
			want:   want{Replicas: int64(4), Bound: []string{"Bound"}},
		},
		"List": {
			reason: "what is in a list stands beside the rest",
			args:   []string{scaled, `{apiVersion: v1, kind: List, items: [` + strings.Join(strings.Fields(flow(mine)), " ") + `]}`},
			want:   want{Replicas: int64(4), Bound: []string{"Bound"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := plain().Beside(documents(t, tc.held))
			nodes, err := p.All(documents(t, strings.Join(tc.args, "\n---\n")))
			if err != nil {
				t.Fatalf("\n%s\nAll(...): %v", tc.reason, err)
			}
			got := want{}
			for _, n := range nodes {
				if n.Object["kind"] == "DynamoGraphDeployment" {
					got.Warnings = n.Result.Found.Warnings
					got.Replicas = n.Result.Children[0].Object["spec"].(map[string]any)["replicas"]
					continue
				}
				got.Bound = append(got.Bound, n.Result.Conditions[0].Reason)
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("\n%s\nAll(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// flow is the adapter's manifest as a flow mapping.
func flow(manifest string) string {
	lines := strings.Split(strings.TrimSpace(manifest), "\n")
	return "{" + strings.Join(lines, ", ") + "}"
}

// TestAllGenerated: objects whose names the API server makes are new each time,
// whatever stands beside them.
func TestAllGenerated(t *testing.T) {
	text := strings.Replace(scaled, "{name: chat}", "{generateName: chat-}", 1)
	nodes, err := plain().Beside(documents(t, text)).All(documents(t, text+"\n---\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if want := "component/Worker DynamoComponentDeployment/chat-xxxxx-worker in default"; outline(n.Result.Children, "")[0] != want {
			t.Errorf("All(...): want a component as of a graph that is created, got %v", outline(n.Result.Children, ""))
		}
		if n.Result.Conditions[0].Status == layer.True || len(n.Result.Refused) > 0 {
			t.Errorf("All(...): want a new graph, got %v, %v", n.Result.Conditions, n.Result.Refused)
		}
	}
}

func TestItems(t *testing.T) {
	a := map[string]any{"a": int64(1)}
	cases := map[string]struct {
		reason string
		args   string
		want   []map[string]any
		ok     bool
	}{
		"List":      {reason: "as kubectl get prints it", args: "{kind: List, items: [{a: 1}]}", want: []map[string]any{a}, ok: true},
		"KindList":  {reason: "as the API server sends it", args: "{kind: DynamoGraphDeploymentList, items: [{a: 1}]}", want: []map[string]any{a}, ok: true},
		"Empty":     {reason: "nothing was found", args: "{kind: List, items: []}", want: []map[string]any{}, ok: true},
		"NoObject":  {reason: "an item that is no object is one without anything", args: "{kind: List, items: [a]}", want: []map[string]any{nil}, ok: true},
		"OtherKind": {reason: "items make no list", args: "{kind: ConfigMap, items: [{a: 1}]}"},
		"NoItems":   {reason: "nor does the kind", args: "{kind: List}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, ok := preview.Items(documents(t, tc.args)[0])
			if diff := cmp.Diff(tc.want, got); diff != "" || ok != tc.ok {
				t.Errorf("\n%s\nItems(...): a list: %t, -want, +got:\n%s", tc.reason, ok, diff)
			}
		})
	}
}
