package functions_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// free is what a user may write where anything may stand, and what elsewhere
// nobody would have meant.
const free = "{resources: {}, strategy: {}, status: {}, metadata: {}, limit: null, list: [null, {status: {}, x: null}], other: {}}"

const freeForm = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: free, namespace: team}
spec:
  services:
    Epp:
      componentType: epp
      eppConfig: {config: {plugins: [{type: a-scorer, parameters: ` + free + `}]}}
      extraPodSpec: {mainContainer: {image: example.org/fe:1}}
    Worker:
      componentType: worker
      checkpoint: ` + free + `
      failover: ` + free + `
      gpuMemoryService: ` + free + `
      multinode: {nodeCount: 2, leader: ` + free + `, worker: ` + free + `}
      providerOverride: ` + free + `
      frontendSidecar: {image: example.org/fe:1}
      extraPodSpec: {mainContainer: {image: example.org/rt:1, command: [python3, -m, dynamo.vllm], args: [--model, m]}}
`

// TestIdleFreeFormStaysAtTheGraph: what nothing acts on is named by the graph,
// and is not handed to its components.
func TestIdleFreeFormStaysAtTheGraph(t *testing.T) {
	rsp := run(t, request(t, freeForm))
	spec, _ := decode(rsp.GetDesired().GetResources()["component/Worker"].GetResource())["spec"].(map[string]any)
	for _, field := range []string{"checkpoint", "failover", "gpuMemoryService", "providerOverride"} {
		if v, ok := spec[field]; ok {
			t.Errorf("the component has %s: %v", field, v)
		}
	}
	if diff := cmp.Diff(any(map[string]any{"nodeCount": int64(2)}), spec["multinode"]); diff != "" {
		t.Errorf("the component's multinode (-want, +got):\n%s", diff)
	}
}

// TestFreeFormReachesPicker has the configuration of an endpoint picker arrive
// in its ConfigMap, on the way of a graph and its component.
func TestFreeFormReachesPicker(t *testing.T) {
	var data map[string]any
	for _, req := range tree(t, answered(t, request(t, freeForm))) {
		if r, ok := run(t, req).GetDesired().GetResources()["configmap/epp"]; ok {
			data, _ = decode(r.GetResource())["data"].(map[string]any)
		}
	}
	text, _ := data["epp-config-dynamo.yaml"].(string)
	got := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"apiVersion": "inference.networking.x-k8s.io/v1alpha1",
		"kind":       "EndpointPickerConfig",
		"plugins":    []any{map[string]any{"type": "a-scorer", "parameters": layertest.Object(t, free)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the picker's configuration (-want, +got):\n%s", diff)
	}
}
