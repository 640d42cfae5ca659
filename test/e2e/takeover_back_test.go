package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
		return s.says(ctx, harness.Graph(), chat, "Synced", "neither services, as in v1alpha1, nor components, as in v1beta1")
	})
	time.Sleep(3 * time.Second)
	s.same(before)

	comeBack(t.Context())
	s.until("the manifest is applied again", func(ctx context.Context) error {
		return s.client.Apply(ctx, s.objects(inForm(t, newer))...) //nolint:contextcheck // The test's own context is the same.
	})
	s.untilReady(chat)
	s.same(before)
	s.must(s.scaleTo(worker, 3))
	s.untilReplicas(worker, 3)
}

// goBack takes version v1beta1 away from the definition of graphs. It returns what
// puts it back, which the end of the test does otherwise. The package, which would put
// it back as well, and graphs of other tests rest meanwhile.
func (s *scenario) goBack() func(context.Context) {
	s.Helper()
	name := "dynamographdeployments.nvidia.com"
	r := harness.Ref{GroupVersionKind: kindOf("apiextensions.crossplane.io/v2/CompositeResourceDefinition"), Name: name}
	was := s.must1(s.client.Get(s.Context(), r))
	resting := []harness.Ref{{GroupVersionKind: kindOf("pkg.crossplane.io/v1/ConfigurationRevision"), Name: was.GetOwnerReferences()[0].Name}}
	for _, g := range s.cluster("nvidia.com/v1beta1/DynamoGraphDeployment") {
		if g.Object["spec"].(map[string]any)["components"] != nil && g.GetNamespace() != s.namespace {
			resting = append(resting, harness.RefOf(&g))
		}
	}
	for _, each := range resting {
		s.must(s.client.Patch(s.Context(), each, pause))
	}
	s.until("they rest", func(ctx context.Context) error { return s.rest(ctx, resting) })
	done := false
	back := func(ctx context.Context) {
		if done {
			return
		}
		done = true
		s.must(s.client.Patch(ctx, r, string(s.json(map[string]any{"spec": map[string]any{"versions": was.Object["spec"].(map[string]any)["versions"]}}))))
		s.must(harness.Until(ctx, s.patience, "v1beta1 is served again", func(ctx context.Context) error {
			_, err := s.client.List(ctx, at(harness.Graph(), newer), s.namespace, "")
			return err
		}))
		for _, each := range resting {
			s.must(s.client.Patch(ctx, each, goOn))
		}
	}
	s.Cleanup(func() { back(context.Background()) })
	s.must(s.client.Patch(s.Context(), r, string(s.json(map[string]any{"spec": map[string]any{"versions": []any{earlierVersion(was)}}}))))
	s.until("v1beta1 is no longer served", func(ctx context.Context) error {
		_, err := s.client.List(ctx, at(harness.Graph(), newer), s.namespace, "")
		if err == nil {
			err = errors.New("it is")
		} else {
			err = nil
		}
		return err
	})
	return back
}

// rest is an error until all objects say that they are paused.
func (s *scenario) rest(ctx context.Context, refs []harness.Ref) error {
	var errs []error
	for _, r := range refs {
		o, err := s.client.Get(ctx, r)
		if err == nil && harness.ConditionOf(o, "Synced").Reason != "ReconcilePaused" {
			err = fmt.Errorf("%s is not paused", r)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
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
