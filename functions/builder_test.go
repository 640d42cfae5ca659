package functions_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/crossplane/function-sdk-go/logging"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/crossplane-contrib/function-dynamo/functions"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/wire"
)

// chat is a graph without a fault.
const chat = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: team, generation: 3}
spec:
  services:
    Frontend: {componentType: frontend, extraPodSpec: {mainContainer: {image: example.org/dynamo:1}}}
`

type changes = layertest.Changes

// encode is an object as core sends it.
func encode(t *testing.T, o map[string]any) *structpb.Struct {
	t.Helper()
	s, err := wire.Struct(o)
	if err != nil {
		t.Fatalf("cannot encode: %v", err)
	}
	return s
}

// decode is an object as layers read it.
func decode(s *structpb.Struct) map[string]any { return wire.Map(s) }

// request for a composite that nothing was composed for yet, in a cluster without
// EnvironmentConfigs.
func request(t *testing.T, manifest string, c ...changes) *fnv1.RunFunctionRequest {
	t.Helper()
	return requestFor(t, layertest.Object(t, manifest, c...))
}

func requestFor(t *testing.T, composite map[string]any) *fnv1.RunFunctionRequest {
	t.Helper()
	return &fnv1.RunFunctionRequest{
		Meta:     &fnv1.RequestMeta{Tag: "tag"},
		Observed: &fnv1.State{Composite: &fnv1.Resource{Resource: encode(t, composite)}},
		Desired:  &fnv1.State{},

		RequiredResources: noConfigs(composite),
	}
}

// noConfigs says that there are no EnvironmentConfigs for a composite.
func noConfigs(composite map[string]any) map[string]*fnv1.Resources {
	out := map[string]*fnv1.Resources{}
	metadata, _ := composite["metadata"].(map[string]any)
	namespace, _ := metadata["namespace"].(string)
	for name := range layer.AskForSettings(namespace) {
		out[name] = &fnv1.Resources{}
	}
	return out
}

// withInput has settings, in YAML, as the input of the step.
func withInput(t *testing.T, req *fnv1.RunFunctionRequest, settings string) *fnv1.RunFunctionRequest {
	t.Helper()
	req.Input = encode(t, layertest.Object(t, settings))
	return req
}

// withConfig has settings, in YAML, in an EnvironmentConfig that the cluster holds
// beside others.
func withConfig(t *testing.T, req *fnv1.RunFunctionRequest, name, settings string) *fnv1.RunFunctionRequest {
	t.Helper()
	config := map[string]any{"data": map[string]any{"dynamo": layertest.Object(t, settings)}}
	return withConfigs(t, req, map[string]*structpb.Struct{name: encode(t, config)})
}

// withConfigs has EnvironmentConfigs, by name, that the cluster holds beside others.
func withConfigs(t *testing.T, req *fnv1.RunFunctionRequest, configs map[string]*structpb.Struct) *fnv1.RunFunctionRequest {
	t.Helper()
	for name, config := range configs {
		key := "environmentconfig/" + name
		if _, ok := req.GetRequiredResources()[key]; !ok {
			t.Fatalf("the function does not ask for EnvironmentConfig %q", name)
		}
		req.RequiredResources[key] = &fnv1.Resources{Items: []*fnv1.Resource{{Resource: config}}}
	}
	return req
}

// run is the function's response; there must be no Go error. Keys are drawn from
// fixed bytes, so that equal requests have equal responses.
func run(t *testing.T, req *fnv1.RunFunctionRequest) *fnv1.RunFunctionResponse {
	t.Helper()
	rsp, err := functions.New(logging.NewNopLogger(), functions.WithRandom(layertest.Random{})).RunFunction(t.Context(), req)
	if err != nil {
		t.Fatalf("RunFunction(...): want problems as results, got a Go error: %v", err)
	}
	return rsp
}

// applied is the request after core took a response: every child exists at
// generation 1, and the composite has the status and the conditions.
func applied(t *testing.T, req *fnv1.RunFunctionRequest, rsp *fnv1.RunFunctionResponse) *fnv1.RunFunctionRequest {
	t.Helper()
	composite := decode(req.GetObserved().GetComposite().GetResource())
	status, _ := decode(rsp.GetDesired().GetComposite().GetResource())["status"].(map[string]any)
	if status == nil {
		status = map[string]any{}
	}
	conditions := []any{}
	for _, c := range rsp.GetConditions() {
		text := map[fnv1.Status]string{fnv1.Status_STATUS_CONDITION_TRUE: "True", fnv1.Status_STATUS_CONDITION_FALSE: "False"}[c.GetStatus()]
		conditions = append(conditions, map[string]any{
			"type": c.GetType(), "status": text, "reason": c.GetReason(), "message": c.GetMessage(), "lastTransitionTime": "2026-01-01T00:00:00Z",
		})
	}
	status["conditions"] = conditions
	composite["status"] = status

	next := requestFor(t, composite)
	next.Input = req.GetInput()
	next.Observed.Resources = map[string]*fnv1.Resource{}
	for key, r := range rsp.GetDesired().GetResources() {
		o := decode(r.GetResource())
		metadata, _ := o["metadata"].(map[string]any)
		metadata["generation"] = int64(1)
		metadata["namespace"] = "team"
		metadata["managedFields"] = []any{map[string]any{"manager": "apiextensions.crossplane.io/composed/0"}}
		next.Observed.Resources[key] = &fnv1.Resource{Resource: encode(t, o)}
	}
	return next
}

// manifests are the manifests of the tests, by file: those of this folder and
// the conformance cases of this repository.
func manifests(t *testing.T) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	for _, pattern := range []string{"testdata/*.yaml", "../test/conformance/testdata/*/*/input.yaml"} {
		files, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out[filepath.ToSlash(f)] = layertest.Object(t, string(raw))
		}
	}
	if len(out) == 0 {
		t.Fatal("no manifests")
	}
	return out
}

// each runs a test for every request that comes of the manifests: one for the
// manifest and one for each composite that comes of it.
func each(t *testing.T, test func(t *testing.T, req *fnv1.RunFunctionRequest)) {
	t.Helper()
	all := manifests(t)
	for _, file := range slices.Sorted(maps.Keys(all)) {
		t.Run(file, func(t *testing.T) {
			for _, req := range tree(t, requestFor(t, all[file])) {
				test(t, req)
			}
		})
	}
}

// answered is a request to a cluster that has every optional API which the
// function asks for, and neither Secrets nor volume claims nor EnvironmentConfigs.
func answered(t *testing.T, req *fnv1.RunFunctionRequest) *fnv1.RunFunctionRequest {
	t.Helper()
	asks := run(t, req).GetRequirements()
	req.RequiredSchemas, req.RequiredResources = map[string]*fnv1.Schema{}, map[string]*fnv1.Resources{}
	absent := []string{"Secret", "PersistentVolumeClaim", layer.ConfigKind}
	for name := range asks.GetSchemas() {
		req.RequiredSchemas[name] = &fnv1.Schema{OpenapiV3: &structpb.Struct{}}
	}
	for name, s := range asks.GetResources() {
		if slices.Contains(absent, s.GetKind()) {
			req.RequiredResources[name] = &fnv1.Resources{}
		}
	}
	return req
}

// tree is a request, answered, and those of the composites that come of it.
func tree(t *testing.T, req *fnv1.RunFunctionRequest) []*fnv1.RunFunctionRequest {
	t.Helper()
	return treeWith(t, req, "")
}

// treeWith is the same with settings, in YAML, as the input of the step.
func treeWith(t *testing.T, req *fnv1.RunFunctionRequest, settings string) []*fnv1.RunFunctionRequest {
	t.Helper()
	if settings != "" {
		req = withInput(t, req, settings)
	}
	req = answered(t, req)
	out := []*fnv1.RunFunctionRequest{req}
	for _, r := range run(t, req).GetDesired().GetResources() {
		if o := decode(r.GetResource()); o["apiVersion"] == "nvidia.com/v1alpha1" {
			metadata, _ := o["metadata"].(map[string]any)
			metadata["namespace"] = "team"
			out = append(out, treeWith(t, requestFor(t, o), settings)...)
		}
	}
	return out
}
