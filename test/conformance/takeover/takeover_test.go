package takeover

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/test/conformance/compare"
)

// deployment has pods with the fields given, in a namespace, beside a Service.
func deployment(t *testing.T, pods string) []map[string]any {
	t.Helper()
	out, err := compare.Objects([]byte(`
{apiVersion: v1, kind: Service, metadata: {name: chat-worker}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat-worker}
spec:
  selector: {matchLabels: {nvidia.com/selector: chat-worker}}
  template:
    metadata: {labels: {nvidia.com/selector: chat-worker}}
    spec: ` + pods))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCompare(t *testing.T) {
	type args struct{ theirs, ours string }
	const prefix = "spec.template.spec."
	cases := map[string]struct {
		reason string
		args   args
		want   []string
	}{
		"Equal": {
			reason: "Equal pods go on.",
			args:   args{theirs: "{containers: [{name: main, image: a}]}", ours: "{containers: [{name: main, image: a}]}"},
		},
		"Default": {
			reason: "Pods go on where one says what the API server makes of nothing.",
			args: args{
				theirs: "{containers: [{name: main, image: a}]}",
				ours:   "{restartPolicy: Always, containers: [{name: main, image: a, resources: {}, ports: []}]}",
			},
		},
		"Amount": {
			reason: "An amount may be written in several ways.",
			args: args{
				theirs: "{containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1, cpu: 1000m}}}]}",
				ours:   "{containers: [{name: main, resources: {limits: {nvidia.com/gpu: '1', cpu: '1'}}}]}",
			},
		},
		"MoreOfTheirs": {
			reason: "What only the operator says stays, since nobody takes it away.",
			args: args{
				theirs: "{hostNetwork: true, containers: [{name: main, env: [{name: A, value: a}, {name: B, value: b}]}]}",
				ours:   "{containers: [{name: main, env: [{name: A, value: a}]}]}",
			},
		},
		"Changed": {
			reason: "Another value starts pods anew, and so does a further item.",
			args: args{
				theirs: "{containers: [{name: main, env: [{name: A, value: a}]}]}",
				ours:   "{containers: [{name: main, env: [{name: A, value: b}, {name: B, value: b}]}]}",
			},
			want: []string{prefix + "containers[main].env[A].value", prefix + "containers[main].env[B]"},
		},
		"Words": {
			reason: "A list of words is replaced as a whole.",
			args:   args{theirs: "{containers: [{name: main, args: [a, b]}]}", ours: "{containers: [{name: main, args: [a]}]}"},
			want:   []string{prefix + "containers[main].args"},
		},
		"Order": {
			reason: "The order of ours wins, and Kubernetes takes another order for another template.",
			args: args{
				theirs: "{volumes: [{name: a}, {name: b}], containers: [{name: main}]}",
				ours:   "{volumes: [{name: b}, {name: a}], containers: [{name: main}]}",
			},
			want: []string{prefix + "volumes (order)"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var want []Change
			for _, field := range tc.want {
				want = append(want, Change{Workload: "Deployment/chat-worker", Field: field})
			}
			got, count, err := Compare(deployment(t, tc.args.theirs), deployment(t, tc.args.ours))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" || count != 1 {
				t.Errorf("%s\nCompare(): %d workloads, -want, +got:\n%s", tc.reason, count, diff)
			}
		})
	}
}

// TestCompareSets has the pods of a LeaderWorkerSet, and workloads that only one side makes.
func TestCompareSets(t *testing.T) {
	set := func(name, image string) []map[string]any {
		out, err := compare.Objects([]byte(`{apiVersion: leaderworkerset.x-k8s.io/v1, kind: LeaderWorkerSet, metadata: {name: ` + name + `},
spec: {replicas: 1, leaderWorkerTemplate: {size: 2, workerTemplate: {spec: {containers: [{name: main, image: ` + image + `}]}}}}}`))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	cases := map[string]struct {
		reason string
		ours   []map[string]any
		want   []Change
	}{
		"Changed": {
			reason: "The template of its workers counts.", ours: set("a", "other"),
			want: []Change{{Workload: "LeaderWorkerSet/a", Field: "spec.leaderWorkerTemplate.workerTemplate.spec.containers[main].image"}},
		},
		"Absent": {
			reason: "Ours has another name.", ours: set("b", "same"),
			want: []Change{{Workload: "LeaderWorkerSet/a", Field: Absent}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, _, err := Compare(set("a", "same"), tc.ours)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nCompare(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
