package e2e

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// rewriter is a step that drops what ours says of the readiness of the composite, as the
// functions do that are built on the same calls of the SDK: see test/steps.
const rewriter = "example-function-rewriter"

const rewritten = `
apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {name: rewritten-%[1]s}
spec:
  compositeTypeRef: {apiVersion: nvidia.com/v1alpha1, kind: %[2]s}
  mode: Pipeline
  pipeline:
  - {step: dynamo, functionRef: {name: crossplane-contrib-function-dynamo}}
  - {step: rewrite, functionRef: {name: %[3]s}}
`

// behindRewriter is a scenario in which a graph is composed with the step behind ours.
// The Composition is of graphs alone: components have the one that comes with us.
func behindRewriter(t *testing.T) (*scenario, *unstructured.Unstructured) {
	t.Helper()
	s := newScenario(t)
	step, err := cluster.AddStep(t.Context(), rewriter, "test/steps/rewriter")
	s.must(err)
	t.Cleanup(func() { _ = step.Stop() })
	compositions, err := harness.Objects(fmt.Sprintf(rewritten, "graphs", "DynamoGraphDeployment", rewriter))
	s.must(err)
	s.must(s.client.Apply(t.Context(), compositions...))
	t.Cleanup(func() { _ = s.client.Delete(context.Background(), harness.RefOf(compositions[0])) })
	g := s.objects(graph(t))[0]
	s.must(unstructured.SetNestedField(g.Object, "rewritten-graphs", "spec", "crossplane", "compositionRef", "name"))
	return s, g
}

// startsWrongEngine is a graph that no schema refuses and that is at fault.
const (
	startsWrongEngine = `{"spec":{"services":{"Worker":{"extraPodSpec":{"mainContainer":{"args":["-m","dynamo.sglang","--model","Qwen/Qwen3-0.6B"]}}}}}}`
	startsRightEngine = `{"spec":{"services":{"Worker":{"extraPodSpec":{"mainContainer":{"args":["-m","dynamo.vllm","--model","Qwen/Qwen3-0.6B"]}}}}}}`
)

// TestInvalidIsNeverReady: whatever a later step does, a graph that is invalid does not
// read as ready: neither one that is new, nor one that was ready, and scaling a service
// does not change that.
func TestInvalidIsNeverReady(t *testing.T) {
	s, g := behindRewriter(t)
	seen := s.record(harness.Graph())
	change, err := harness.Objects(startsWrongEngine)
	s.must(err)
	created := g.DeepCopy()
	merge(created.Object, change[0].Object)
	s.must(s.client.Create(t.Context(), created))
	s.notef("an invalid graph created, with a step behind ours that drops readiness")
	s.untilInvalid()
	time.Sleep(3 * time.Second)
	if got := seen.changes(chat, readiness); slices.Contains(got, "True") {
		t.Errorf("Ready of an invalid graph was %q", got)
	}
	s.wantCondition(harness.Graph(), chat, "Synced", "False")

	s.patch(harness.Graph(), chat, startsRightEngine)
	s.untilReady(chat)
	if o := s.get(harness.Component(), worker); o.GetLabels()["example.org/rewritten"] != "yes" {
		t.Errorf("the component did not go through the step: it has labels %v", o.GetLabels())
	}
	before := s.workloads()

	s.patch(harness.Graph(), chat, startsWrongEngine)
	s.untilInvalid()
	s.untilUnready("AllResourcesReady")
	time.Sleep(time.Second) // Ready of the reconciles before it may still be written
	from := len(seen.sightings())
	s.patch(harness.Graph(), chat, `{"spec":{"services":{"Frontend":{"replicas":2}}}}`)
	time.Sleep(3 * time.Second)
	for _, o := range seen.sightings()[from:] {
		if readiness(o.Unstructured) == "True" {
			t.Errorf("a graph that is still invalid is ready: %v", o.Object["status"])
		}
	}
	s.same(before)

	s.patch(harness.Graph(), chat, startsRightEngine)
	s.untilReplicas(frontend, 2)
	s.untilReady(chat)
	s.survive(before)
	s.notef("Ready over time: %q", seen.changes(chat, readiness))
}
