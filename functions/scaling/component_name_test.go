package scaling

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestTargets: an adapter names its service as either version does, and a graph has
// services or components. None of the four has to fit another.
func TestTargets(t *testing.T) {
	const single = "nvidia.com/dynamo-component=Worker,nvidia.com/dynamo-graph-deployment-name=chat"
	service, component := "{name: chat, serviceName: Worker}", "{name: chat, componentName: Worker}"
	type want struct {
		Ready    bool
		Reason   string
		Message  string
		Selector string
	}
	bound := want{Ready: true, Reason: ReasonBound, Selector: single}
	cases := map[string]struct {
		reason string
		ref    string
		graph  string
		want   want
	}{
		"ServiceOfServices":     {reason: "all of v1alpha1", ref: service, graph: "{services: {Worker: {}}}", want: bound},
		"ComponentOfServices":   {reason: "a recent adapter of an old graph", ref: component, graph: "{services: {Worker: {}}}", want: bound},
		"ServiceOfComponents":   {reason: "an old adapter of a recent graph", ref: service, graph: "{components: [{name: Other}, {name: Worker}]}", want: bound},
		"ComponentOfComponents": {reason: "all of v1beta1", ref: component, graph: "{components: [{name: Worker}]}", want: bound},
		"Nodes": {
			reason: "of a replica on several nodes the leader serves, of which a block that says nothing asks for two",
			ref:    component, graph: "{components: [{name: Worker, multinode: {}}]}",
			want: want{Ready: true, Reason: ReasonBound, Selector: single + ",role=leader"},
		},
		"NoComponent": {
			reason: "what is wrong is told at the field that the adapter has",
			ref:    component, graph: "{components: [{name: worker}]}",
			want: want{Reason: ReasonServiceNotFound, Message: `spec.dgdRef.componentName: graph "chat" has no service "Worker"`, Selector: single},
		},
		"Composed": {
			reason: "a component whose block stands has an adapter of its graph's, whatever is in it",
			ref:    component, graph: "{components: [{name: Worker, scalingAdapter: {}}]}",
			want: want{
				Reason: ReasonDuplicateAdapter, Selector: single,
				Message: `spec.dgdRef: service "Worker" is scaled by adapter "chat-worker", which its graph makes: delete this adapter, or remove scalingAdapter from the service`,
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			self := layertest.Object(t, adapterManifest, layertest.Changes{"spec/dgdRef": tc.ref})
			graph := observed(t, "{kind: DynamoGraphDeployment, metadata: {name: chat}, spec: "+tc.graph+"}")
			in := layertest.In(self)
			in.Answers = layer.Answers{Objects: map[string][]layer.Object{needGraph: {graph}, Need: {layer.Read(self)}}}
			out, err := Compose(in)
			if err != nil {
				t.Fatalf("Compose(...): %v", err)
			}
			selector, _ := layertest.Status(t, out)["selector"].(string)
			got := want{Ready: out.Ready, Reason: out.Conditions[0].Reason, Message: out.Conditions[0].Message, Selector: selector}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestOfBothNames: adapters of one service are told by both names.
func TestOfBothNames(t *testing.T) {
	adapter := func(name, ref string) layer.Object {
		return observed(t, "{metadata: {name: "+name+"}, spec: {dgdRef: "+ref+"}}")
	}
	all := []layer.Object{
		adapter("b", "{name: chat, componentName: Worker}"),
		adapter("a", "{name: chat, serviceName: Worker}"),
		adapter("c", "{name: chat, componentName: Other}"),
	}
	var got []string
	for _, o := range Of(Target{Graph: "chat", Service: "Worker"}, all) {
		got = append(got, o.Name)
	}
	if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" {
		t.Errorf("Of(...): -want, +got:\n%s", diff)
	}
}
