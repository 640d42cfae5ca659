package component_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

const lackingNodes = "spec.multinode (the cluster lacks LeaderWorkerSet of leaderworkerset.x-k8s.io/v1: install the LeaderWorkerSet controller (sigs.k8s.io/lws))"

// onNodes makes a component span two nodes.
func onNodes() changes {
	return changes{
		"spec/multinode": "{nodeCount: 2}", "spec/resources": `{limits: {gpu: "8"}}`,
		"spec/extraPodSpec/mainContainer/args": `[-m, dynamo.vllm, --tensor-parallel-size, "16"]`,
	}
}

// nodes is what the layer is told of a component on two nodes.
func nodes(t *testing.T, manifest string, answers layer.Answers) layer.In {
	t.Helper()
	in := layertest.In(layertest.Object(t, manifest, onNodes()))
	in.Answers = answers
	return in
}

func TestComposeNodes(t *testing.T) {
	type want struct {
		workload   bool
		conditions map[string]string
		message    string
	}
	waiting := with(fine, map[string]string{"Available": "False WorkloadNotReady", "DynamoComponentReady": "False ComponentNotReady"})
	cases := map[string]struct {
		reason  string
		answers layer.Answers
		want    want
	}{
		"Present":  {reason: "the cluster knows the kind", answers: answered(true, "leaderworkerset"), want: want{workload: true, conditions: waiting}},
		"Unknown":  {reason: "core has not said: nothing is composed, and nothing said", want: want{conditions: waiting}},
		"Absent":   {reason: "what is missing is named", answers: answered(false, "leaderworkerset"), want: want{conditions: with(waiting, map[string]string{"UnsupportedFields": "True FieldsIgnored"}), message: lackingNodes}},
		"OtherAPI": {reason: "an answer to something else is none", answers: answered(true, "inferencepool"), want: want{conditions: waiting}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, nodes(t, composed, tc.answers))

			keys := []string{"service/main"}
			if tc.want.workload {
				keys = []string{"leaderworkerset/main", "service/main"}
			}
			if diff := cmp.Diff(keys, layertest.Keys(out)); diff != "" {
				t.Errorf("%s: keys (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want.conditions, conditionsOf(out)); diff != "" || out.Ready {
				t.Errorf("%s: ready %t, conditions (-want, +got):\n%s", tc.reason, out.Ready, diff)
			}
			for _, c := range out.Conditions {
				if c.Type == "Available" && c.Message != tc.want.message {
					t.Errorf("%s: Available says %q, want %q", tc.reason, c.Message, tc.want.message)
				}
			}
			if _, ok := layertest.Status(t, out)["service"]; ok != tc.want.workload {
				t.Errorf("%s: status counts replicas of no workload: %v", tc.reason, layertest.Status(t, out))
			}
			need := layer.API{APIVersion: "leaderworkerset.x-k8s.io/v1", Kind: "LeaderWorkerSet"}
			if out.Needs.APIs["leaderworkerset"] != need {
				t.Errorf("%s: it asks on every run, got %v", tc.reason, out.Needs)
			}
		})
	}
}

func TestComposeNodesStatus(t *testing.T) {
	in := nodes(t, composed, answered(true, "leaderworkerset"))
	served := `{observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, conditions: [{type: Available, status: "True"}]}`
	next := layertest.Next(t, in, compose(t, in), map[string]string{"leaderworkerset/main": served})

	out := compose(t, next)

	want := layertest.Object(t, `
observedGeneration: 2
observedSpecHash: 0123456789abcdef
availableSpecHash: 0123456789abcdef
podSelector: {leaderworkerset.sigs.k8s.io/name: chat-worker-0}
service: {componentKind: LeaderWorkerSet, componentName: chat-worker-0, componentNames: [chat-worker-0], runtimeNamespace: team-chat, replicas: 2, updatedReplicas: 2, readyReplicas: 2}
`)
	got := layertest.StatusOf(t, out)
	delete(got, "conditions")
	delete(got, "settings")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status (-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff(serving, conditionsOf(out)); diff != "" || !out.Ready {
		t.Errorf("ready %t, conditions (-want, +got):\n%s", out.Ready, diff)
	}
}

// TestComposeNodesKeepsWhatRuns has answers that lapse while a LeaderWorkerSet
// runs.
func TestComposeNodesKeepsWhatRuns(t *testing.T) {
	in := nodes(t, composed, answered(true, "leaderworkerset"))
	next := layertest.Next(t, in, compose(t, in), nil)
	for name, answers := range map[string]layer.Answers{"Unknown": {}, "Absent": answered(false, "leaderworkerset")} {
		t.Run(name, func(t *testing.T) {
			next.Answers = answers
			if out := compose(t, next); !slices.Contains(layertest.Keys(out), "leaderworkerset/main") {
				t.Errorf("what runs is never dropped, got %v", layertest.Keys(out))
			}
		})
	}
}

// TestComposeNodesInPlaceOfOne is a component that moves from one node to two.
func TestComposeNodesInPlaceOfOne(t *testing.T) {
	type want struct {
		keys    []string
		lacking bool
	}
	own := []string{"service/main", "serviceaccount/discovery", "rolebinding/discovery", "configmap/wait-leader"}
	cases := map[string]struct {
		reason  string
		answers layer.Answers
		want    want
	}{
		"Present": {reason: "the one workload takes the place of the other", answers: answered(true, "leaderworkerset"), want: want{keys: append([]string{"leaderworkerset/main"}, own...)}},
		"Unknown": {reason: "until core has said so, what runs stays", want: want{keys: append([]string{"deployment/main"}, own...)}},
		"Absent":  {reason: "without anything to take its place all stays", answers: answered(false, "leaderworkerset"), want: want{keys: []string{"deployment/main", "rolebinding/discovery", "service/main", "serviceaccount/discovery"}, lacking: true}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := running(t, standalone, "", onNodes())
			in.Answers = tc.answers

			out := compose(t, in)

			if diff := cmp.Diff(tc.want.keys, layertest.Keys(out)); diff != "" {
				t.Errorf("%s: keys (-want, +got):\n%s", tc.reason, diff)
			}
			if got := strings.Contains(out.Found.Unsupported().Message, lackingNodes); got != tc.want.lacking || out.Fatal != "" {
				t.Errorf("%s: says what to install: %t, fatal %q", tc.reason, got, out.Fatal)
			}
			if got := layertest.Status(t, out)["reason"] == "NoOrchestrator"; got != (name == "Absent") {
				t.Errorf("%s: tells its graph that nothing can run it: %t", tc.reason, got)
			}
			if out.Pace != layer.PaceProgressing {
				t.Errorf("%s: looks again after %s, and nothing tells when the kind is there", tc.reason, out.Pace)
			}
		})
	}
}

func TestComposeOneNodeAsksForNothing(t *testing.T) {
	out := compose(t, layertest.In(layertest.Object(t, composed)))
	if _, ok := out.Needs.APIs["leaderworkerset"]; ok {
		t.Errorf("a component on one node needs no LeaderWorkerSet, got %v", out.Needs)
	}
}
