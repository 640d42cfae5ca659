package current

import (
	"testing"

	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// read reads a request as core hands it over.
func read(t *testing.T, spec string) dynamo.Request {
	t.Helper()
	_, out, err := convert.DecodeRequest(layertest.Object(t, "metadata: {name: chat, namespace: team, uid: 0-1}\nspec: "+spec))
	if err != nil || len(out.Faults) > 0 {
		t.Fatalf("DecodeRequest(...): %v, %v", err, out.Faults)
	}
	return out
}

// minimal is a request that says as little as it may.
const minimal = `{model: acme/chat, image: 'nvcr.io/p:1'}`

// full is a request that says everything that reaches the profiler.
const full = `
  model: acme/chat
  backend: sglang
  image: nvcr.io/p:1.5.0
  runtimeVersionOverride: 1.5.0
  autoApply: false
  searchStrategy: thorough
  modelCache: {pvcName: models, pvcModelPath: chat, pvcMountPath: /models}
  hardware: {gpuSku: h200_sxm, vramMb: 143771.5, totalGpus: 16, numGpusPerNode: 8, interconnect: nvlink, rdma: true}
  workload: {isl: 3000, requestRate: 2.5}
  sla: {ttft: 200.5, itl: 20, optimizationType: latency}
  features:
    planner: {mode: disagg, prefix: $(HOSTNAME), load: null}
    mocker: {enabled: true}
    kvRouter: {enabled: true}
  overrides:
    trustRemoteCode: true
    profilingJob:
      ttlSecondsAfterFinished: 60
      template: {spec: {tolerations: [{key: nvidia.com/gpu, operator: Exists}]}}
    dgd: {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, spec: {components: [{name: Frontend}]}}
`
