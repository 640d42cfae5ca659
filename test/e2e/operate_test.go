package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

func namespaces() schema.GroupVersionKind { return harness.Kind("", "v1", "Namespace") }

// pause has Crossplane leave a composite alone, and goOn ends that.
const (
	pause = `{"metadata":{"annotations":{"crossplane.io/paused":"true"}}}`
	goOn  = `{"metadata":{"annotations":{"crossplane.io/paused":null}}}`
)

// TestPausedGraph: what runs goes on running, and an edit waits.
func TestPausedGraph(t *testing.T) {
	s := ready(t)
	before := s.workloads()
	s.patch(harness.Graph(), chat, pause)
	s.until("the graph says so", func(ctx context.Context) error { return s.isPaused(ctx, harness.Graph(), chat) })
	s.scaleWorker(3)
	time.Sleep(3 * time.Second)
	s.same(before)
	s.patch(harness.Graph(), chat, goOn)
	s.untilReplicas(worker, 3)
	s.untilReady(chat)
	s.survive(before)
}

func (s *scenario) isPaused(ctx context.Context, kind schema.GroupVersionKind, name string) error {
	c, err := s.condition(ctx, kind, name, "Synced")
	if err == nil && (c.Status != "False" || c.Reason != "ReconcilePaused") {
		err = fmt.Errorf("Synced is %+v", c)
	}
	return err
}

// TestPausedComponent: it outlives its graph, with its pods, and holds up its namespace
// until it goes on.
func TestPausedComponent(t *testing.T) {
	s := ready(t)
	s.patch(harness.Component(), worker, pause)
	s.until("the component says so", func(ctx context.Context) error { return s.isPaused(ctx, harness.Component(), worker) })
	s.scaleWorker(3)
	s.until("its graph waits for it", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "ServicesReady", worker+": ReconcilePaused")
	})
	s.must(s.client.Delete(t.Context(), s.ref(harness.Graph(), chat)))
	s.until("graph and other component are gone", func(ctx context.Context) error {
		return errors.Join(s.gone(ctx, s.ref(harness.Graph(), chat)), s.gone(ctx, s.ref(harness.Component(), frontend)))
	})
	time.Sleep(3 * time.Second)
	if s.get(harness.Component(), worker).GetDeletionTimestamp() == nil {
		t.Error("the component is not even being deleted")
	}
	s.untilReplicas(worker, 2)

	own := harness.Ref{GroupVersionKind: namespaces(), Name: s.namespace}
	s.must(s.client.Delete(t.Context(), own))
	s.until("the namespace says what it waits for", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, own)
		if err != nil {
			return err
		}
		for _, name := range []string{"NamespaceContentRemaining", "NamespaceFinalizersRemaining"} {
			c := harness.ConditionOf(o, name)
			if c.Status != "True" || (name == "NamespaceContentRemaining" && !strings.Contains(c.Message, "dynamocomponentdeployments.nvidia.com has 1 resource instances")) {
				return fmt.Errorf("condition %s is %+v", name, c)
			}
		}
		return nil
	})
	s.patch(harness.Component(), worker, goOn)
	s.until("the namespace is gone", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, own)
		if apierrors.IsNotFound(errors.Unwrap(err)) {
			return nil
		}
		if err == nil {
			err = fmt.Errorf("it says %v", o.Object["status"])
		}
		return err
	})
}

const quota = `
apiVersion: v1
kind: ResourceQuota
metadata: {name: one-deployment}
spec: {hard: {count/deployments.apps: "1"}}
`

// TestRefusedLooksLikeMissingRight: Crossplane's event on a refusal speaks of rights on a
// subresource, whatever the reason. The event beside it and the condition say the reason.
func TestRefusedLooksLikeMissingRight(t *testing.T) {
	s := newScenario(t)
	s.apply(quota)
	s.until("the quota counts", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Kind("", "v1", "ResourceQuota"), "one-deployment"))
		if err == nil && text(o, "status", "hard", "count/deployments.apps") != "1" {
			err = errors.New("it does not yet")
		}
		return err
	})
	s.apply(graph(t))
	s.until("events speak of rights, and of the reason", func(ctx context.Context) error {
		return errors.Join(
			s.warned(ctx, "RoleBasedAccessControl", "deployments/status", "is not allowed"),
			s.warned(ctx, "ComposeResources", `cannot apply composed resource "deployment/main"`, "exceeded quota: one-deployment"))
	})
	s.until("so does the condition of the component, with both", func(ctx context.Context) error {
		var errs []error
		for _, name := range []string{frontend, worker} {
			err := errors.Join(s.says(ctx, harness.Component(), name, "Synced", "exceeded quota: one-deployment"),
				s.says(ctx, harness.Component(), name, "Synced", "deployments/status"))
			if err == nil {
				return nil
			}
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
	s.must(s.client.Delete(t.Context(), s.ref(harness.Kind("", "v1", "ResourceQuota"), "one-deployment")))
	s.untilReady(chat)
}

// TestMetricsOfAlerts reads the metrics that the alerts in docs/operations.md are made
// of, as Crossplane and the function serve them.
func TestMetricsOfAlerts(t *testing.T) {
	s := ready(t)
	// A metric is there once something was counted. These count what is not tried.
	untried := []string{"circuit_breaker_opens_total", "function_dynamo_panics_total"}
	raw, err := os.ReadFile(root + "/docs/operations.md")
	s.must(err)
	named := regexp.MustCompile(`\b(function_dynamo|function_run_function|circuit_breaker|controller_runtime)_[a-z_]+`).FindAllString(string(raw), -1)
	slices.Sort(named)
	invalid, err := harness.Objects(startsWrongEngine)
	s.must(err)
	refused := s.objects(graph(t))[0]
	refused.SetName("refused")
	merge(refused.Object, invalid[0].Object)
	s.must(s.client.Apply(t.Context(), refused))
	s.until("everything that the page names is served", func(ctx context.Context) error {
		served := s.scrape(ctx, cluster.FunctionMetrics()) + s.scrape(ctx, cluster.CoreMetrics())
		var missing []string
		for _, name := range slices.Compact(named) {
			if !slices.Contains(untried, name) && !strings.Contains(served, "\n"+name) {
				missing = append(missing, name)
			}
		}
		for _, want := range []string{
			`controller_runtime_reconcile_errors_total{controller="composite/dynamographdeployments.nvidia.com"}`,
			`result_severity="Fatal"`,
		} {
			if !strings.Contains(served, want) {
				missing = append(missing, want)
			}
		}
		if len(missing) > 0 {
			return fmt.Errorf("not served: %v", missing)
		}
		return nil
	})
}

func (s *scenario) scrape(ctx context.Context, url string) string {
	s.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	s.must(err)
	rsp, err := http.DefaultClient.Do(req)
	s.must(err)
	defer func() { _ = rsp.Body.Close() }()
	raw, err := io.ReadAll(rsp.Body)
	s.must(err)
	return string(raw)
}
