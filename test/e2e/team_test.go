package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// assistant is the ModelService of examples/team, and its graph.
const assistant = "assistant"

func modelService() schema.GroupVersionKind {
	return harness.Kind("platform.example.org", "v1alpha1", "ModelService")
}

func autoscalers() schema.GroupVersionKind {
	return harness.Kind("autoscaling", "v2", "HorizontalPodAutoscaler")
}

// installTeam installs examples/team as its README says, with the functions of its
// Composition: function-auto-ready itself, and a stand-in for function-go-templating.
func (s *scenario) installTeam() {
	s.Helper()
	templates, err := cluster.AddStep(s.Context(), "crossplane-contrib-function-go-templating", "test/steps/template")
	s.must(err)
	s.Cleanup(func() { _ = templates.Stop() })
	readiness, err := cluster.AddPeer(s.Context(), "crossplane-contrib-function-auto-ready", "function-auto-ready")
	s.must(err)
	s.Cleanup(func() { _ = readiness.Stop() })
	for _, file := range []string{"rights.yaml", "definition.yaml", "composition.yaml"} {
		objects, err := harness.ObjectsOf(filepath.Join(root, "examples", "team", file))
		s.must(err)
		s.must(s.client.Apply(s.Context(), objects...))
		s.Cleanup(func() {
			for _, o := range objects {
				_ = s.client.Delete(context.Background(), harness.RefOf(o))
			}
		})
	}
	s.until("the definition is established", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, harness.Ref{
			GroupVersionKind: harness.Kind("apiextensions.crossplane.io", "v2", "CompositeResourceDefinition"), Name: "modelservices.platform.example.org",
		})
		if err == nil && harness.ConditionOf(o, "Established").Status != "True" {
			err = fmt.Errorf("condition %+v", harness.ConditionOf(o, "Established"))
		}
		return err
	})
	// Its objects go before it, since it waits for them.
	s.Cleanup(func() {
		_ = s.client.Delete(context.Background(), s.ref(modelService(), assistant))
		_ = harness.Until(context.Background(), patience, "the ModelService is gone", func(ctx context.Context) error {
			return s.gone(ctx, s.ref(modelService(), assistant))
		})
	})
}

// teamExample is a manifest of examples/team.
func (s *scenario) teamExample(file string) string {
	s.Helper()
	raw, err := os.ReadFile(filepath.Join(root, "examples", "team", file))
	s.must(err)
	return string(raw)
}

// untilServed waits until the ModelService is ready and counts its replicas.
func (s *scenario) untilServed(replicas int64) {
	s.Helper()
	s.until(fmt.Sprintf("the ModelService is ready with %d replicas", replicas), func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(modelService(), assistant))
		if err != nil {
			return err
		}
		ready, got := harness.ConditionOf(o, "Ready"), number(o, "status", "replicas")
		if ready.Status != "True" || got != replicas {
			return fmt.Errorf("Ready is %+v, and there are %d replicas", ready, got)
		}
		return nil
	})
}

// untilRefused waits until the ModelService says whose graph is in its way.
func (s *scenario) untilRefused() {
	s.Helper()
	s.until("the ModelService is refused", func(ctx context.Context) error {
		return s.says(ctx, modelService(), assistant, "Synced", `DynamoGraphDeployment "assistant" exists and is not of this ModelService`)
	})
}

// TestTeam takes examples/team from a manifest to pods: it leaves a graph of somebody else
// alone, serves once that is gone, scales by the autoscaler within its budget, and leaves
// nothing behind.
func TestTeam(t *testing.T) {
	s := newScenario(t)
	queue := s.serveMetrics(t)
	s.installTeam()
	s.apply(strings.ReplaceAll(graph(t), "name: chat", "name: "+assistant))
	s.untilReady(assistant)
	theirs := s.read([]harness.Ref{s.ref(harness.Graph(), assistant)})
	before := s.workloads()

	s.apply(s.teamExample("xr.yaml"))
	s.untilRefused()
	time.Sleep(3 * time.Second)
	s.unchanged(theirs)
	s.must(s.client.Delete(t.Context(), s.ref(modelService(), assistant)))
	s.until("the refused one is gone", func(ctx context.Context) error { return s.gone(ctx, s.ref(modelService(), assistant)) })
	time.Sleep(2 * time.Second)
	s.unchanged(theirs)
	s.survive(before)

	s.apply(s.teamExample("xr.yaml"))
	s.untilRefused()
	s.must(s.client.Delete(t.Context(), s.ref(harness.Graph(), assistant)))
	s.notef("the graph of somebody else is deleted")
	s.untilServed(1)
	s.must(s.controlledBy(t.Context(), s.ref(harness.Graph(), assistant), assistant))
	if got := text(s.get(modelService(), assistant), "status", "url"); got != "http://assistant-frontend."+s.namespace+":8000" {
		t.Errorf("status.url is %q", got)
	}

	queue.value.Store(100)
	s.notef("the queue has 100, for 25 replicas; the budget is 8 GPUs, for 4")
	s.untilReplicas("assistant-worker", 4)
	s.untilServed(4)
	before = s.workloads()
	s.patch(modelService(), assistant, `{"spec":{"budget":12}}`)
	s.notef("the budget is 12 GPUs")
	s.untilReplicas("assistant-worker", 6)
	s.untilServed(6)
	s.survive(before)

	s.must(s.client.Delete(t.Context(), s.ref(modelService(), assistant)))
	s.until("nothing of it is left", func(ctx context.Context) error {
		errs := []error{s.gone(ctx, s.ref(modelService(), assistant)), s.gone(ctx, s.ref(harness.Graph(), assistant))}
		for _, kind := range []schema.GroupVersionKind{autoscalers(), harness.Component(), harness.Deployment(), harness.Pod()} {
			all, err := s.client.List(ctx, kind, s.namespace, "")
			if len(all) > 0 {
				err = fmt.Errorf("there are %d of %s", len(all), kind.Kind)
			}
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
}
