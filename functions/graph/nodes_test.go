package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// onNodes makes the graph's worker span two nodes.
func onNodes() changes { return changes{worker + "multinode": "{nodeCount: 2}"} }

func TestComposeNodes(t *testing.T) {
	type want struct {
		state   string
		reason  string
		message string
		lacking string
	}
	const missing = "chat-frontend: PodsNotReady, chat-worker: NoOrchestrator (install the LeaderWorkerSet controller (sigs.k8s.io/lws))"
	waiting := want{"pending", "PodsNotReady", "chat-frontend: PodsNotReady, chat-worker: PodsNotReady", ""}
	says := func(kinds string) func(string) string {
		return func(hash string) string { return fmt.Sprintf("{observedSpecHash: %q, missingKinds: %s}", hash, kinds) }
	}
	cases := map[string]struct {
		reason string
		worker func(hash string) string
		want   want
	}{
		"Runs":         {reason: "the component has found what runs it", worker: says("[]"), want: waiting},
		"NoRunner":     {reason: "nothing runs it, which does not pass by itself", worker: says("[LeaderWorkerSet]"), want: want{"failed", "NoOrchestrator", missing, "LeaderWorkerSet"}},
		"NoGateway":    {reason: "other kinds do not keep it from running", worker: says("[VirtualService]"), want: want{"pending", "PodsNotReady", "chat-frontend: PodsNotReady, chat-worker: PodsNotReady", "VirtualService"}},
		"OfOtherSpec":  {reason: "what it found for another spec does not count", worker: func(string) string { return says("[LeaderWorkerSet]")("0123456789abcdef") }, want: want{"pending", "Updating", "chat-frontend: PodsNotReady, chat-worker: Updating", ""}},
		"Nobody":       {reason: "a list of something else says nothing", worker: says("[1]"), want: waiting},
		"NotEvenAList": {reason: "nor does what is no list", worker: says("LeaderWorkerSet"), want: waiting},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, observed(t, reports{"Frontend": starting, "Worker": tc.worker}, onNodes()))

			ready := condition(t, out, "ServicesReady")
			got := want{
				state: layertest.Status(t, out)["state"].(string), reason: ready.Reason, message: ready.Message,
			}
			if _, kind, ok := strings.Cut(condition(t, out, "UnsupportedFields").Message, "spec.services[Worker] (the cluster lacks "); ok {
				got.lacking, _, _ = strings.Cut(kind, " ")
			}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: (-want, +got):\n%s", tc.reason, diff)
			}
			for _, key := range []string{"component/Frontend", "component/Worker", "configmap/wait-leader"} {
				if !slices.Contains(layertest.Keys(out), key) {
					t.Errorf("%s: %s is composed whatever the component says, got %v", tc.reason, key, layertest.Keys(out))
				}
			}
			if len(out.Needs.APIs) > 0 {
				t.Errorf("%s: a graph asks for no API that may vanish, got %v", tc.reason, out.Needs)
			}
		})
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

// TestComposeUnreached: a graph that serves, and is not reached as it asks, is
// not ready.
func TestComposeUnreached(t *testing.T) {
	for name, tc := range map[string]struct {
		kinds string
		want  bool
	}{
		"Reached":   {kinds: "[]", want: true},
		"Unreached": {kinds: "[VirtualService]"},
	} {
		t.Run(name, func(t *testing.T) {
			frontend := func(hash string) string {
				return strings.Replace(available(hash), "{", "{missingKinds: "+tc.kinds+", ", 1)
			}
			next := observed(t, reports{"Frontend": frontend, "Worker": available})
			out := compose(t, next)
			if state := layertest.Status(t, out)["state"]; out.Ready != tc.want || state != "successful" {
				t.Errorf("want ready %t and its services successful, got %t and %v", tc.want, out.Ready, state)
			}
		})
	}
}
