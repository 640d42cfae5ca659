package e2e

import (
	"bufio"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"k8s.io/client-go/rest"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// costs are counts and processor time since the processes started, and memory now.
type costs struct {
	calls, requests, writes float64
	function, core          int
	processor               time.Duration
}

func (s *scenario) costs() costs {
	s.Helper()
	var out costs
	out.calls = s.calls()
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
	for _, t := range s.processors() {
		out.processor += t
	}
	return out
}

// calls of the function since it started.
func (s *scenario) calls() float64 {
	s.Helper()
	return s.sum(http.DefaultClient, cluster.FunctionMetrics(), "function_dynamo_run_function_seconds_count")
}

// processors are the times of what a graph costs anything, by name.
func (s *scenario) processors() map[string]time.Duration {
	s.Helper()
	out := map[string]time.Duration{}
	for _, p := range []*harness.Process{cluster.Etcd, cluster.APIServer, cluster.Core, cluster.Function} {
		t, err := p.Processor()
		s.must(err)
		out[p.Name] = t
	}
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
func (l *load) table(what string, from, to costs) {
	l.Helper()
	each := func(n float64) string { return fmt.Sprintf("%8.0f  %6.1f a graph", n, n/float64(l.graphs)) }
	l.notef("%s\n  function calls    %s\n  API requests      %s\n  of them writes    %s\n  processor time    %8.1f s\n  function memory   %5d MiB\n  core memory       %5d MiB",
		what, each(to.calls-from.calls), each(to.requests-from.requests), each(to.writes-from.writes),
		(to.processor - from.processor).Seconds(), to.function>>10, to.core>>10)
}
