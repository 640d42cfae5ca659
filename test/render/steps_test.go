package render

import (
	"context"
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/response"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// site stands for a function of a platform team: it labels every object that
// the pipeline composes so far, and composes a ConfigMap of its own.
type site struct {
	fnv1.UnimplementedFunctionRunnerServiceServer

	label, configMap string
}

// RunFunction is called once a reconcile.
func (s site) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	rsp := response.To(req, response.DefaultTTL)
	for _, r := range rsp.GetDesired().GetResources() {
		metadata := r.GetResource().GetFields()["metadata"].GetStructValue()
		labels := metadata.GetFields()["labels"].GetStructValue()
		if labels == nil {
			labels = &structpb.Struct{Fields: map[string]*structpb.Value{}}
			metadata.Fields["labels"] = structpb.NewStructValue(labels)
		}
		labels.Fields[s.label] = structpb.NewStringValue("yes")
	}
	object, err := structpb.NewStruct(map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": s.configMap},
	})
	if err != nil {
		return nil, err
	}
	if rsp.GetDesired().GetResources() == nil {
		rsp.Desired.Resources = map[string]*fnv1.Resource{}
	}
	rsp.Desired.Resources[s.configMap] = &fnv1.Resource{Resource: object, Ready: fnv1.Ready_READY_TRUE}
	return rsp, nil
}

// TestStepsBesideOurs runs a pipeline with a step of somebody else before ours
// and one after it: ours keeps what was there, and what it composes can be
// changed.
func TestStepsBesideOurs(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	manifest := objectOf(t, examples+"/graph/xr.yaml")
	want, err := preview.New(options()).Render(manifest.Object)
	if err != nil {
		t.Fatal(err)
	}
	before := serve(t, site{label: "example.org/before", configMap: "before"})
	after := serve(t, site{label: "example.org/after", configMap: "after"})

	got, err := e.render(t, manifests{
		xr:          examples + "/graph/xr.yaml",
		composition: write(t, "pipeline.yaml", pipeline("before", "dynamo", "after")),
		functions: write(t, "functions.yaml",
			function("before", before), function("dynamo", e.function), function("after", after)),
		targets: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(want.Result.Children) + 2; len(got.children) != n {
		t.Errorf("children: got %d, want %d: ours and those of the other steps", len(got.children), n)
	}
	for key, child := range got.children {
		labels := child.GetLabels()
		if _, ok := labels["example.org/before"]; ok {
			t.Errorf("%s: carries the label of a step that ran before it was composed", key)
		}
		if _, ok := labels["example.org/after"]; ok != (key != "after") {
			t.Errorf("%s: label of the step behind ours: got %t, want %t", key, ok, key != "after")
		}
	}
}

func pipeline(steps ...string) map[string]any {
	list := make([]any, 0, len(steps))
	for _, s := range steps {
		list = append(list, map[string]any{"step": s, "functionRef": map[string]any{"name": s}})
	}
	return map[string]any{
		"apiVersion": "apiextensions.crossplane.io/v1", "kind": "Composition",
		"metadata": map[string]any{"name": "pipeline"},
		"spec": map[string]any{
			"compositeTypeRef": map[string]any{"apiVersion": "nvidia.com/v1alpha1", "kind": "DynamoGraphDeployment"},
			"mode":             "Pipeline",
			"pipeline":         list,
		},
	}
}

func function(name, target string) map[string]any {
	return map[string]any{
		"apiVersion": "pkg.crossplane.io/v1", "kind": "Function",
		"metadata": map[string]any{"name": name, "annotations": map[string]any{
			"render.crossplane.io/runtime":                    "Development",
			"render.crossplane.io/runtime-development-target": target,
		}},
		"spec": map[string]any{"package": "xpkg.crossplane.io/example/function-" + name + ":v0.0.0"},
	}
}
