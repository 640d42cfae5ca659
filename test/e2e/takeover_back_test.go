package e2e

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// TestGoingBack puts a definition of graphs in place that knows v1alpha1 alone, as an
// earlier release has it. A graph of v1beta1 then reads as one without services, and
// Crossplane's next write makes that true: nothing that runs may go. Once the definition
// is back, applying the manifest again puts all right.
func TestGoingBack(t *testing.T) {
	s := newScenario(t)
	s.apply(inForm(t, newer))
	s.untilReady(chat)
	s.untilBound(worker)
	before := s.workloads()

	comeBack := s.goBack()
	s.until("the graph has lost its form", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Graph(), chat))
		if err != nil {
			return err
		}
		if o.Object["spec"].(map[string]any)["components"] != nil {
			return errors.New("it still has components")
		}
		return nil
	})
	s.patch(harness.Graph(), chat, `{"metadata":{"annotations":{"edit":"true"}}}`)
	s.until("the graph says what it lacks", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "Valid", "neither services, as in v1alpha1, nor components, as in v1beta1")
	})
	time.Sleep(3 * time.Second)
	s.same(before)

	comeBack()
	s.until("the manifest is applied again", func(ctx context.Context) error {
		return s.client.Apply(ctx, s.objects(inForm(t, newer))...)
	})
	s.untilReady(chat)
	s.same(before)
	s.must(s.scaleTo(worker, 3))
	s.untilReplicas(worker, 3)
}

// goBack takes version v1beta1 away from the definition of graphs. It returns what
// puts it back, which the end of the test does otherwise. The package, which would put
// it back as well, rests meanwhile, and graphs of other tests are given back what they
// lose.
func (s *scenario) goBack() func() {
	s.Helper()
	const name = "dynamographdeployments.nvidia.com"
	composite := harness.Ref{GroupVersionKind: kindOf("apiextensions.crossplane.io/v2/CompositeResourceDefinition"), Name: name}
	custom := harness.Ref{GroupVersionKind: kindOf("apiextensions.k8s.io/v1/CustomResourceDefinition"), Name: name}
	was := s.must1(s.client.Get(s.Context(), composite))
	stored, _, err := unstructured.NestedSlice(s.must1(s.client.Get(s.Context(), custom)).Object, "status", "storedVersions")
	s.must(err)
	versions, _, err := unstructured.NestedSlice(was.Object, "spec", "versions")
	s.must(err)

	revision := harness.Ref{GroupVersionKind: kindOf("pkg.crossplane.io/v1/ConfigurationRevision"), Name: was.GetOwnerReferences()[0].Name}
	s.must(s.client.Patch(s.Context(), revision, pause))
	s.until("the package rests", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, revision)
		if err == nil && harness.ConditionOf(o, "Synced").Reason != "ReconcilePaused" {
			err = errors.New("it does not yet")
		}
		return err
	})
	elsewhere := s.elsewhere()
	back := sync.OnceFunc(func() {
		ctx := context.WithoutCancel(s.Context())
		s.must(s.client.Patch(ctx, composite, string(s.json(map[string]any{"spec": map[string]any{"versions": versions}}))))
		s.must(harness.Until(ctx, s.patience, "v1beta1 is served again", s.served))
		s.must(s.client.Patch(ctx, custom, string(s.json(map[string]any{"status": map[string]any{"storedVersions": stored}})), "status"))
		for each, lost := range elsewhere {
			s.must(s.client.Patch(ctx, each, lost))
		}
		s.must(s.client.Patch(ctx, revision, goOn))
	})
	s.Cleanup(back)
	// Where an operator has stored v1beta1, the API server would refuse what follows.
	s.must(s.client.Patch(s.Context(), custom, `{"status":{"storedVersions":["v1alpha1"]}}`, "status"))
	s.must(s.client.Patch(s.Context(), composite, string(s.json(map[string]any{"spec": map[string]any{"versions": []any{earlierVersion(was)}}}))))
	s.until("v1beta1 is no longer served", func(ctx context.Context) error {
		if s.served(ctx) == nil {
			return errors.New("it is")
		}
		return nil
	})
	return back
}

// served is an error while graphs are not served in v1beta1.
func (s *scenario) served(ctx context.Context) error {
	_, err := s.client.List(ctx, at(harness.Graph(), newer), s.namespace, "")
	return err
}

// elsewhere returns the graphs of v1beta1 in other namespaces, and what gives each its
// form again.
func (s *scenario) elsewhere() map[harness.Ref]string {
	s.Helper()
	out := map[harness.Ref]string{}
	for _, g := range s.cluster("nvidia.com/v1beta1/DynamoGraphDeployment") {
		spec, _, err := unstructured.NestedMap(g.Object, "spec")
		s.must(err)
		if spec["components"] != nil && g.GetNamespace() != s.namespace {
			delete(spec, "crossplane")
			out[harness.RefOf(&g)] = string(s.json(map[string]any{"spec": spec}))
		}
	}
	return out
}

// earlierVersion is v1alpha1 of a definition without what v1beta1 has brought: the
// other form's fields, and rules about them.
func earlierVersion(definition *unstructured.Unstructured) map[string]any {
	versions, _, _ := unstructured.NestedSlice(definition.Object, "spec", "versions")
	i := slices.IndexFunc(versions, func(v any) bool { return v.(map[string]any)["name"] == older })
	out := versions[i].(map[string]any)
	spec := out["schema"].(map[string]any)["openAPIV3Schema"].(map[string]any)["properties"].(map[string]any)["spec"].(map[string]any)
	fields := spec["properties"].(map[string]any)
	delete(fields, "components")
	delete(fields, "env")
	spec["required"] = []any{"services"}
	delete(spec, "x-kubernetes-validations")
	return out
}
