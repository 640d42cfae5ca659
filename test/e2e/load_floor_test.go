package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// loadQuiet is how long nothing was written when everything is said to be.
const loadQuiet = 3 * time.Second

// TestLoadFloor tells what Crossplane writes for a graph, by kind and verb, with our
// function, without and with scaling adapters, and with the least that composes the same
// children as the first (test/floor). API
// server and Crossplane are alone, so that what others do does not blur it: pods
// start when the test says so.
func TestLoadFloor(t *testing.T) {
	newLoad(t).limitCore()
	stop(t, cluster.Kwok, cluster.Scheduler, cluster.Controllers)
	bills := make([]bill, 3)
	t.Run("Function", func(t *testing.T) { bills[0] = newLoad(t).measure() })
	t.Run("Adapters", func(t *testing.T) {
		l := newLoad(t)
		l.adapters = true
		bills[1] = l.measure()
	})
	useFloor(t)
	t.Run("Floor", func(t *testing.T) { bills[2] = newLoad(t).measure() })
	t.Logf("of each graph:\n%s", printBills([]string{"function", "with scaling adapters", "floor"}, bills))
	judge(t, bills[0], bills[2])
}

// judge holds what our function costs to what it is meant to cost. How often Crossplane
// reconciles differs a little from run to run.
//
// A graph of ours has one reconcile more than the floor's, in which accounts come before
// the components whose pods need them.
func judge(t *testing.T, ours, floor bill) {
	t.Helper()
	const slack = 1.02
	if n, least := ours.resting[allWrites], floor.resting[allWrites]+lookWrites; floor.resting != nil && n > slack*least {
		t.Errorf("until everything is at rest: want no more writes than the floor's and one look, %.1f, got %.1f", least, n)
	}
	if n := ours.deployed[allWrites]; n >= 100 {
		t.Errorf("until every Deployment exists: want less than 100 writes, got %.1f", n)
	}
	if n := ours.waiting[allWrites]; n >= 10 {
		t.Errorf("a minute in which pods do not start: want less than 10 writes, got %.1f", n)
	}
}

// stop processes until the end of the test.
func stop(t *testing.T, processes ...*harness.Process) {
	t.Helper()
	for _, p := range processes {
		if err := p.Stop(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = p.Start(t.Context()) })
	}
}

// useFloor runs the floor in the function's place until the end of the test.
func useFloor(t *testing.T) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "floor")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./test/floor")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build the floor: %v: %s", err, out)
	}
	before := cluster.Function.Use(binary)
	restart := func() error {
		return errors.Join(cluster.Function.Stop(), cluster.Function.Start(t.Context()), cluster.AwaitFunction(t.Context()))
	}
	if err := restart(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cluster.Function.Use(before)
		_ = cluster.Function.Stop()
		_ = cluster.Function.Start(t.Context())
	})
}

// bill is what a graph costs.
type bill struct {
	// deployed is what was spent until every Deployment exists, and resting until
	// nothing is written any more, while no pod starts.
	deployed, resting spending
	// waiting is that of each further minute without pods, and starting what their
	// start costs until everything is ready and at rest.
	waiting, starting spending
}

// spending is what was spent for each graph, by name: writes of each kind, and what
// begins with = sums up.
type spending map[string]float64

// allWrites is the name of the sum of all writes.
const allWrites = "= writes"

// lookWrites are what Crossplane writes when it reconciles a graph: its references, its
// status, an account, a binding, and each component.
const lookWrites = 4 + loadServices

// measure what the graphs cost from one state to the next.
func (l *load) measure() bill {
	l.Helper()
	before := l.spent()
	l.create()
	l.untilDeployed(often)
	deployed := l.spent()
	l.untilQuiet()
	out := bill{deployed: deployed.since(before), resting: l.spent().since(before), waiting: l.wait()}
	before = l.spent()
	l.startPods()
	l.untilAll("every graph is ready", often, up)
	l.untilQuiet()
	out.starting = l.spent().since(before)
	l.clear()
	return out
}

// wait for some minutes in which no pod starts, and returns what one of them costs.
func (l *load) wait() spending {
	l.Helper()
	minutes := loadNumber(l.T, loadMinutes, 6)
	if minutes == 0 {
		return spending{}
	}
	before := l.spent()
	time.Sleep(time.Duration(minutes) * time.Minute)
	return l.spent().since(before).over(float64(minutes))
}

// spent is what was spent in the namespace up to now.
func (l *load) spent() spending {
	l.Helper()
	writes, err := cluster.Writes(l.namespace)
	l.must(err)
	out := spending{allWrites: 0, "= calls of the function": l.calls()}
	for w, n := range writes {
		out[w.Resource+", "+w.Verb] = float64(n)
		out[allWrites] += float64(n)
	}
	for name, t := range l.processors() {
		out["= ms of "+name] = float64(t.Milliseconds())
	}
	return out.over(float64(l.graphs))
}

// untilQuiet waits until Crossplane has written nothing for a while, but no longer
// than a minute: what writes all the time is never quiet.
func (l *load) untilQuiet() {
	l.Helper()
	deadline := time.Now().Add(time.Minute)
	for was := -1.0; time.Now().Before(deadline); time.Sleep(loadQuiet) {
		is := l.spent()[allWrites]
		if is == was {
			l.notef("nothing is written")
			return
		}
		was = is
	}
	l.notef("still written after a minute")
}

// startPods makes every Deployment available, as its controller would.
func (l *load) startPods() {
	l.Helper()
	const status = `{"status":{"observedGeneration":%d,"replicas":1,"updatedReplicas":1,"readyReplicas":1,"availableReplicas":1,"conditions":[` +
		`{"type":"Available","status":"True","reason":"MinimumReplicasAvailable"},{"type":"Progressing","status":"True","reason":"NewReplicaSetAvailable"}]}}`
	for _, d := range l.list(harness.Deployment(), "") {
		l.patch(harness.Deployment(), d.GetName(), fmt.Sprintf(status, d.GetGeneration()), "status")
	}
	l.notef("pods started")
}

// up is an error while a graph is not ready, whoever composes it.
func up(graph *unstructured.Unstructured) error {
	for _, name := range []string{"Ready", "Synced"} {
		if c := harness.ConditionOf(graph, name); c.Status != "True" {
			return fmt.Errorf("%s: %s is %q: %s", harness.RefOf(graph), name, c.Status, c.Message)
		}
	}
	return nil
}

// clear deletes the graphs and whatever they are made of, so that nothing is left for
// another function.
func (l *load) clear() {
	l.Helper()
	for _, kind := range append([]string{"nvidia.com/v1alpha1/DynamoGraphDeployment", "nvidia.com/v1alpha1/DynamoComponentDeployment",
		"nvidia.com/v1alpha1/DynamoGraphDeploymentScalingAdapter"}, "/v1/Service", "apps/v1/Deployment", "/v1/ServiceAccount", "rbac.authorization.k8s.io/v1/RoleBinding") {
		l.deleteAll(kind)
	}
	l.untilQuiet()
}

func (l *load) deleteAll(kind string) {
	l.Helper()
	gvk := kindOf(kind)
	for _, o := range l.list(gvk, "") {
		l.must(l.client.Delete(l.Context(), harness.RefOf(&o)))
	}
	l.until("no "+gvk.Kind+" is left", func(ctx context.Context) error {
		left, err := l.client.List(ctx, gvk, l.namespace, "")
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("%d are left", len(left))
		}
		return err
	})
}

// since returns what was spent after what was spent before.
func (s spending) since(before spending) spending { return s.and(before.over(-1)) }

// and returns the sum of both.
func (s spending) and(o spending) spending {
	out := maps.Clone(s)
	for name, n := range o {
		out[name] += n
	}
	return out
}

// over divides.
func (s spending) over(n float64) spending {
	out := spending{}
	for name, each := range s {
		out[name] = each / n
	}
	return out
}

// printBills prints bills beside each other.
func printBills(names []string, bills []bill) string {
	columns, rows := []spending{}, spending{}
	out := &strings.Builder{}
	fmt.Fprintf(out, "%-48s", "")
	for i, b := range bills {
		fmt.Fprintf(out, "%36s", names[i])
		for _, c := range []spending{b.deployed, b.resting, b.waiting, b.starting} {
			columns, rows = append(columns, c), rows.and(c)
		}
	}
	fmt.Fprintf(out, "\n%-48s%s", "", strings.Repeat(fmt.Sprintf("%9s%9s%9s%9s", "deployed", "at rest", "a minute", "starting"), len(bills)))
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(out, "\n%-48s", name)
		for _, c := range columns {
			fmt.Fprintf(out, "%9.1f", c[name])
		}
	}
	return out.String()
}
