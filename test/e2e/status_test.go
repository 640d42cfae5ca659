package e2e

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// goal for the time from the last pod that turns ready to the ready graph.
const goal = 5 * time.Second

func readiness(o *unstructured.Unstructured) string { return harness.ConditionOf(o, "Ready").Status }

// TestStatusTransitions follows a graph from its creation through a rollout and
// the loss of a pod: it turns ready once after each, and soon after the pods.
//
// Crossplane writes the status first and the conditions a moment later. A
// reconcile that starts before its cache has seen the latter writes the old
// conditions once more, and then corrects them. So a Ready that contradicts the
// state is not counted, but may not last.
func TestStatusTransitions(t *testing.T) {
	s := newScenario(t)
	graphs, pods := s.record(harness.Graph()), s.record(harness.Pod())

	s.apply(graph(t))
	s.untilReady(chat)
	s.delay("creation", graphs, pods)

	s.patch(harness.Graph(), chat, `{"spec":{"services":{"Worker":{"envs":[{"name":"A","value":"b"}]}}}}`)
	s.notef("variable added to the worker")
	s.untilReady(chat)
	s.delay("rollout", graphs, pods)

	lost := s.list(harness.Pod(), "nvidia.com/dynamo-component=Worker")[0]
	s.must(s.client.Delete(t.Context(), harness.RefOf(&lost)))
	s.notef("pod %s deleted", lost.GetName())
	time.Sleep(time.Second)
	s.untilReady(chat)
	s.delay("lost pod", graphs, pods)

	time.Sleep(5 * time.Second)
	got, halves, longest := transitions(graphs)
	s.notef("the graph was ready, or not: %v; Ready as written: %v", got, graphs.changes(chat, readiness))
	s.notef("%d sightings with the status of one reconcile and the conditions of another; the longest lasted %s", halves, longest)
	for len(got) > 0 && got[0] != "True" {
		got = got[1:]
	}
	want := []string{"True", "False", "True", "False", "True"}
	if len(got) < len(want) {
		// The lost pod was replaced before a reconcile looked: kwok takes a few
		// milliseconds. The rollout is never missed.
		want = want[:3]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Ready since it was first True: -want, +got:\n%s", diff)
	}
	if longest > time.Second {
		t.Errorf("Ready contradicted the state for %s", longest)
	}
}

// transitions of Ready, where it agrees with the state; how many sightings do
// not, and how long they lasted at most.
func transitions(graphs *record) ([]string, int, time.Duration) {
	var ready []string
	var halves int
	var longest time.Duration
	var since time.Time
	for _, g := range graphs.sightings() {
		if !since.IsZero() {
			longest = max(longest, g.at.Sub(since))
		}
		since = time.Time{}
		if (text(g.Unstructured, "status", "state") == "successful") != (readiness(g.Unstructured) == "True") {
			halves++
			since = g.at
			continue
		}
		ready = append(ready, readiness(g.Unstructured))
	}
	return slices.Compact(ready), halves, longest
}

// delay tells how long after the last pod turned ready the graph did.
func (s *scenario) delay(what string, graphs, pods *record) {
	s.Helper()
	var last, first time.Time
	s.until(what+": the graph is ready after its last pod", func(context.Context) error {
		if last, first = readyAfter(graphs, pods); first.IsZero() {
			return errors.New("no such graph was seen")
		}
		return nil
	})
	took := first.Sub(last)
	s.notef("%s: the graph was ready %s after its last pod", what, took.Round(time.Millisecond))
	if took > goal {
		s.Errorf("%s: the graph was ready %s after its last pod, want at most %s", what, took, goal)
	}
}

// readyAfter returns when the last pod turned ready, and when the graph was seen ready
// first after that; zero where it was not.
func readyAfter(graphs, pods *record) (time.Time, time.Time) {
	var last time.Time
	seen := map[string]string{}
	for _, p := range pods.sightings() {
		if now := readiness(p.Unstructured); now == "True" && seen[p.GetName()] != now {
			last = p.at
		}
		seen[p.GetName()] = readiness(p.Unstructured)
	}
	for _, g := range graphs.sightings() {
		if g.at.After(last) && settled(g.Unstructured) == nil {
			return last, g.at
		}
	}
	return last, time.Time{}
}

// TestStatusAtRest looks at a graph that nobody touches: no object of it may be
// written.
func TestStatusAtRest(t *testing.T) {
	s := ready(t)
	time.Sleep(5 * time.Second)
	before := s.versions()
	time.Sleep(20 * time.Second)
	if diff := cmp.Diff(before, s.versions()); diff != "" {
		t.Errorf("objects were written while nothing happened: -before, +after:\n%s", diff)
	}
	s.notef("resourceVersions of %d objects did not change for 20 s", len(before))
}

// versions of everything that a graph composes, and of itself.
func (s *scenario) versions() map[string]string {
	s.Helper()
	out := map[string]string{}
	for _, kind := range append(leftovers(), "nvidia.com/v1alpha1/DynamoGraphDeployment") {
		gvk := kindOf(kind)
		for _, o := range s.list(gvk, "") {
			out[gvk.Kind+"/"+o.GetName()] = o.GetResourceVersion()
		}
	}
	return out
}
