package e2e

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/rest"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// The load: as many graphs at once as a large platform has.
const (
	loadGraphs   = 200
	loadServices = 4
	loadRest     = time.Minute
	// loadPause between two looks: reading everything more often would be the
	// larger part of the load.
	loadPause = 5 * time.Second
	// loadReconciles is how many composites Crossplane reconciles at once. Its
	// default of 100 is for API servers with more than the two cores that all
	// processes share here: requests then time out, and are made again.
	loadReconciles = "--max-concurrent-reconciles=8"
)

// loadGraph has four services that need no GPU.
const loadGraph = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: load-%03d}
spec:
  services:
    Alpha: &service
      componentType: helper
      extraPodSpec: {mainContainer: {image: "example.org/helper:1", command: [sleep], args: [infinity]}}
    Beta: *service
    Delta: *service
    Gamma: *service
`

// TestLoad creates many graphs, and tells what they cost until every Deployment
// exists, until all are ready, and at rest. It takes minutes, so it runs on
// request only: make load-graphs.
func TestLoad(t *testing.T) {
	if os.Getenv("FUNCTION_DYNAMO_LOAD") == "" {
		t.Skip("set FUNCTION_DYNAMO_LOAD=1, as make load-graphs does")
	}
	s := newScenario(t)
	s.patience = 15 * time.Minute
	s.must(cluster.Core.Stop())
	cluster.Core.With(loadReconciles)
	s.must(cluster.Core.Start(t.Context()))
	s.must(cluster.AwaitCore(t.Context()))
	start := s.costs()
	for i := range loadGraphs {
		s.apply(fmt.Sprintf(loadGraph, i))
	}
	s.notef("%d graphs of %d services created", loadGraphs, loadServices)
	s.until("every Deployment exists", seldom(func(ctx context.Context) error {
		all, err := s.client.List(ctx, harness.Deployment(), s.namespace, "")
		if err == nil && len(all) < loadGraphs*loadServices {
			err = fmt.Errorf("%d of %d Deployments exist", len(all), loadGraphs*loadServices)
		}
		return err
	}))
	s.table("until every Deployment exists", start, s.costs())
	s.until("every graph is ready", seldom(func(ctx context.Context) error {
		all, err := s.client.List(ctx, harness.Graph(), s.namespace, "")
		for i := range all {
			if err == nil {
				err = settled(&all[i])
			}
		}
		return err
	}))
	s.table("until every graph is ready", start, s.costs())
	s.rest()
}

// seldom pauses before each look.
func seldom(done func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return fmt.Errorf("cannot wait: %w", ctx.Err())
		case <-time.After(loadPause):
			return done(ctx)
		}
	}
}

// rest looks at graphs that nobody touches: no object of them may be written.
func (s *scenario) rest() {
	s.Helper()
	time.Sleep(loadRest / 2) // What is on its way still arrives.
	begin, versions := s.costs(), s.versions()
	time.Sleep(loadRest)
	s.table("a minute at rest", begin, s.costs())
	if diff := cmp.Diff(versions, s.versions()); diff != "" {
		s.Errorf("objects were written while nothing happened: -before, +after:\n%s", diff)
	}
	s.notef("resourceVersions of %d objects did not change", len(versions))
}

// costs are counts since the processes started, and memory now.
type costs struct {
	calls, requests, writes float64
	function, core          int
}

func (s *scenario) costs() costs {
	s.Helper()
	var out costs
	out.calls = s.sum(http.DefaultClient, cluster.FunctionMetrics(), "function_dynamo_run_function_seconds_count")
	admin, err := rest.HTTPClientFor(cluster.Config())
	s.must(err)
	url := cluster.Config().Host + "/metrics"
	out.requests = s.sum(admin, url, "apiserver_request_total")
	for _, verb := range []string{"POST", "PUT", "PATCH", "APPLY", "DELETE"} {
		out.writes += s.sum(admin, url, "apiserver_request_total", `verb="`+verb+`"`)
	}
	out.function, err = cluster.Function.Resident()
	s.must(err)
	out.core, err = cluster.Core.Resident()
	s.must(err)
	return out
}

// sum of all series of a metric that have the labels.
func (s *scenario) sum(client *http.Client, url, metric string, labels ...string) float64 {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, url, nil)
	s.must(err)
	rsp, err := client.Do(req)
	s.must(err)
	defer func() { _ = rsp.Body.Close() }()
	total := 0.0
	lines := bufio.NewScanner(rsp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		series, value, ok := strings.Cut(lines.Text(), "} ")
		if !ok || !strings.HasPrefix(series, metric+"{") || !has(series, labels) {
			continue
		}
		n, err := strconv.ParseFloat(value, 64)
		s.must(err)
		total += n
	}
	return total
}

func has(series string, labels []string) bool {
	for _, l := range labels {
		if !strings.Contains(series, l) {
			return false
		}
	}
	return true
}

// table tells what was spent between two points in time.
func (s *scenario) table(what string, from, to costs) {
	s.Helper()
	each := func(n float64) string { return fmt.Sprintf("%8.0f  %6.1f a graph", n, n/loadGraphs) }
	s.notef("%s\n  function calls    %s\n  API requests      %s\n  of them writes    %s\n  function memory   %5d MiB\n  core memory       %5d MiB",
		what, each(to.calls-from.calls), each(to.requests-from.requests), each(to.writes-from.writes), to.function>>10, to.core>>10)
}
