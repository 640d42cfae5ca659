package legacy

import (
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// read reads a request as the API server hands it over. What the manifest leaves out
// is that of a usual request.
func read(t *testing.T, spec string) dynamo.Request {
	t.Helper()
	const head = "metadata: {name: chat, namespace: team, uid: 0-1}\nspec: "
	xr := &v1alpha1.DynamoGraphDeploymentRequest{}
	if err := yaml.UnmarshalStrict([]byte(head+spec), xr); err != nil {
		t.Fatalf("cannot read the request: %v", err)
	}
	out, err := convert.ReadRequest(xr)
	if err != nil {
		t.Fatalf("ReadRequest(): %v", err)
	}
	return out
}

// configured is a request for acme/chat with vLLM and a configuration.
func configured(t *testing.T, config string) dynamo.Request {
	t.Helper()
	return read(t, "{model: acme/chat, backend: vllm, profilingConfig: {profilerImage: 'nvcr.io/p:1', config: "+config+"}}")
}

// full is a request that says everything that reaches the profiler.
const full = `
  model: acme/chat
  backend: sglang
  enableGpuDiscovery: true
  useMocker: true
  autoApply: true
  profilingConfig:
    profilerImage: nvcr.io/p:1
    outputPVC: results
    configMapRef: {name: base, key: tep16.yaml}
    config:
      outputDir: /data/
      deployment:
        dgdImage: mine
        model: acme/other
        modelCache: {pvcName: models, pvcPath: chat, mountPath: /models}
      engine: {backend: vllm, config: /mine.yaml}
      sla: {ttft: 200.5, itl: 20, isl: null}
      sweep: {useAiConfigurator: true, aicSystem: h200_sxm}
      planner: {loadPredictor: null, prefix: $(HOSTNAME)}
      more: [1, null, {a: null, b: 'yes'}]
  deploymentOverrides: {name: chat, namespace: team, labels: {a: b}, annotations: {c: d}, workersImage: nvcr.io/w:1}
`
