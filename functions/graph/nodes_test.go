package graph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// onNodes makes the graph's worker span two nodes.
func onNodes() changes { return changes{worker + "multinode": "{nodeCount: 2}"} }

// orchestrated is core's answer to whether the cluster has LeaderWorkerSets.
func orchestrated(there bool) layer.Answers {
	return layer.Answers{APIs: map[string]bool{"leaderworkerset": there}}
}

// countsOf are statuses of both components, which serve; the worker counts as a
// kind.
func countsOf(kind string) map[string]string {
	service := "service: {componentKind: " + kind + ", componentName: x, replicas: 1, updatedReplicas: 1}"
	return map[string]string{"component/Frontend": "{service: {componentKind: Deployment, componentName: x, replicas: 1, updatedReplicas: 1}}", "component/Worker": "{" + service + "}"}
}

func TestComposeNodes(t *testing.T) {
	type want struct {
		state   string
		reason  string
		message string
		lacking bool
	}
	const missing = "chat-frontend: NotCreated, chat-worker: NoOrchestrator (install the LeaderWorkerSet controller (sigs.k8s.io/lws))"
	none := want{"initializing", "SomeResourcesNotReady", "chat-frontend: NotCreated, chat-worker: NotCreated", false}
	cases := map[string]struct {
		reason  string
		answers layer.Answers
		want    want
	}{
		"Present": {reason: "the cluster has what runs it", answers: orchestrated(true), want: none},
		"Unknown": {reason: "core has not said: no fault", want: none},
		"Absent":  {reason: "nothing runs it, which does not pass by itself", answers: orchestrated(false), want: want{"failed", "NoOrchestrator", missing, true}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := in(t, onNodes())
			before.Answers = tc.answers

			out := compose(t, before)

			ready := condition(t, out, "ServicesReady")
			got := want{
				state: layertest.Status(t, out)["state"].(string), reason: ready.Reason, message: ready.Message,
				lacking: strings.Contains(condition(t, out, "UnsupportedFields").Message, "spec.services[Worker].multinode (the cluster lacks LeaderWorkerSet"),
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: (-want, +got):\n%s", tc.reason, diff)
			}
			keys := layertest.Keys(out)
			for _, key := range []string{"component/Frontend", "component/Worker", "configmap/wait-leader"} {
				if !slices.Contains(keys, key) {
					t.Errorf("%s: %s is composed whatever the answer is, got %v", tc.reason, key, keys)
				}
			}
			if _, ok := out.Needs.APIs["leaderworkerset"]; !ok {
				t.Errorf("%s: it asks on every run, got %v", tc.reason, out.Needs)
			}
		})
	}
}

func TestComposeNodesThatHaveRun(t *testing.T) {
	before := in(t, onNodes())
	before.Answers = orchestrated(true)
	next := layertest.Next(t, before, compose(t, before), countsOf("LeaderWorkerSet"))
	next.Answers = orchestrated(false)

	if out := compose(t, next); layertest.Status(t, out)["state"] != "pending" {
		t.Errorf("what has run proves that there is an orchestrator: got %v", layertest.Status(t, out))
	}
}

func TestComposeNodesCounts(t *testing.T) {
	before := in(t, onNodes())
	services, _ := layertest.Status(t, compose(t, before))["services"].(map[string]any)
	got, _ := services["Worker"].(map[string]any)
	if got["componentKind"] != "LeaderWorkerSet" || got["componentName"] != "chat-worker-0" {
		t.Errorf("a service that nobody has reported on has the kind that it will be, got %v", got)
	}
}

func TestComposeOneNodeHasNoScript(t *testing.T) {
	out := compose(t, in(t))
	if slices.Contains(layertest.Keys(out), "configmap/wait-leader") || len(out.Needs.APIs) > 0 {
		t.Errorf("a graph on one node each has no use for it: got %v, needs %v", layertest.Keys(out), out.Needs)
	}
}

// TestComposeNodesCollision has a service whose Service is called as the one
// that the other's LeaderWorkerSet makes.
func TestComposeNodesCollision(t *testing.T) {
	out := compose(t, in(t, onNodes(), changes{"spec/services/Worker-0": plain}))
	got := condition(t, out, "Valid")
	if got.Reason != "NameCollision" || !strings.Contains(got.Message, `"chat-worker-0"`) {
		t.Errorf("want a collision of chat-worker-0, got %v", got)
	}
}
