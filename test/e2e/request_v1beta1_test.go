package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// requestV1Beta1 says nothing of GPUs, which nodes tell. Its pod goes to the node whose
// pods nobody runs.
const requestV1Beta1 = `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeploymentRequest
metadata:
  name: chat
spec:
  model: Qwen/Qwen3-32B
  backend: vllm
  image: nvcr.io/nvidia/ai-dynamo/dynamo-planner:1.5.0
  sla: {ttft: 200, itl: 20}
  overrides:
    profilingJob:
      template:
        spec:
          containers: []
          nodeSelector: {kubernetes.io/hostname: by-hand}
          tolerations: [{operator: Exists}]
    dgd:
      apiVersion: nvidia.com/v1beta1
      kind: DynamoGraphDeployment
      spec:
        components: [{name: Frontend, replicas: 2}]
`

// TestRequestV1Beta1 takes a request of version v1beta1 to a graph that serves: through
// what nodes say of GPUs, a phase of its profiler, and a result of the same version with
// what the request says of its graph over it.
func TestRequestV1Beta1(t *testing.T) {
	t.Parallel()
	s := newScenario(t)
	jobs, graphs := s.recordRuns()
	s.apply(requestV1Beta1)
	s.untilRequest(chat, "Profiling", passed, profiling, "Succeeded=False Profiling")
	hardware, _ := s.get(harness.Request(), chat).Object["status"].(map[string]any)["hardware"].(map[string]any)
	if got := hardware["gpuSku"]; got != "h100_sxm" {
		t.Errorf("status.hardware: want what nodes say, got %v", hardware)
	}
	p := s.startProfiler(chat)
	p.writes("profiler_status.yaml", "status: running\nphase: SweepingDecode\nmessage: 2 of 4\n")
	s.untilRequest(chat, "Profiling", passed, "Profiling=False SweepingDecode", "Succeeded=False SweepingDecode")
	s.rests()

	result, err := os.ReadFile(root + "/examples/request/result-v1beta1.yaml")
	s.must(err)
	p.writes("final_config.yaml", string(result))
	p.writes("profiler_status.yaml", "status: success\nphase: Done\n")
	p.ends(0, "")
	s.untilRequest(chat, "Ready", passed, "Profiling=True Completed", generated, serves, "Succeeded=True Deployed")
	s.untilReady("chat-dgd")
	s.untilReplicas("chat-dgd-frontend", 2)
	s.rests()
	s.ran(jobs, graphs, 1, 1)

	status, _ := s.get(harness.Request(), chat).Object["status"].(map[string]any)
	want := []any{"Deployed", "chat-dgd", "profile-chat"}
	if diff := cmp.Diff(want, []any{status["phase"], status["dgdName"], status["profilingJobName"]}); diff != "" {
		t.Errorf("phase, dgdName and profilingJobName: -want, +got:\n%s", diff)
	}
	s.deleteRequest(chat)
}

// TestOverlayCorrectedV1Beta1 has a request name a component that the result lacks. Once
// it is corrected, the graph is made without another Job.
func TestOverlayCorrectedV1Beta1(t *testing.T) {
	t.Parallel()
	newScenario(t).correctsOverlay("name: frontend, replicas: 2", func(s *scenario) {
		s.untilRequest(chat, "Failed", passed, garbage)
		s.explains(chat, "SpecGenerated", "spec.overrides.dgd.spec.components[frontend]")
	})
}

// TestGraphRefusedV1Beta1 has the API server refuse a graph for what a request puts over it.
// That can be corrected, and nothing else of the request.
func TestGraphRefusedV1Beta1(t *testing.T) {
	t.Parallel()
	newScenario(t).correctsOverlay("name: Frontend, eppConfig: {configMapRef: {name: picker, key: config}}", func(s *scenario) {
		s.until("the refusal is told", func(ctx context.Context) error {
			return s.isRequest(ctx, chat, "Deploying", passed, generated, "DeploymentReady=False DeploymentRefused", "Synced=False ReconcileError")
		})
		s.explains(chat, "DeploymentReady", "put what is right over it in spec.overrides.dgd")
		for _, edit := range []string{`{"model":"other"}`, `{"overrides":{"trustRemoteCode":true}}`, `{"overrides":{"profilingJob":null}}`} {
			err := s.client.Patch(s.Context(), s.ref(harness.Request().GroupKind().WithVersion("v1beta1"), chat), `{"spec":`+edit+`}`)
			if !apierrors.IsInvalid(errors.Unwrap(err)) {
				s.Errorf("a patch with %s: want it refused, got %v", edit, err)
			}
		}
	})
}

// correctsOverlay has a request put a fault over its graph, lets wrong look at what becomes of
// it, and corrects it: the graph is made of the same result.
func (s *scenario) correctsOverlay(fault string, wrong func(*scenario)) {
	s.Helper()
	jobs, graphs := s.recordRuns()
	s.apply(strings.Replace(requestV1Beta1, "name: Frontend, replicas: 2", fault, 1))
	s.untilRequest(chat, "Profiling", passed, profiling)
	p := s.startProfiler(chat)
	result, err := os.ReadFile(root + "/examples/request/result-v1beta1.yaml")
	s.must(err)
	p.writes("final_config.yaml", string(result))
	p.writes("profiler_status.yaml", "status: success\n")
	p.ends(0, "")
	wrong(s)
	s.patch(harness.Request().GroupKind().WithVersion("v1beta1"), chat, `{"spec":{"overrides":{"dgd":{"spec":{"components":[{"name":"Frontend","replicas":2}]}}}}}`)
	s.until("the graph is made of the same result", func(ctx context.Context) error {
		if graphs.ever() == 0 {
			return fmt.Errorf("there is none after %d Jobs", jobs.ever())
		}
		return s.isRequest(ctx, chat, "Ready", generated, serves)
	})
	s.ran(jobs, graphs, 1, 1)
}
