package e2e

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// writes of the scale that run beside edits of the graph.
const writes = 200

func manifest(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// scaled is a scenario in which a graph with an adapter is ready.
func scaled(t *testing.T) *scenario {
	t.Helper()
	s := newScenario(t)
	s.apply(manifest(t, "scaled.yaml"))
	s.untilReady(chat)
	s.untilBound(worker)
	return s
}

func (s *scenario) untilBound(adapter string) {
	s.Helper()
	s.until("adapter "+adapter+" is bound", func(ctx context.Context) error {
		c, err := s.condition(ctx, harness.Adapter(), adapter, "Bound")
		if err == nil && c.Status != "True" {
			err = fmt.Errorf("Bound is %+v", c)
		}
		return err
	})
}

// scaleTo writes the scale subresource, as `kubectl scale` does.
func (s *scenario) scaleTo(adapter string, replicas int) error {
	return s.client.Patch(s.Context(), s.ref(harness.Adapter(), adapter), fmt.Sprintf(`{"spec":{"replicas":%d}}`, replicas), "scale")
}

// TestScaleAdapter scales the adapter that a graph composed.
func TestScaleAdapter(t *testing.T) {
	s := scaled(t)
	before := s.workloads()
	if got := number(s.get(harness.Adapter(), worker), "spec", "replicas"); got != 2 {
		t.Errorf("the adapter begins with %d replicas, want the 2 of the service", got)
	}
	s.must(s.scaleTo(worker, 5))
	s.notef("scale of adapter %s: 5", worker)
	s.untilReplicas(worker, 5)
	s.untilReady(chat)
	s.survive(before)

	scale := s.must1(s.client.GetScale(t.Context(), s.ref(harness.Adapter(), worker)))
	want := map[string]any{"replicas": int64(5), "selector": "nvidia.com/dynamo-component=Worker,nvidia.com/dynamo-graph-deployment-name=chat"}
	if diff := cmp.Diff(want, scale.Object["status"]); diff != "" {
		t.Errorf("status of the scale: -want, +got:\n%s", diff)
	}
	if pods := s.list(harness.Pod(), text(scale, "status", "selector")); len(pods) != 5 {
		t.Errorf("the selector of the scale matches %d pods, want 5", len(pods))
	}

	s.scaleWorker(1)
	s.patch(harness.Graph(), chat, `{"spec":{"services":{"Frontend":{"replicas":2}}}}`)
	s.notef("Frontend scaled to 2 in the graph")
	s.untilReplicas(frontend, 2)
	s.untilReplicas(worker, 5)
	s.notef("the worker keeps what its adapter says")
}

// TestScaleToZero stops a service without deleting anything but its pods.
func TestScaleToZero(t *testing.T) {
	s := scaled(t)
	before := s.workloads()
	s.must(s.scaleTo(worker, 0))
	s.untilReplicas(worker, 0)
	s.untilReady(chat)
	s.must(s.scaleTo(worker, 2))
	s.untilReplicas(worker, 2)
	s.untilReady(chat)
	s.surviveButPods(before)
}

const userAdapter = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata: {name: mine}
spec:
  replicas: 3
  dgdRef: {name: chat, serviceName: Worker}
`

// TestScaleUserAdapter scales by an adapter that a user wrote for a service
// that asks for none.
func TestScaleUserAdapter(t *testing.T) {
	s := ready(t)
	before := s.workloads()
	s.apply(userAdapter)
	s.notef("adapter mine applied, with 3 replicas")
	s.untilReplicas(worker, 3)
	s.untilBound("mine")
	s.must(s.scaleTo("mine", 4))
	s.notef("scale of adapter mine: 4")
	s.untilReplicas(worker, 4)
	s.untilReady(chat)
	s.survive(before)

	s.must(s.client.Delete(t.Context(), s.ref(harness.Adapter(), "mine")))
	s.notef("adapter mine deleted")
	s.untilReplicas(worker, 2)
	s.untilReady(chat)
}

// TestScaleLosesNoWrite writes the scale many times while the graph is edited:
// the adapter must go through exactly the written values.
func TestScaleLosesNoWrite(t *testing.T) {
	scaled(t).writeScales()
}

// TestScaleWithDefaultBreaker does the same while Crossplane has its default
// circuit breaker, which opens: it takes longer, and nothing is lost.
func TestScaleWithDefaultBreaker(t *testing.T) {
	s := scaled(t)
	restart := func(prepare func()) {
		s.must(cluster.Core.Stop())
		prepare()
		s.must(cluster.Core.Start(context.Background()))
		s.must(cluster.AwaitCore(context.Background()))
	}
	var restore func()
	restart(func() { restore = cluster.Core.Without("--circuit-breaker-") })
	t.Cleanup(func() { restart(func() { restore() }) })
	s.notef("Crossplane restarted with its default circuit breaker")
	s.patience = 15 * time.Minute
	s.writeScales()
	for _, r := range []harness.Ref{s.ref(harness.Graph(), chat), s.ref(harness.Component(), worker), s.ref(harness.Adapter(), worker)} {
		o := s.must1(s.client.Get(t.Context(), r))
		s.notef("%s: Responsive is %q", r, harness.ConditionOf(o, "Responsive").Status)
	}
}

func (s *scenario) writeScales() {
	s.Helper()
	before := s.workloads()
	adapters := s.record(harness.Adapter())
	time.Sleep(time.Second) // the watch begins with what is there

	editing, stop := context.WithCancel(s.Context())
	edits := make(chan int)
	go func() { edits <- s.edit(editing) }()
	want := []string{"2"}
	begin := time.Now()
	for i := range writes {
		replicas := 1 + i%6
		s.must(s.scaleTo(worker, replicas))
		want = append(want, strconv.Itoa(replicas))
	}
	end := time.Now()
	stop()
	s.notef("%d writes of the scale in %s beside %d edits of the graph", writes, end.Sub(begin).Round(time.Millisecond), <-edits)

	s.untilReplicas(worker, int64(1+(writes-1)%6))
	s.untilReady(chat)
	s.notef("settled %s after the last write", time.Since(end).Round(time.Millisecond))
	got := adapters.changes(worker, func(o *unstructured.Unstructured) string { return strconv.FormatInt(number(o, "spec", "replicas"), 10) })
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("spec.replicas of the adapter: -written, +seen:\n%s", diff)
	}
	s.surviveButPods(before)
}

// edit changes the graph over and over, and tells how often.
func (s *scenario) edit(ctx context.Context) int {
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return i
		case <-time.After(100 * time.Millisecond):
		}
		patch := fmt.Sprintf(`{"metadata":{"annotations":{"edit":"%d"}},"spec":{"services":{"Frontend":{"replicas":%d}}}}`, i, 1+i%2)
		if err := s.client.Patch(context.WithoutCancel(ctx), s.ref(harness.Graph(), chat), patch); err != nil {
			s.Errorf("edit %d: %v", i, err)
		}
	}
}
