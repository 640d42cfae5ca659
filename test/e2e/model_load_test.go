package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// The load of adapters: so many models of one base, each on all of its pods.
const (
	loadModels    = 10
	loadEndpoints = 50
)

// addresses of pods in one network.
func addresses(network, count int) []string {
	out := make([]string, 0, count)
	for i := range count {
		out = append(out, fmt.Sprintf("10.%d.0.%d", network, i+1))
	}
	return out
}

// TestModelLoad loads many adapters into many workers, and tells what it costs until all
// are loaded, and at rest, with provider-http as it is installed by default. It takes
// minutes, so it runs on request only: make load-models.
func TestModelLoad(t *testing.T) {
	if os.Getenv("FUNCTION_DYNAMO_LOAD") == "" {
		t.Skip("set FUNCTION_DYNAMO_LOAD=1, as make load-models does")
	}
	s := newScenario(t)
	s.patience = 15 * time.Minute
	s.provided()
	pods := addresses(78, loadEndpoints)
	s.apply(slice("load", "acme/load", "", pods...))
	start, begin := s.costs(), time.Now()
	want := map[string]string{}
	for i := range loadModels {
		name := fmt.Sprintf("load-%d", i)
		want["acme/"+name] = "s3://adapters/" + name
		s.apply(fmt.Sprintf(loraManifest, name, "acme/load"))
	}
	s.until("every worker has every adapter", seldom(func(context.Context) error {
		for _, p := range pods {
			if diff := cmp.Diff(want, cluster.Workers.Loaded(p+":9090")); diff != "" {
				return fmt.Errorf("%s: %s", p, diff)
			}
		}
		return nil
	}))
	s.spent("until every worker has every adapter", begin, start)
	s.until("every model is ready", seldom(func(ctx context.Context) error {
		all, err := s.client.List(ctx, harness.Model(), s.namespace, "")
		for i := range all {
			if c := harness.ConditionOf(&all[i], "Ready"); err == nil && c.Status != "True" {
				err = fmt.Errorf("%s: %s", all[i].GetName(), harness.ConditionOf(&all[i], "EndpointsReady").Message)
			}
		}
		return err
	}))
	s.spent("until every model is ready", begin, start)
	time.Sleep(loadRest)
	rest, begin := s.costs(), time.Now()
	time.Sleep(loadRest)
	s.spent("a minute at rest", begin, rest)
	for _, p := range pods {
		if looks := len(cluster.Workers.Calls(p+":9090", begin)); looks > 2*loadModels {
			t.Errorf("%s was called %d times in a minute, for %d adapters", p, looks, loadModels)
		}
	}
	begin, start = time.Now(), s.costs()
	for i := range loadModels {
		s.must(s.client.Delete(t.Context(), s.ref(harness.Model(), fmt.Sprintf("load-%d", i))))
	}
	s.until("no Request is left", seldom(s.requestsGone))
	s.spent("until every adapter is unloaded", begin, start)
	for _, p := range pods {
		if left := cluster.Workers.Loaded(p + ":9090"); len(left) > 0 {
			t.Errorf("%s still has %v", p, left)
		}
	}
}

// spent tells what was spent since a point in time.
func (s *scenario) spent(what string, begin time.Time, from costs) {
	s.Helper()
	to := s.costs()
	provider, err := cluster.Provider.Resident()
	s.must(err)
	s.notef("%s: %.0f s, %.0f function calls, %.0f API requests, %.0f of them writes; function %d MiB, core %d MiB, provider %d MiB", what,
		time.Since(begin).Seconds(), to.calls-from.calls, to.requests-from.requests, to.writes-from.writes, to.function>>10, to.core>>10, provider>>10)
}

// Phases of TestModelBreaker.
const (
	breakerLoading = 4 * time.Minute
	breakerRest    = 6 * time.Minute
)

// TestModelBreaker tells on how many endpoints a model may be until Crossplane's circuit
// breaker opens, with the defaults of Crossplane and provider-http: while adapters are
// loaded, and at rest, for which Crossplane starts anew with every breaker shut. It
// measures, and asks for nothing.
func TestModelBreaker(t *testing.T) {
	if os.Getenv("FUNCTION_DYNAMO_LOAD") == "" {
		t.Skip("set FUNCTION_DYNAMO_LOAD=1, as make load-models does")
	}
	s := newScenario(t)
	s.must(cluster.Core.Stop())
	restore := cluster.Core.Without("--circuit-breaker")
	t.Cleanup(func() {
		restore()
		s.restartCore(context.Background())
	})
	s.restartCore(t.Context())
	s.provided()
	sizes := []int{3, 5, 8, 10, 12, 15, 20, 25, 30, 35, 40}
	states := s.record(harness.Model())
	for i, n := range sizes {
		name := fmt.Sprintf("on-%d", n)
		s.apply(slice(name, "acme/"+name, "", addresses(80+i, n)...))
		s.apply(fmt.Sprintf(loraManifest, name, "acme/"+name))
	}
	begin := time.Now()
	time.Sleep(breakerLoading)
	s.restartCore(t.Context())
	again := time.Since(begin)
	time.Sleep(breakerRest)
	s.notef("Crossplane was started again after %.0f s", again.Seconds())
	for _, n := range sizes {
		name := fmt.Sprintf("on-%d", n)
		seen := states.changes(name, func(o *unstructured.Unstructured) string {
			return harness.ConditionOf(o, "Responsive").Reason
		})
		s.notef("%d endpoints: %v; opened after %v; %s", n, seen, states.openings(name, begin), harness.ConditionOf(s.get(harness.Model(), name), "EndpointsReady").Reason)
	}
}

func (s *scenario) restartCore(ctx context.Context) {
	s.Helper()
	s.must(cluster.Core.Stop())
	s.must(cluster.Core.Start(ctx))
	s.must(cluster.AwaitCore(ctx))
}

// openings are when the circuit breaker of an object opened, in seconds since a point in
// time.
func (r *record) openings(name string, begin time.Time) []int {
	var out []int
	open := false
	for _, o := range r.sightings() {
		if o.GetName() != name {
			continue
		}
		now := harness.ConditionOf(o.Unstructured, "Responsive").Status == "False"
		if now && !open {
			out = append(out, int(o.at.Sub(begin).Seconds()))
		}
		open = now
	}
	return out
}
