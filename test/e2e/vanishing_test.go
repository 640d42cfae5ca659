package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// anyBlock is a graph with one service, which has no pods, so that only what is written
// costs time. Each block of test/blocks/blocks.yaml is put into one: a single graph of
// all would open Crossplane's circuit breaker.
const anyBlock = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
spec:
  backendFramework: vllm
  services:
    Any:
      componentType: worker
      replicas: 0
      extraPodSpec:
        mainContainer: {image: example.org/dynamo:1, command: [python3], args: [-m, dynamo.vllm, --model, example/model]}
`

// filled returns the graphs of all blocks in one of their forms.
func (s *scenario) filled(form string) []*unstructured.Unstructured {
	s.Helper()
	raw, err := os.ReadFile(root + "/test/blocks/blocks.yaml")
	s.must(err)
	blocks := map[string]map[string]map[string]any{}
	s.must(yaml.Unmarshal(raw, &blocks))
	var out []*unstructured.Unstructured
	for _, name := range slices.Sorted(maps.Keys(blocks)) {
		g := s.objects(anyBlock)[0]
		g.SetName(strings.ToLower(name))
		merge(g.Object, map[string]any{"spec": map[string]any{"services": map[string]any{"Any": blocks[name][form]}}})
		out = append(out, g)
	}
	return out
}

// rewrite writes the graphs as an editor does, so that what a service no longer has is
// gone from its graph.
func (s *scenario) rewrite(form string) {
	s.Helper()
	for _, g := range s.filled(form) {
		s.until(g.GetName()+" is "+form, func(ctx context.Context) error {
			now, err := s.client.Get(ctx, harness.RefOf(g))
			if err != nil {
				return err
			}
			now.Object["spec"].(map[string]any)["services"] = g.Object["spec"].(map[string]any)["services"]
			if _, err := s.client.Of(harness.Graph(), s.namespace).Update(ctx, now, metav1.UpdateOptions{}); err != nil {
				return fmt.Errorf("cannot update the graph: %w", err)
			}
			return nil
		})
	}
	s.untilAllReady()
}

func (s *scenario) untilAllReady() {
	s.Helper()
	s.until("all graphs are ready", func(ctx context.Context) error {
		all, err := s.client.List(ctx, harness.Graph(), s.namespace, "")
		for i := range all {
			err = errors.Join(err, settled(&all[i]))
		}
		return err
	})
}

// rendered are the objects of the graphs, each with what it asks for. Empty blocks are
// left out: a workload has those that its user wrote only where it was made with them.
func (s *scenario) rendered() map[string]any {
	s.Helper()
	out := map[string]any{}
	for _, kind := range []schema.GroupVersionKind{
		harness.Component(), harness.Adapter(), harness.Deployment(), harness.LeaderWorkerSet(),
		harness.Kind("", "v1", "ConfigMap"), harness.Kind("", "v1", "Service"),
		harness.Kind("networking.k8s.io", "v1", "Ingress"),
		harness.Kind("networking.istio.io", "v1beta1", "VirtualService"),
		harness.Kind("inference.networking.k8s.io", "v1", "InferencePool"),
	} {
		for _, o := range s.list(kind, "") {
			if o.GetName() == "kube-root-ca.crt" {
				continue
			}
			spec := runtime.DeepCopyJSONValue(o.Object["spec"])
			if fields, ok := spec.(map[string]any); ok {
				delete(fields, "crossplane") // Core's own.
			}
			out[kind.Kind+"/"+o.GetName()] = withoutEmpty(map[string]any{
				"spec": spec, "data": o.Object["data"], "labels": o.Object["metadata"].(map[string]any)["labels"],
			})
		}
	}
	return out
}

// withoutEmpty removes empty objects and lists, in place.
func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, below := range v {
			if v[k] = withoutEmpty(below); v[k] == nil {
				delete(v, k)
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = withoutEmpty(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	}
	return v
}

// TestVanishingBlocks edits graphs that have each optional block of a service: made
// without anything in it, filled, emptied and filled again. Each edit arrives at all
// objects, as if they had been made that way.
func TestVanishingBlocks(t *testing.T) {
	s := newScenario(t)
	s.must(installed())
	definitions, err := harness.Objects(s.file("optional.yaml"))
	s.must(err)
	s.must(cluster.AddDefinitions(t.Context(), definitions...))
	for _, g := range s.filled("empty") {
		s.must(s.client.Create(t.Context(), g))
	}
	s.untilAllReady()
	empty := s.rendered()
	s.rewrite("full")
	full := s.rendered()
	for _, of := range []string{
		"DynamoGraphDeploymentScalingAdapter/adapter-any",
		"Ingress/ingress-any", "Ingress/ingressblock-any", "VirtualService/gateway-any",
	} {
		if full[of] == nil || empty[of] != nil {
			t.Errorf("%s is there: with its block %t, without it %t", of, full[of] != nil, empty[of] != nil)
		}
	}

	s.rewrite("empty")
	s.asBefore("emptied", empty)
	s.rewrite("full")
	s.asBefore("filled again", full)
}

// asBefore compares the objects of the graphs with what they were when these had the
// same services. Nothing of what was written in between was refused.
func (s *scenario) asBefore(what string, before map[string]any) {
	s.Helper()
	s.until("the objects are as before, "+what, func(context.Context) error {
		now := s.rendered() //nolint:contextcheck // The test's own context is the same.
		if diff := cmp.Diff(before, now); diff != "" {
			return fmt.Errorf("-before, +now:\n%s", diff)
		}
		return nil
	})
	for _, o := range s.list(harness.Component(), "") {
		if c := harness.ConditionOf(&o, "Synced"); c.Status != "True" {
			s.Errorf("component %s is not synced: %s", o.GetName(), c.Message)
		}
	}
	for _, e := range s.list(harness.Kind("", "v1", "Event"), "") {
		if m := text(&e, "message"); strings.Contains(m, "must be of type") {
			s.Errorf("the API server refused what was written: %s", m)
		}
	}
}
