package graph_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// Adapters as they are observed: of the graph's own name, written by core alone
// or by an autoscaler too, and of a user.
const (
	byCore = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata:
  name: chat-worker
  resourceVersion: "41"
  annotations: {dynamo.fn.crossplane.io/graph-replicas: "2"}
  ownerReferences: [{kind: DynamoGraphDeployment, name: chat, controller: true}]
  managedFields: [{manager: apiextensions.crossplane.io/composed/abc, time: "2026-01-01T00:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}}}}]
spec: {dgdRef: {name: chat, serviceName: Worker}, replicas: 5}
`
	byAutoscaler = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata:
  name: chat-worker
  resourceVersion: "42"
  annotations: {dynamo.fn.crossplane.io/graph-replicas: "2"}
  ownerReferences: [{kind: DynamoGraphDeployment, name: chat, controller: true}]
  managedFields:
  - {manager: apiextensions.crossplane.io/composed/abc, time: "2026-01-01T00:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}}}}
  - {manager: kube-controller-manager, subresource: scale, time: "2026-01-02T00:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}}}}
spec: {dgdRef: {name: chat, serviceName: Worker}, replicas: 5}
`
	byUser = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata:
  name: mine
  creationTimestamp: "2026-01-01T00:00:00Z"
  managedFields: [{manager: kubectl, time: "2026-01-01T00:00:00Z", fieldsV1: {"f:spec": {"f:replicas": {}}}}]
spec: {dgdRef: {name: chat, serviceName: Worker}, replicas: 7}
`
)

func TestComposeAdapters(t *testing.T) {
	enabled := changes{worker + "scalingAdapter": "{enabled: true}"}
	composed := func(spec string) string {
		return `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata:
  name: chat-worker
  annotations: {dynamo.fn.crossplane.io/graph-replicas: "2", dynamo.fn.crossplane.io/serving-pods: "nvidia.com/dynamo-component=Worker,nvidia.com/dynamo-graph-deployment-name=chat"}
  labels: {nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-graph-deployment-name: chat}
spec: ` + spec
	}
	type args struct {
		changes changes
		// observed is the child of the graph, answers are all of the namespace.
		observed string
		answers  []string
		// running is the spec of the worker's component; none when empty.
		running string
	}
	type want struct {
		replicas any
		// adapter that is composed; none when empty.
		adapter  string
		version  any
		warnings string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   want
	}{
		"Off": {
			reason: "the graph decides",
			want:   want{replicas: int64(2)},
		},
		"BareBlock": {
			reason: "a bare block means off",
			args:   args{changes: changes{worker + "scalingAdapter": "{}"}},
			want:   want{replicas: int64(2)},
		},
		"New": {
			reason: "the adapter begins with what the graph says",
			args:   args{changes: enabled, answers: []string{}},
			want:   want{replicas: int64(2), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}, replicas: 2}")},
		},
		"NewWithoutReplicas": {
			reason: "which is one when it says nothing",
			args:   args{changes: changes{worker + "scalingAdapter": "{enabled: true}", worker + "replicas": ""}},
			want: want{replicas: int64(1), adapter: `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata:
  name: chat-worker
  annotations: {dynamo.fn.crossplane.io/graph-replicas: "1", dynamo.fn.crossplane.io/serving-pods: "nvidia.com/dynamo-component=Worker,nvidia.com/dynamo-graph-deployment-name=chat"}
  labels: {nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-graph-deployment-name: chat}
spec: {dgdRef: {name: chat, serviceName: Worker}, replicas: 1}`},
		},
		"OnlyCoreWrote": {
			reason: "the value is repeated, guarded against a stale read",
			args:   args{changes: enabled, observed: byCore, answers: []string{byCore}},
			want:   want{replicas: int64(5), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}, replicas: 5}"), version: "41"},
		},
		"AutoscalerWrote": {
			reason: "the field belongs to whoever wrote it",
			args:   args{changes: enabled, observed: byAutoscaler, answers: []string{byAutoscaler}},
			want:   want{replicas: int64(5), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}}")},
		},
		"UserMade": {
			reason: "an adapter of any name works",
			args:   args{answers: []string{byUser}},
			want:   want{replicas: int64(7)},
		},
		"UserMadeBeforehand": {
			reason: "one of the graph's own name is named, used and left alone",
			args: args{changes: enabled, answers: []string{`
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata: {name: chat-worker, managedFields: [{manager: kubectl, fieldsV1: {"f:spec": {"f:replicas": {}}}}]}
spec: {dgdRef: {name: chat, serviceName: Worker}, replicas: 9}`}},
			want: want{
				replicas: int64(9),
				warnings: `spec.services[Worker].scalingAdapter: scaling adapter "chat-worker" is not the graph's own: it scales the service and is left as it is; delete it to have the graph make one`,
			},
		},
		"UserMadeForAnother": {
			reason: "one of that name that scales something else is named and left alone",
			args:   args{changes: enabled, answers: []string{"{metadata: {name: chat-worker}, spec: {dgdRef: {name: other, serviceName: Decode}, replicas: 9}}", byUser}},
			want: want{
				replicas: int64(2),
				warnings: `spec.services[Worker].scalingAdapter: scaling adapter "chat-worker", which has the name of the graph's own, scales service "Decode" of graph "other": the graph makes none until it is renamed or deleted` +
					`; spec.services[Worker]: scaling adapter "mine" is ignored, since "chat-worker" scales the service: delete one of the two`,
			},
		},
		"LeftBehind": {
			reason: "one that the graph made before it was deleted without its children is taken back",
			args:   args{changes: enabled, answers: []string{changed(byAutoscaler, "ownerReferences: [{kind: DynamoGraphDeployment, name: chat, controller: true}]", "labels: {}")}},
			want:   want{replicas: int64(5), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}}")},
		},
		"NotYetObserved": {
			reason: "one that the graph made just now is its own",
			args:   args{changes: enabled, answers: []string{byCore}},
			want:   want{replicas: int64(5), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}, replicas: 5}"), version: "41"},
		},
		"OfTheGraph": {
			reason: "so is one that it controls, whatever became of its annotations",
			args:   args{changes: enabled, answers: []string{changed(byCore, `annotations: {dynamo.fn.crossplane.io/graph-replicas: "2"}`, "annotations: {}")}},
			want:   want{replicas: int64(5), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}, replicas: 5}"), version: "41"},
		},
		"OfTheOperator": {
			reason: "one that names its component, as operators since 1.5 make them, takes no second name",
			args:   args{changes: enabled, answers: []string{changed(byAutoscaler, "serviceName: Worker", "componentName: Worker")}},
			want:   want{replicas: int64(5), adapter: composed("{dgdRef: {name: chat}}")},
		},
		"OfTheOperatorObserved": {
			reason: "also once the graph has taken it over",
			args:   args{changes: enabled, observed: changed(byAutoscaler, "serviceName: Worker", "componentName: Worker")},
			want:   want{replicas: int64(5), adapter: composed("{dgdRef: {name: chat}}")},
		},
		"Lost": {
			reason: "one that was deleted, or is not back from a backup, begins with what runs",
			args:   args{changes: enabled, running: "{replicas: 5}", answers: []string{}},
			want:   want{replicas: int64(5), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}, replicas: 5}")},
		},
		"LostWhileParked": {
			reason: "zero runs, too",
			args:   args{changes: enabled, running: "{replicas: 0}", answers: []string{}},
			want:   want{replicas: int64(0), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}, replicas: 0}")},
		},
		"LostOfUnknownSize": {
			reason: "a component that says nothing leaves it to the graph",
			args:   args{changes: enabled, running: "{}", answers: []string{}},
			want:   want{replicas: int64(2), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}, replicas: 2}")},
		},
		"ScaledBehindTheComponent": {
			reason: "where the adapter exists it decides, not what runs",
			args:   args{changes: enabled, running: "{replicas: 3}", observed: byAutoscaler, answers: []string{byAutoscaler}},
			want:   want{replicas: int64(5), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}}")},
		},
		"SwitchedOff": {
			reason: "the graph's own number counts at once, though its adapter still exists",
			args:   args{running: "{replicas: 5}", observed: byAutoscaler, answers: []string{byAutoscaler}},
			want:   want{replicas: int64(2)},
		},
		"SwitchedOffInAPreview": {
			reason: "where children may name no controller",
			args:   args{running: "{replicas: 5}", observed: byAutoscaler, answers: []string{changed(byAutoscaler, "ownerReferences: [{kind: DynamoGraphDeployment, name: chat, controller: true}]", "labels: {}")}},
			want:   want{replicas: int64(2)},
		},
		"SwitchedOffAndGoing": {
			reason: "also while its adapter is still being deleted",
			args:   args{running: "{replicas: 2}", answers: []string{byAutoscaler}},
			want:   want{replicas: int64(2)},
		},
		"SwitchedOffBesideUsers": {
			reason: "or that of a user's adapter",
			args:   args{running: "{replicas: 5}", observed: byAutoscaler, answers: []string{byAutoscaler, byUser}},
			want:   want{replicas: int64(7)},
		},
		"OfAnotherComposite": {
			reason: "one of that name that another composite made is a user's",
			args:   args{answers: []string{changed(byAutoscaler, "kind: DynamoGraphDeployment, name: chat", "kind: Platform, name: chat")}},
			want:   want{replicas: int64(5)},
		},
		"OfAnotherService": {
			reason: "adapters of other services and graphs are theirs",
			args: args{answers: []string{
				"{metadata: {name: a}, spec: {dgdRef: {name: chat, serviceName: Frontend}, replicas: 7}}",
				"{metadata: {name: b}, spec: {dgdRef: {name: other, serviceName: Worker}, replicas: 7}}",
			}},
			want: want{replicas: int64(2)},
		},
		"Two": {
			reason: "the composed one wins",
			args:   args{changes: enabled, observed: byAutoscaler, answers: []string{byUser, byAutoscaler}},
			want: want{
				replicas: int64(5), adapter: composed("{dgdRef: {name: chat, serviceName: Worker}}"),
				warnings: `spec.services[Worker]: scaling adapter "mine" is ignored, since "chat-worker" scales the service: delete one of the two`,
			},
		},
		"TwoOfUsers": {
			reason: "the older one wins",
			args:   args{answers: []string{"{metadata: {name: late, creationTimestamp: \"2026-01-02T00:00:00Z\"}, spec: {dgdRef: {name: chat, serviceName: Worker}, replicas: 1}}", byUser}},
			want: want{
				replicas: int64(7),
				warnings: `spec.services[Worker]: scaling adapter "late" is ignored, since "mine" scales the service: delete one of the two`,
			},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := in(t, tc.args.changes)
			if tc.args.observed != "" {
				in.Observed["scalingadapter/Worker"] = layer.Read(layertest.Object(t, tc.args.observed))
			}
			if tc.args.running != "" {
				in.Observed["component/Worker"] = layer.Read(layertest.Object(t, "{metadata: {name: chat-worker}}", changes{"spec": tc.args.running}))
			}
			if tc.args.answers != nil {
				all := []layer.Object{}
				for _, a := range tc.args.answers {
					all = append(all, layer.Read(layertest.Object(t, a)))
				}
				in.Answers.Objects = map[string][]layer.Object{"adapters": all}
			}

			out := compose(t, in)

			objects := layertest.Objects(t, out)
			component, _ := objects["component/Worker"]["spec"].(map[string]any)
			adapter := objects["scalingadapter/Worker"]
			metadata, _ := adapter["metadata"].(map[string]any)
			got := want{replicas: component["replicas"], version: metadata["resourceVersion"], warnings: condition(t, out, "Valid").Message}
			delete(metadata, "resourceVersion")
			wanted := tc.want
			wanted.adapter = ""
			if diff := cmp.Diff(wanted, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
			var composed map[string]any
			if tc.want.adapter != "" {
				composed = layertest.Object(t, tc.want.adapter)
			}
			if diff := cmp.Diff(composed, adapter); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want adapter, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestComposeAdapterOverrulesGraph(t *testing.T) {
	edited := changes{worker + "scalingAdapter": "{enabled: true}", worker + "replicas": "3"}
	cases := map[string]struct {
		reason string
		args   string
		want   []layer.Event
	}{
		"Edited": {
			reason: "an edit without effect is told",
			args:   byAutoscaler,
			want: []layer.Event{{
				Warning: true, Reason: "ReplicasIgnored",
				Message: `spec.services[Worker].replicas: 3 has no effect while scaling adapter "chat-worker" asks for 5: scale the adapter`,
			}},
		},
		"Told": {
			reason: "once: the adapter remembers what the graph said",
			args:   changed(byAutoscaler, `graph-replicas: "2"`, `graph-replicas: "3"`),
		},
		"SameNumber": {
			reason: "an edit to what the adapter asks for has its effect",
			args:   changed(byAutoscaler, "replicas: 5}", "replicas: 3}"),
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := in(t, edited)
			in.Observed["scalingadapter/Worker"] = layer.Read(layertest.Object(t, tc.args))
			if diff := cmp.Diff(tc.want, compose(t, in).Events); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want events, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeAdapterChangesHands says what is told when an adapter comes or goes.
func TestComposeAdapterChangesHands(t *testing.T) {
	on := changes{worker + "scalingAdapter": "{enabled: true}"}
	type args struct {
		changes  changes
		observed string
		// others are adapters of users.
		others []string
		// running are the replicas of the worker's component; none when empty.
		running string
	}
	off := func(to, by string) []layer.Event {
		return []layer.Event{{
			Warning: true, Reason: "AdapterRemoved",
			Message: "spec.services[Worker].scalingAdapter: no longer enabled: the service goes from 5 to " + to + " replicas, as " + by + " says",
		}}
	}
	cases := map[string]struct {
		reason string
		args   args
		want   []layer.Event
	}{
		"Off":           {reason: "from what to what", args: args{observed: byAutoscaler, running: "5"}, want: off("2", "spec.services[Worker].replicas")},
		"OffAndEdited":  {reason: "what the graph says now", args: args{changes: changes{worker + "replicas": "3"}, observed: byAutoscaler, running: "5"}, want: off("3", "spec.services[Worker].replicas")},
		"OffForAnother": {reason: "or who else", args: args{observed: byAutoscaler, others: []string{byUser}, running: "5"}, want: off("7", `scaling adapter "mine"`)},
		"OffAndEqual":   {reason: "nothing changes", args: args{observed: byAutoscaler, running: "2"}},
		"OffAndGone":    {reason: "once: the adapter is no child any more", args: args{others: []string{byAutoscaler}, running: "5"}},
		"OffUnbuilt":    {reason: "nothing runs", args: args{observed: byAutoscaler}},
		"New":           {reason: "it begins with what the graph says", args: args{changes: on}},
		"OnAtTheNumber": {reason: "or with the same number that runs", args: args{changes: on, running: "2"}},
		"OnAtAnother": {
			reason: "an edit that comes with the adapter has no effect either",
			args:   args{changes: on, running: "5"},
			want: []layer.Event{{
				Warning: true, Reason: "ReplicasIgnored",
				Message: `spec.services[Worker].replicas: 2 has no effect while scaling adapter "chat-worker" asks for 5: scale the adapter`,
			}},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := in(t, tc.args.changes)
			all := []layer.Object{}
			for _, o := range tc.args.others {
				all = append(all, layer.Read(layertest.Object(t, o)))
			}
			if tc.args.observed != "" {
				own := layer.Read(layertest.Object(t, tc.args.observed))
				in.Observed["scalingadapter/Worker"], all = own, append(all, own)
			}
			if tc.args.running != "" {
				in.Observed["component/Worker"] = layer.Read(layertest.Object(t, "{metadata: {name: chat-worker}}", changes{"spec/replicas": tc.args.running}))
			}
			in.Answers.Objects = map[string][]layer.Object{"adapters": all}
			if diff := cmp.Diff(tc.want, slices.DeleteFunc(compose(t, in).Events, isOfValid)); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want events, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// isOfValid says whether an event only repeats the warnings of condition Valid.
func isOfValid(e layer.Event) bool { return e.Reason == "Valid" }

func TestComposeNeeds(t *testing.T) {
	config := layer.API{APIVersion: "apiextensions.crossplane.io/v1beta1", Kind: "EnvironmentConfig"}
	want := layer.Needs{Objects: map[string]layer.Selector{
		"adapters": {
			API: layer.API{APIVersion: "nvidia.com/v1alpha1", Kind: "DynamoGraphDeploymentScalingAdapter"}, Namespace: "team",
		},
		"environmentconfig/dynamo":      {API: config, Name: "dynamo"},
		"environmentconfig/dynamo.team": {API: config, Name: "dynamo.team"},
	}}
	for name, in := range map[string]layer.In{
		"Valid": running(t), "Frozen": running(t, changes{"metadata/name": "2chat"}),
		"WaitingFrozen": waiting(running(t, changes{"metadata/name": "2chat"})),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, compose(t, in).Needs); diff != "" {
				t.Errorf("Compose(...): the needs of what exists are always the same: -want, +got:\n%s", diff)
			}
		})
	}
}
