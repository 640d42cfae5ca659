package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// What asks for the load tests, and says how many graphs they create and for how many
// minutes these stay unready.
const (
	loadAsked   = "FUNCTION_DYNAMO_LOAD"
	loadGraphs  = "FUNCTION_DYNAMO_LOAD_GRAPHS"
	loadMinutes = "FUNCTION_DYNAMO_LOAD_MINUTES"
)

const (
	loadServices = 4
	loadRest     = time.Minute
	// loadReconciles is how many composites Crossplane reconciles at once. Its
	// default of 100 is for API servers with more than the two cores that all
	// processes share here: requests then time out, and are made again.
	loadReconciles = "--max-concurrent-reconciles=8"
)

// loadNumber is what a variable of the environment asks for.
func loadNumber(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// newLoad is the scenario of a load test, which takes minutes and so runs on
// request only: make load-graphs.
func newLoad(t *testing.T) *load {
	t.Helper()
	if os.Getenv(loadAsked) == "" {
		t.Skip("set " + loadAsked + "=1, as make load-graphs does")
	}
	l := &load{scenario: newScenario(t), graphs: loadNumber(t, loadGraphs, 40)}
	l.patience = 15 * time.Minute
	return l
}

// load is a scenario with many graphs.
type load struct {
	*scenario

	graphs int
	// adapters has each service ask for a scaling adapter.
	adapters bool
}

// limitCore starts Crossplane again with fewer reconciles at once.
func (l *load) limitCore() {
	l.Helper()
	l.must(cluster.Core.Stop())
	cluster.Core.With(loadReconciles)
	l.must(cluster.Core.Start(l.Context()))
	l.must(cluster.AwaitCore(l.Context()))
}

// create all graphs.
func (l *load) create() {
	l.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "test", "floor", "testdata", "load.yaml"))
	l.must(err)
	manifest := string(raw)
	if l.adapters {
		manifest = strings.ReplaceAll(manifest, "componentType: worker", "componentType: worker\n      scalingAdapter: {enabled: true}")
	}
	for i := range l.graphs {
		l.apply(strings.ReplaceAll(manifest, "$(name)", fmt.Sprintf("load-%03d", i)))
	}
	l.notef("%d graphs of %d services created", l.graphs, loadServices)
}

// untilDeployed waits until every Deployment exists.
func (l *load) untilDeployed(wait func(looks) looks) {
	l.Helper()
	l.until("every Deployment exists", wait(func(ctx context.Context) error {
		all, err := l.client.List(ctx, harness.Deployment(), l.namespace, "")
		if err == nil && len(all) < l.graphs*loadServices {
			err = fmt.Errorf("%d of %d Deployments exist", len(all), l.graphs*loadServices)
		}
		return err
	}))
}

// untilAll waits until a check finds nothing wrong with any graph.
func (l *load) untilAll(what string, wait func(looks) looks, check func(*unstructured.Unstructured) error) {
	l.Helper()
	l.until(what, wait(func(ctx context.Context) error {
		all, err := l.client.List(ctx, harness.Graph(), l.namespace, "")
		for i := range all {
			if err == nil {
				err = check(&all[i])
			}
		}
		return err
	}))
}

// TestLoad creates many graphs, and tells what they cost until every Deployment
// exists, until all are ready, and at rest.
func TestLoad(t *testing.T) {
	l := newLoad(t)
	l.limitCore()
	start := l.costs()
	l.create()
	l.untilDeployed(seldom)
	l.table("until every Deployment exists", start, l.costs())
	l.untilAll("every graph is ready", seldom, settled)
	l.table("until every graph is ready", start, l.costs())
	l.rest()
}

// looks at something that is awaited.
type looks = func(context.Context) error

// seldom looks at all that there is: more often would be the larger part of the load.
func seldom(done looks) looks { return after(5*time.Second, done) }

// often looks where it matters when something happened.
func often(done looks) looks { return after(time.Second/2, done) }

// after pauses before each look.
func after(pause time.Duration, done looks) looks {
	return func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return fmt.Errorf("cannot wait: %w", ctx.Err())
		case <-time.After(pause):
			return done(ctx)
		}
	}
}

// rest looks at graphs that nobody touches: no object of them may be written.
func (l *load) rest() {
	l.Helper()
	time.Sleep(loadRest / 2) // What is on its way still arrives.
	begin, versions := l.costs(), l.versions()
	time.Sleep(loadRest)
	l.table("a minute at rest", begin, l.costs())
	if diff := cmp.Diff(versions, l.versions()); diff != "" {
		l.Errorf("objects were written while nothing happened: -before, +after:\n%s", diff)
	}
	l.notef("resourceVersions of %d objects did not change", len(versions))
}
