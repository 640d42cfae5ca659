package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// TestPlannerCalls makes the calls that planners since runtime 1.3 make, with the rights
// of one: all of them are of v1beta1.
func TestPlannerCalls(t *testing.T) {
	s := newScenario(t)
	s.apply(s.file("planner.yaml"))
	s.untilReady(chat)
	s.untilBound("chat-decode")
	pods := s.list(harness.Pod(), "nvidia.com/dynamo-component=Planner")
	if len(pods) != 1 {
		t.Fatalf("there are %d pods of the planner, want 1", len(pods))
	}
	planner, err := cluster.ClientOf(t.Context(), s.ref(harness.Pod(), pods[0].GetName()))
	s.must(err)

	all, err := planner.List(t.Context(), at(harness.Graph(), newer), s.namespace, "")
	s.must(err)
	if len(all) != 1 {
		t.Fatalf("the planner sees %d graphs, want 1", len(all))
	}
	s.plans(planner)
	before := s.workloads()

	r := s.ref(at(harness.Adapter(), newer), "chat-decode")
	s.must(planner.Patch(t.Context(), r, `{"spec":{"replicas":3}}`, "scale"))
	s.untilSeen(planner, "decode", 3)
	scale := s.must1(planner.GetScale(t.Context(), r))
	if got := number(scale, "status", "replicas"); got != 3 {
		t.Errorf("the scale of the adapter has %d replicas, want 3", got)
	}
	s.notef("a component without an adapter: by a patch of the graph")
	s.must(patchJSON(t.Context(), planner, s.ref(at(harness.Graph(), newer), chat), `[{"op":"replace","path":"/spec/components/2/replicas","value":2}]`))
	s.untilSeen(planner, "prefill", 2)
	s.survive(before)
}

// plans looks at what a planner finds in its graph before it does anything.
func (s *scenario) plans(planner *harness.Client) {
	s.Helper()
	graph := s.must1(planner.Get(s.Context(), s.ref(at(harness.Graph(), newer), chat)))
	s.must(settled(graph))
	list, _, err := unstructured.NestedSlice(graph.Object, "spec", "components")
	s.must(err)
	var got []string
	for _, c := range list {
		c, _ := c.(map[string]any)
		got = append(got, fmt.Sprintf("%v: %v, %v", c["name"], c["type"], c["replicas"]))
	}
	want := []string{"Frontend: frontend, <nil>", "Planner: planner, <nil>", "prefill: prefill, 1", "decode: decode, 2"}
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("components of the spec: -want, +got:\n%s", diff)
	}
	status, _, err := unstructured.NestedMap(graph.Object, "status", "components", "decode")
	s.must(err)
	wantStatus := map[string]any{
		"componentKind": "Deployment", "componentNames": []any{"chat-decode"}, "runtimeNamespace": s.namespace + "-chat",
		"replicas": int64(2), "updatedReplicas": int64(2), "readyReplicas": int64(2), "availableReplicas": int64(2),
	}
	if diff := cmp.Diff(wantStatus, status); diff != "" {
		s.Errorf("status of a component: -want, +got:\n%s", diff)
	}
}

// untilSeen waits until a planner sees that many replicas of a component serve.
func (s *scenario) untilSeen(planner *harness.Client, component string, want int64) {
	s.Helper()
	s.until(fmt.Sprintf("the planner sees %d replicas of %s", want, component), func(ctx context.Context) error {
		o, err := planner.Get(ctx, s.ref(at(harness.Graph(), newer), chat))
		if err != nil {
			return err
		}
		for _, field := range []string{"availableReplicas", "readyReplicas", "updatedReplicas"} {
			if got := number(o, "status", "components", component, field); got != want {
				return fmt.Errorf("%s is %d", field, got)
			}
		}
		return settled(o)
	})
}
