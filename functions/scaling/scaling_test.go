package scaling

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

const adapterManifest = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata:
  name: peak
  namespace: team
  generation: 4
  creationTimestamp: "2026-02-02T10:00:00Z"
  managedFields:
  - {manager: kubectl, time: "2026-02-02T10:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}, "f:dgdRef": {}}}}
  - {manager: keda, time: "2026-02-03T11:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}}}}
spec:
  replicas: 6
  dgdRef: {name: chat, serviceName: Worker}
`

func observed(t *testing.T, manifest string, changes ...layertest.Changes) layer.Object {
	t.Helper()
	return layer.Read(layertest.Object(t, manifest, changes...))
}

// answered are answers with a graph of one service and the given adapters.
func answered(t *testing.T, adapters ...layer.Object) layer.Answers {
	t.Helper()
	graph := observed(t, `{kind: DynamoGraphDeployment, metadata: {name: chat}, spec: {services: {Worker: {componentType: worker}}}}`)
	return layer.Answers{Objects: map[string][]layer.Object{needGraph: {graph}, Need: adapters}}
}

func TestCompose(t *testing.T) {
	self := func(changes ...layertest.Changes) layer.Object { return observed(t, adapterManifest, changes...) }
	type want struct {
		Ready      bool
		Conditions []layer.Condition
		Events     int
		Status     map[string]any
	}
	bound := []layer.Condition{{Type: TypeBound, Status: layer.True, Reason: ReasonBound}}
	idle := func() map[string]any {
		return map[string]any{
			"observedGeneration": int64(4),
			"selector":           "nvidia.com/dynamo-component=Worker,nvidia.com/dynamo-graph-deployment-name=chat",
		}
	}
	with := func(more map[string]any) map[string]any {
		out := idle()
		maps.Copy(out, more)
		return out
	}
	unbound := func(reason, message string) []layer.Condition {
		return []layer.Condition{{Type: TypeBound, Status: layer.False, Reason: reason, Message: message}}
	}

	cases := map[string]struct {
		reason  string
		changes layertest.Changes
		answers layer.Answers
		want    want
	}{
		"Bound": {
			reason:  "The only adapter of a service that exists is its adapter; the first value is no scaling",
			answers: answered(t, self()),
			want:    want{Ready: true, Conditions: bound, Status: with(map[string]any{"replicas": int64(6)})},
		},
		"Scaled": {
			reason:  "The time of a change is the one that the API server noted with the last writer",
			changes: layertest.Changes{"status": `{replicas: 2, lastScaleTime: "2026-01-01T00:00:00Z"}`},
			answers: answered(t, self()),
			want: want{Ready: true, Conditions: bound, Status: with(map[string]any{
				"replicas": int64(6), "lastScaleTime": "2026-02-03T11:00:00Z",
			})},
		},
		"Unchanged": {
			reason:  "The time stays while the replicas do, whoever writes the object",
			changes: layertest.Changes{"status": `{replicas: 6, lastScaleTime: "2026-01-01T00:00:00Z"}`},
			answers: answered(t, self()),
			want: want{Ready: true, Conditions: bound, Status: with(map[string]any{
				"replicas": int64(6), "lastScaleTime": "2026-01-01T00:00:00Z",
			})},
		},
		"ParkedAtZero": {
			reason:  "Zero is a number of replicas like any other",
			changes: layertest.Changes{"spec/replicas": "0", "status": "{replicas: 6}"},
			answers: answered(t, self()),
			want: want{Ready: true, Conditions: bound, Status: with(map[string]any{
				"replicas": int64(0), "lastScaleTime": "2026-02-03T11:00:00Z",
			})},
		},
		"NoGraph": {
			reason:  "An adapter may come before its graph, and says so",
			answers: layer.Answers{Objects: map[string][]layer.Object{needGraph: {}, Need: {self()}}},
			want: want{
				Conditions: unbound(ReasonGraphNotFound, `spec.dgdRef.name: there is no DynamoGraphDeployment "chat" in the namespace`),
				Events:     1, Status: idle(),
			},
		},
		"NoService": {
			reason:  "A service that the graph does not name is named",
			changes: layertest.Changes{"spec/dgdRef/serviceName": "Wroker"},
			answers: answered(t, self()),
			want: want{
				Conditions: unbound(ReasonServiceNotFound, `spec.dgdRef.serviceName: graph "chat" has no service "Wroker"`),
				Events:     1, Status: map[string]any{
					"observedGeneration": int64(4),
					"selector":           "nvidia.com/dynamo-component=Wroker,nvidia.com/dynamo-graph-deployment-name=chat",
				},
			},
		},
		"ComposedWins": {
			reason: "The adapter that a graph composed counts, however young",
			answers: answered(t, self(), self(layertest.Changes{
				"metadata/name": "chat-worker", "metadata/creationTimestamp": `"2026-09-09T00:00:00Z"`,
				"metadata/ownerReferences": "[{controller: true, kind: DynamoGraphDeployment, name: chat}]",
			})),
			want: want{
				Conditions: unbound(ReasonDuplicateAdapter, `spec.dgdRef: service "Worker" is scaled by adapter "chat-worker" already: delete one of the two`),
				Events:     1, Status: idle(),
			},
		},
		"MadeByGraph": {
			reason: "The adapter that the graph makes counts before it exists",
			answers: layer.Answers{Objects: map[string][]layer.Object{Need: {self()}, needGraph: {
				observed(t, `{kind: DynamoGraphDeployment, metadata: {name: chat}, spec: {services: {Worker: {scalingAdapter: {enabled: true}}}}}`),
			}}},
			want: want{
				Conditions: unbound(ReasonDuplicateAdapter, `spec.dgdRef: service "Worker" is scaled by adapter "chat-worker", which its graph makes: `+
					"delete this adapter, or remove scalingAdapter from the service"),
				Events: 1, Status: idle(),
			},
		},
		"IsMadeByGraph": {
			reason:  "It is the service's, whatever stands beside it and however old that is",
			changes: layertest.Changes{"metadata/name": "chat-worker"},
			answers: layer.Answers{Objects: map[string][]layer.Object{
				Need: {self(), self(layertest.Changes{"metadata/name": "chat-worker", "metadata/creationTimestamp": `"2026-09-09T00:00:00Z"`})},
				needGraph: {
					observed(t, `{kind: DynamoGraphDeployment, metadata: {name: chat}, spec: {services: {Worker: {scalingAdapter: {enabled: true}}}}}`),
				},
			}},
			want: want{Ready: true, Conditions: bound, Status: with(map[string]any{"replicas": int64(6)})},
		},
		"NotMadeByGraph": {
			reason: "An adapter that is off is not made",
			answers: layer.Answers{Objects: map[string][]layer.Object{Need: {self()}, needGraph: {
				observed(t, `{kind: DynamoGraphDeployment, metadata: {name: chat}, spec: {services: {Worker: {scalingAdapter: {enabled: false}}}}}`),
			}}},
			want: want{Ready: true, Conditions: bound, Status: with(map[string]any{"replicas": int64(6)})},
		},
		"OlderWins": {
			reason:  "Of two that users wrote the older one counts",
			answers: answered(t, self(), self(layertest.Changes{"metadata/name": "younger", "metadata/creationTimestamp": `"2026-03-01T00:00:00Z"`})),
			want:    want{Ready: true, Conditions: bound, Status: with(map[string]any{"replicas": int64(6)})},
		},
		"OtherService": {
			reason:  "Adapters of other services do not count",
			answers: answered(t, self(), self(layertest.Changes{"metadata/name": "a", "spec/dgdRef/serviceName": "Frontend"})),
			want:    want{Ready: true, Conditions: bound, Status: with(map[string]any{"replicas": int64(6)})},
		},
		"NotAnswered": {
			reason:  "Until core has answered nothing changes: the status stays as it is",
			changes: layertest.Changes{"status": "{replicas: 2, selector: a=b}"},
			want:    want{Status: map[string]any{"replicas": int64(2), "selector": "a=b"}},
		},
		"ToldOnce": {
			reason: "An event comes with the change of the condition only",
			changes: layertest.Changes{"status": `{conditions: [{type: Bound, status: "False", reason: GraphNotFound,
				message: 'spec.dgdRef.name: there is no DynamoGraphDeployment "chat" in the namespace', lastTransitionTime: "2026-01-01T00:00:00Z"}]}`},
			answers: layer.Answers{Objects: map[string][]layer.Object{needGraph: {}, Need: {self()}}},
			want: want{
				Conditions: unbound(ReasonGraphNotFound, `spec.dgdRef.name: there is no DynamoGraphDeployment "chat" in the namespace`),
				Status:     idle(),
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			composite := layertest.Object(t, adapterManifest, tc.changes)
			in := layertest.In(composite)
			in.Self, in.Answers = layer.Read(composite), tc.answers

			out, err := Compose(in)
			if err != nil {
				t.Fatalf("Compose(...): %v", err)
			}
			got := want{Ready: out.Ready, Conditions: out.Conditions, Events: len(out.Events), Status: layertest.Status(t, out)}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nCompose(...): -want +got:\n%s", tc.reason, diff)
			}
			if len(out.Children) != 0 || out.Pace == 0 {
				t.Errorf("Compose(...): want no children and a pace, got %d children and %s", len(out.Children), out.Pace)
			}
			if diff := cmp.Diff(needsOfChat(t, composite), out.Needs); diff != "" {
				t.Errorf("needs are the same on every run: -want +got:\n%s", diff)
			}
		})
	}
}

// TestComposeOfGraph says what adapters ask for that graphs make: nothing, once their
// graph has told them which pods serve.
func TestComposeOfGraph(t *testing.T) {
	const pods = "nvidia.com/dynamo-component=Worker,nvidia.com/dynamo-graph-deployment-name=chat,role=leader"
	told := layertest.Changes{
		"metadata/annotations":     "{dynamo.fn.crossplane.io/serving-pods: '" + pods + "'}",
		"metadata/ownerReferences": "[{controller: true, kind: DynamoGraphDeployment, name: chat}]",
	}
	cases := map[string]struct {
		reason  string
		changes layertest.Changes
		want    bool
	}{
		"Told":       {reason: "it knows all that it says", want: true},
		"NotTold":    {reason: "an older function has made it: its graph knows which pods serve", changes: layertest.Changes{"metadata/annotations": "{}"}},
		"LeftBehind": {reason: "its graph went without it", changes: layertest.Changes{"metadata/ownerReferences": "[]"}},
		"OfAnother":  {reason: "it scales a service of another graph than the one that has it", changes: layertest.Changes{"metadata/ownerReferences": "[{controller: true, kind: DynamoGraphDeployment, name: other}]"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			composite := layertest.Object(t, adapterManifest, told, tc.changes)
			in := layertest.In(composite)
			in.Self = layer.Read(composite)

			out, err := Compose(in)
			if err != nil {
				t.Fatalf("Compose(...): %v", err)
			}
			if got := len(out.Needs.Objects) == 0; got != tc.want || out.Ready != tc.want {
				t.Errorf("\n%s\nCompose(...): want one that needs nothing and is bound: %t; got needs %v and ready %t", tc.reason, tc.want, out.Needs, out.Ready)
			}
			if selector := layertest.Status(t, out)["selector"]; tc.want && selector != pods {
				t.Errorf("\n%s\nCompose(...): want selector %q, got %q", tc.reason, pods, selector)
			}
		})
	}
}

func needsOfChat(t *testing.T, composite map[string]any) layer.Needs {
	t.Helper()
	api := func(kind string) layer.API { return layer.API{APIVersion: "nvidia.com/v1alpha1", Kind: kind} }
	return layer.Needs{Objects: map[string]layer.Selector{
		"adapters": {API: api("DynamoGraphDeploymentScalingAdapter"), Namespace: "team"},
		"graph":    {API: api("DynamoGraphDeployment"), Namespace: "team", Name: TargetOf(layer.Read(composite)).Graph},
	}}
}
