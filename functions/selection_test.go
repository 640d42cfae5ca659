package functions_test

import (
	"strings"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// TestManual: a graph that stays with its revision asks core for those of its
// components' Composition, and hands down the one that has the input of its own step,
// whatever an environment says beside it.
func TestManual(t *testing.T) {
	const revision = "{apiVersion: apiextensions.crossplane.io/v1, kind: CompositionRevision, metadata: {name: NAME}, " +
		"spec: {revision: 1, pipeline: [{step: dynamo, input: {apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, discovery: {backend: BACKEND}}}]}}"
	req := inEnvironment(t, "{dynamo: {podDefaults: {labels: {a: b}}}}")
	composite := decode(req.GetObserved().GetComposite().GetResource())
	composite["spec"].(map[string]any)["crossplane"] = layertest.Object(t,
		"{compositionRef: {name: dynamographdeployments.nvidia.com}, compositionUpdatePolicy: Manual, compositionRevisionRef: {name: g}}")
	req.Observed.Composite.Resource = encode(t, composite)
	req.Input = encode(t, layertest.Object(t, "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, discovery: {backend: etcd}}"))

	want := &fnv1.ResourceSelector{
		ApiVersion: "apiextensions.crossplane.io/v1", Kind: "CompositionRevision",
		Match: &fnv1.ResourceSelector_MatchLabels{MatchLabels: &fnv1.MatchLabels{
			Labels: map[string]string{"crossplane.io/composition-name": "dynamocomponentdeployments.nvidia.com"},
		}},
	}
	needs := run(t, req).GetRequirements().GetResources()
	if diff := cmp.Diff(want, needs["revisions"], protocmp.Transform()); diff != "" {
		t.Errorf("RunFunction(...): requirement of revisions: -want, +got:\n%s", diff)
	}

	answers := &fnv1.Resources{}
	for name, backend := range map[string]string{"suits": "etcd", "other": "kubernetes"} {
		text := strings.NewReplacer("NAME", name, "BACKEND", backend).Replace(revision)
		answers.Items = append(answers.Items, &fnv1.Resource{Resource: encode(t, layertest.Object(t, text))})
	}
	if req.RequiredResources == nil {
		req.RequiredResources = map[string]*fnv1.Resources{}
	}
	req.RequiredResources["revisions"] = answers
	spec, _ := decode(run(t, req).GetDesired().GetResources()["component/Frontend"].GetResource())["spec"].(map[string]any)
	handed := layertest.Object(t, "{compositionRef: {name: dynamocomponentdeployments.nvidia.com}, compositionUpdatePolicy: Manual, compositionRevisionRef: {name: suits}}")
	if diff := cmp.Diff(any(handed), spec["crossplane"]); diff != "" {
		t.Errorf("RunFunction(...): spec.crossplane of the component: -want, +got:\n%s", diff)
	}
}
