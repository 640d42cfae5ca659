package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// four is the graph of testdata/four.yaml.
const four = "four"

// mark is the restart that the pods of a Deployment carry.
func mark(d *unstructured.Unstructured) string {
	return text(d, "spec", "template", "metadata", "annotations", "nvidia.com/restartAt")
}

func restartable(t *testing.T) *scenario {
	t.Helper()
	s := newScenario(t)
	s.apply(manifest(t, "four.yaml"))
	s.untilReady(four)
	return s
}

func (s *scenario) restart(id, strategy string, order ...string) {
	s.Helper()
	names, err := json.Marshal(order)
	s.must(err)
	if order == nil {
		names = []byte("null")
	}
	s.patch(harness.Graph(), four, fmt.Sprintf(`{"spec":{"restart":{"id":%q,"strategy":{"type":%q,"order":%s}}}}`, id, strategy, names))
	s.notef("spec.restart: id %s, %s, order %v", id, strategy, order)
}

func (s *scenario) untilRestarted(id string) {
	s.Helper()
	s.until("restart "+id+" is completed", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Graph(), four))
		if err != nil {
			return err
		}
		status, _, _ := unstructured.NestedMap(o.Object, "status", "restart")
		if status["observedID"] != id || status["phase"] != "Completed" {
			return fmt.Errorf("status.restart is %v", status)
		}
		if c := harness.ConditionOf(o, "RestartCompleted"); c.Status != "True" {
			return fmt.Errorf("condition RestartCompleted is %+v", c)
		}
		return settled(o)
	})
}

// started lists the Deployments in the order in which they got a mark.
// Overlaps are those that got it while another that has it was not available.
func started(deployments *record, id string) ([]string, []string) {
	var order, overlaps []string
	latest := map[string]*unstructured.Unstructured{}
	for _, d := range deployments.sightings() {
		name := strings.TrimPrefix(d.GetName(), four+"-")
		if mark(d.Unstructured) == id && !slices.Contains(order, name) {
			for _, other := range order {
				if available(latest[other]) != nil {
					overlaps = append(overlaps, other+" and "+name)
				}
			}
			order = append(order, name)
		}
		latest[name] = d.Unstructured
	}
	return order, overlaps
}

func TestRestart(t *testing.T) {
	cases := map[string]struct {
		reason   string
		strategy string
		order    []string
		want     []string
	}{
		"Sequential":        {reason: "alphabetically", strategy: "Sequential", want: []string{"alpha", "beta", "delta", "gamma"}},
		"SequentialInOrder": {reason: "in the order that is asked for", strategy: "Sequential", order: []string{"Gamma", "Alpha", "Delta", "Beta"}, want: []string{"gamma", "alpha", "delta", "beta"}},
		"Parallel":          {reason: "all at once", strategy: "Parallel", want: []string{"alpha", "beta", "delta", "gamma"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := restartable(t)
			before := s.workloads()
			deployments, graphs := s.record(harness.Deployment()), s.record(harness.Graph())
			time.Sleep(time.Second) // the watches begin with what is there
			s.restart("r1", tc.strategy, tc.order...)
			s.untilRestarted("r1")

			order, overlaps := started(deployments, "r1")
			progress := graphs.changes(four, inProgress)
			s.notef("Deployments restarted in order %v, overlapping %v; status.restart.inProgress went through %q", order, overlaps, progress)
			if tc.strategy == "Parallel" {
				slices.Sort(order)
				if !slices.Contains(progress, "Alpha,Beta,Delta,Gamma") {
					t.Errorf("\n%s\nstatus.restart.inProgress never named all services: %q", tc.reason, progress)
				}
			} else if len(overlaps) > 0 {
				t.Errorf("\n%s\nservices restarted while another was not available: %v", tc.reason, overlaps)
			}
			if diff := cmp.Diff(tc.want, order); diff != "" {
				t.Errorf("\n%s\norder of restarts: -want, +got:\n%s", tc.reason, diff)
			}
			s.surviveButPods(before)
		})
	}
}

func inProgress(g *unstructured.Unstructured) string {
	names, _, _ := unstructured.NestedStringSlice(g.Object, "status", "restart", "inProgress")
	return strings.Join(names, ",")
}

// TestRestartAgain asks for another restart in the middle of one, and kills the
// function in the middle of that.
func TestRestartAgain(t *testing.T) {
	s := restartable(t)
	deployments := s.record(harness.Deployment())
	s.restart("r1", "Sequential")
	s.untilMarked("four-beta", "r1")
	s.restart("r2", "Sequential")
	s.untilMarked("four-alpha", "r2")
	s.must(cluster.Function.Kill())
	s.notef("function killed")
	time.Sleep(time.Second)
	s.must(cluster.Function.Start(t.Context()))
	s.notef("function started")
	s.untilRestarted("r2")

	order, overlaps := started(deployments, "r2")
	if diff := cmp.Diff([]string{"alpha", "beta", "delta", "gamma"}, order); diff != "" {
		t.Errorf("order of the second restart: -want, +got:\n%s", diff)
	}
	if len(overlaps) > 0 {
		t.Errorf("services restarted while another was not available: %v", overlaps)
	}
	first, _ := started(deployments, "r1")
	s.notef("r1 reached %v, r2 reached %v", first, order)
	if slices.Contains(first, "gamma") {
		t.Errorf("the first restart went on to the last service: %v", first)
	}

	generations := s.generations()
	s.patch(harness.Graph(), four, `{"spec":{"restart":null}}`)
	s.notef("spec.restart removed")
	time.Sleep(5 * time.Second)
	s.untilReady(four)
	if diff := cmp.Diff(generations, s.generations()); diff != "" {
		t.Errorf("Deployments rolled when spec.restart was removed: -before, +after:\n%s", diff)
	}
}

func (s *scenario) untilMarked(deployment, id string) {
	s.Helper()
	s.until(deployment+" carries restart "+id, func(ctx context.Context) error {
		d, err := s.client.Get(ctx, s.ref(harness.Deployment(), deployment))
		if err == nil && mark(d) != id {
			err = fmt.Errorf("it carries %q", mark(d))
		}
		return err
	})
}

func (s *scenario) generations() map[string]int64 {
	s.Helper()
	out := map[string]int64{}
	for _, d := range s.list(harness.Deployment(), "") {
		out[d.GetName()] = d.GetGeneration()
	}
	return out
}

// TestRestartOnCreation takes an id that a graph is born with as met.
func TestRestartOnCreation(t *testing.T) {
	s := newScenario(t)
	o := s.objects(manifest(t, "four.yaml"))[0]
	s.must(unstructured.SetNestedField(o.Object, "r0", "spec", "restart", "id"))
	s.must(s.client.Apply(t.Context(), o))
	s.untilRestarted("r0")
	for _, d := range s.list(harness.Deployment(), "") {
		if got := mark(&d); got != "" {
			t.Errorf("%s carries restart %q", d.GetName(), got)
		}
	}
}

// TestRestartResized resizes a service over and over, from when it has restarted
// until the others have: nobody waits for it, and it does not restart twice.
func TestRestartResized(t *testing.T) {
	s := restartable(t)
	deployments, graphs := s.record(harness.Deployment()), s.record(harness.Graph())
	time.Sleep(time.Second) // the watches begin with what is there
	s.restart("r1", "Sequential")
	s.untilMarked("four-beta", "r1")
	resizing, stop := context.WithCancel(t.Context())
	resized := make(chan struct{})
	go func() {
		defer close(resized)
		s.resize(resizing, "Alpha")
	}()
	s.untilPhase("r1", "Completed")
	stop()
	<-resized
	s.patch(harness.Graph(), four, `{"spec":{"services":{"Alpha":{"replicas":3}}}}`)
	s.untilReplicas("four-alpha", 3)
	s.untilRestarted("r1")

	want := []string{"", "Alpha", "Beta", "Delta", "Gamma", ""}
	if diff := cmp.Diff(want, graphs.changes(four, inProgress)); diff != "" {
		t.Errorf("status.restart.inProgress: -want, +got:\n%s", diff)
	}
	for _, name := range []string{"four-alpha", "four-beta", "four-delta", "four-gamma"} {
		if diff := cmp.Diff([]string{"", "r1"}, deployments.changes(name, mark)); diff != "" {
			t.Errorf("marks of %s: -want, +got:\n%s", name, diff)
		}
	}
}

// resize gives a service one more replica and one less, until it is told to stop.
func (s *scenario) resize(ctx context.Context, service string) {
	for i := 0; ; i++ {
		patch := fmt.Sprintf(`{"spec":{"services":{%q:{"replicas":%d}}}}`, service, 2+i%2)
		if err := s.client.Patch(context.WithoutCancel(ctx), s.ref(harness.Graph(), four), patch); err != nil {
			s.Errorf("resize %d: %v", i, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(300 * time.Millisecond):
		}
	}
}

func (s *scenario) untilPhase(id, phase string) {
	s.Helper()
	s.until("restart "+id+" is "+phase, func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Graph(), four))
		if err != nil {
			return err
		}
		if is, was := text(o, "status", "restart", "observedID"), text(o, "status", "restart", "phase"); is != id || was != phase {
			return fmt.Errorf("restart %s is %s", is, was)
		}
		return nil
	})
}

// TestRestartWithdrawn takes a restart away in the middle and asks for it again, with
// the same id: every service restarts once more, and carries the id.
func TestRestartWithdrawn(t *testing.T) {
	s := restartable(t)
	deployments := s.record(harness.Deployment())
	time.Sleep(time.Second) // the watch begins with what is there
	s.restart("r1", "Sequential")
	s.untilMarked("four-beta", "r1")
	s.patch(harness.Graph(), four, `{"spec":{"restart":null}}`)
	s.notef("spec.restart removed")
	s.untilPhase("r1", "Superseded")
	s.untilReady(four)
	s.restart("r1", "Sequential")
	s.untilRestarted("r1")

	const again = "r1 2"
	want := map[string][]string{"four-alpha": {"", "r1", again}, "four-gamma": {"", again}}
	for name := range want {
		if diff := cmp.Diff(want[name], deployments.changes(name, countedMark)); diff != "" {
			t.Errorf("marks of %s: -want, +got:\n%s", name, diff)
		}
	}
	for _, d := range s.list(harness.Deployment(), "") {
		if got := countedMark(&d); got != again {
			t.Errorf("%s carries %q, want %q", d.GetName(), got, again)
		}
	}

	generations := s.generations()
	time.Sleep(5 * time.Second)
	s.untilReady(four)
	if diff := cmp.Diff(generations, s.generations()); diff != "" {
		t.Errorf("Deployments rolled after the restart: -before, +after:\n%s", diff)
	}
}

// countedMark is the restart that the pods of a Deployment carry, with its count.
func countedMark(d *unstructured.Unstructured) string {
	count := text(d, "spec", "template", "metadata", "annotations", "dynamo.fn.crossplane.io/restart-count")
	return strings.TrimSpace(mark(d) + " " + count)
}
