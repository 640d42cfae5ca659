package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// Names of testdata/model.yaml.
const (
	support     = "support"
	supportName = "acme/support r16"
	supportFrom = "s3://adapters/one"
)

// creationGrace is how long provider-http waits for what it made to appear, before it
// makes it again: a worker that restarts just after it was loaded waits for that, too.
const creationGrace = 30 * time.Second

// provided starts provider-http, and stops it after the test, once it took back what it
// made.
func (s *scenario) provided(flags ...string) {
	s.Helper()
	s.Cleanup(func() {
		ctx := context.Background()
		if s.Failed() {
			for _, kind := range []schema.GroupVersionKind{harness.Model(), harness.HTTPRequest()} {
				s.dumpKind(ctx, kind)
			}
		}
		models, _ := s.client.List(ctx, harness.Model(), s.namespace, "")
		for i := range models {
			_ = s.client.Delete(ctx, harness.RefOf(&models[i]))
		}
		if err := harness.Until(ctx, s.patience, "every Request is gone", s.requestsGone); err != nil {
			s.Error(err)
		}
		if err := cluster.StopProvider(ctx); err != nil {
			s.Error(err)
		}
	})
	s.must(cluster.StartProvider(s.Context(), flags...))
	s.notef("provider-http started")
}

func (s *scenario) requestsGone(ctx context.Context) error {
	all, err := s.client.List(ctx, harness.HTTPRequest(), s.namespace, "")
	if err == nil && len(all) > 0 {
		err = fmt.Errorf("%d Requests are there", len(all))
	}
	return err
}

// endpoints of a model that its status lists: address and whether it is ready.
func (s *scenario) endpoints(model string) map[string]string {
	s.Helper()
	return endpointsOf(s.get(harness.Model(), model))
}

func endpointsOf(model *unstructured.Unstructured) map[string]string {
	all, _, _ := unstructured.NestedSlice(model.Object, "status", "endpoints")
	out := map[string]string{}
	for _, each := range all {
		e, _ := each.(map[string]any)
		address, _ := e["address"].(string)
		state := "not ready"
		if e["ready"] == true {
			state = "ready"
		}
		if e["loraFallbackCovered"] == true {
			state = "covered"
		}
		out[strings.TrimPrefix(address, "http://")] = state
	}
	return out
}

// untilLoaded waits until a model is ready on a number of endpoints, and returns their
// addresses.
func (s *scenario) untilLoaded(model string, want int) []string {
	s.Helper()
	var out []string
	s.until(fmt.Sprintf("%s is ready on %d endpoints", model, want), func(ctx context.Context) error {
		m, err := s.client.Get(ctx, s.ref(harness.Model(), model))
		if err != nil {
			return err
		}
		all := endpointsOf(m)
		ready := harness.ConditionOf(m, "EndpointsReady")
		if ready.Status != "True" || harness.ConditionOf(m, "Ready").Status != "True" || len(all) != want {
			return fmt.Errorf("EndpointsReady is %+v, endpoints are %v", ready, all)
		}
		out = slices.Sorted(maps.Keys(all))
		return nil
	})
	return out
}

// untilHas waits until a worker has loaded exactly these adapters.
func (s *scenario) untilHas(address string, want map[string]string) {
	s.Helper()
	s.until(fmt.Sprintf("%s has %v", address, want), func(context.Context) error {
		if diff := cmp.Diff(want, cluster.Workers.Loaded(address)); diff != "" {
			return errors.New(diff)
		}
		return nil
	})
}

// untilSays waits until the condition of a model has a text.
func (s *scenario) untilSays(model, condition, want string) {
	s.Helper()
	s.until(fmt.Sprintf("%s of %s: %s", condition, model, want), func(ctx context.Context) error {
		return s.says(ctx, harness.Model(), model, condition, want)
	})
}

// TestModel takes an adapter through its life on the workers of a graph, with the real
// provider-http, which is missing at first and loses its API in use.
func TestModel(t *testing.T) {
	s := newScenario(t)
	if _, err := s.client.List(t.Context(), harness.HTTPRequest(), s.namespace, ""); err == nil {
		t.Fatal("the cluster has Requests already: this test has to be the first that starts provider-http")
	}
	s.apply(s.file("model.yaml"))
	s.untilLoaded("base", 2)
	s.untilSays(support, "UnsupportedFields", "install provider-http")

	s.provided(harness.Poll)
	workers := s.untilLoaded(support, 2)
	one := map[string]string{supportName: supportFrom}
	for _, w := range workers {
		s.untilHas(w, one)
	}
	s.restedCalls(workers)
	s.restarted(workers[0], one)
	workers = s.rescaled(workers, one)
	s.replaced(workers)
	s.withoutAPI(workers)

	s.must(s.client.Delete(t.Context(), s.ref(harness.Model(), support)))
	s.notef("model deleted")
	for _, w := range workers {
		s.untilHas(w, map[string]string{})
	}
	// One that was made just now stays for five minutes, where the model went before it had
	// looked at the worker's answer.
	s.patience = 6 * time.Minute
	s.until("no Request is left", s.requestsGone)
}

// restedCalls counts what workers are asked while nothing happens. The time since the
// load lets the provider trust its own observations, too.
func (s *scenario) restedCalls(workers []string) {
	s.Helper()
	time.Sleep(creationGrace / 2)
	written := s.record(harness.HTTPRequest())
	time.Sleep(time.Second) // the watch begins with what is there
	begin, before, seen := time.Now(), s.costs(), len(written.sightings())
	time.Sleep(2 * creationGrace)
	after := s.costs()
	s.notef("a minute at rest: %d writes of %d Requests", len(written.sightings())-seen, len(workers))
	for _, w := range workers {
		looks := len(cluster.Workers.Calls(w, begin, http.MethodGet))
		if others := cluster.Workers.Calls(w, begin, http.MethodPost, http.MethodDelete); looks > 7 || len(others) > 0 {
			s.Errorf("a minute at rest, with a poll of 10 s: want at most 7 observations, got %d, and %v", looks, others)
		}
		s.notef("a minute at rest: %d observations of %s", looks, w)
	}
	s.notef("a minute at rest: %.0f function calls, %.0f writes", after.calls-before.calls, after.writes-before.writes)
}

// restarted has a worker forget its adapter, which comes back.
func (s *scenario) restarted(worker string, want map[string]string) {
	s.Helper()
	cluster.Workers.Restart(worker)
	begin := time.Now()
	s.untilHas(worker, want)
	if took := time.Since(begin); took > 30*time.Second {
		s.Errorf("a worker that restarted was loaded again after %s", took)
	}
	s.untilLoaded(support, 2)
}

// rescaled has pods come and go, and returns the workers that are left.
func (s *scenario) rescaled(workers []string, want map[string]string) []string {
	s.Helper()
	s.scaleWorker(4)
	all := s.untilLoaded(support, 4)
	for _, w := range all {
		s.untilHas(w, want)
	}
	if slices.Contains(all, workers[0]) && len(cluster.Workers.Calls(workers[0], s.begin, http.MethodDelete)) > 0 {
		s.Errorf("%s was unloaded when others came", workers[0])
	}
	s.scaleWorker(1)
	left := s.untilLoaded(support, 1)
	for _, w := range all {
		if !slices.Contains(left, w) {
			s.untilHas(w, map[string]string{})
		}
	}
	s.untilHas(left[0], want)
	return left
}

// replaced changes what is loaded, and under which name.
func (s *scenario) replaced(workers []string) {
	s.Helper()
	time.Sleep(time.Second) // a call that is under way belongs to before
	begin := time.Now()
	s.patch(harness.Model(), support, `{"spec":{"source":{"uri":"s3://adapters/two"}}}`)
	s.untilHas(workers[0], map[string]string{supportName: "s3://adapters/two"})
	s.untilLoaded(support, 1)
	calls := cluster.Workers.Calls(workers[0], begin, http.MethodPost, http.MethodDelete)
	if diff := cmp.Diff([]string{"DELETE " + supportName, "POST " + supportName + " s3://adapters/two"}, calls); diff != "" {
		s.Errorf("calls after another uri: -want, +got:\n%s", diff)
	}
	s.patch(harness.Model(), support, `{"spec":{"modelName":"acme/other"}}`)
	s.untilHas(workers[0], map[string]string{"acme/other": "s3://adapters/two"})
	s.untilLoaded(support, 1)
}

// withoutAPI takes the API of Requests away, and gives it back.
func (s *scenario) withoutAPI(workers []string) {
	s.Helper()
	s.must(cluster.RemoveRequestAPI(s.Context()))
	s.notef("the API of Requests is removed")
	before := s.workloads()
	s.scaleWorker(2)
	s.untilLoaded("base", 2)
	s.survive(before)
	s.must(cluster.ApplyProviderAPI(s.Context()))
	s.notef("the API of Requests is back")
	s.untilLoaded(support, 2)
	s.scaleWorker(1)
	left := s.untilLoaded(support, 1)
	if left[0] != workers[0] {
		workers[0] = left[0]
	}
}
