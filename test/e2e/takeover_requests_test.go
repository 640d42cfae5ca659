package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// runOfOperator is what the operator of 1.5 makes of a request: a Job, and a ConfigMap that
// the Job's own relay fills. Both belong to the request.
const runOfOperator = `
apiVersion: batch/v1
kind: Job
metadata:
  name: profile-chat
  labels: {app: dynamo-profiler, dgdr: chat, nvidia.com/managed-by: dynamo-operator}
  ownerReferences:
  - {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeploymentRequest, name: chat, uid: %[1]s, controller: true, blockOwnerDeletion: true}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      nodeSelector: {kubernetes.io/hostname: by-hand}
      tolerations: [{operator: Exists}]
      containers: [{name: profiler, image: nvcr.io/nvidia/ai-dynamo/dynamo-planner:1.5.0}]
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: dgdr-output-chat
  labels: {dgdr.nvidia.com/name: chat, nvidia.com/managed-by: dynamo-operator}
  ownerReferences:
  - {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeploymentRequest, name: chat, uid: %[1]s, controller: true, blockOwnerDeletion: true}
data: {profiler_status: success, phase: Done}
`

// formerRequest is a request that nobody reconciles until it is let go.
func (s *scenario) formerRequest() {
	s.Helper()
	r := s.objects(requestV1Beta1)[0]
	r.SetAnnotations(map[string]string{"crossplane.io/paused": "true"})
	unstructured.RemoveNestedField(r.Object, "spec", "overrides", "dgd")
	s.must(s.client.Apply(s.Context(), r))
}

// formerRun is the Job of the operator for it, which ends in a phase, and its ConfigMap.
func (s *scenario) formerRun(phase string, data map[string]any) {
	s.Helper()
	objects := s.objects(fmt.Sprintf(runOfOperator, s.get(harness.Request(), chat).GetUID()))
	for name, content := range data {
		s.must(unstructured.SetNestedField(objects[1].Object, content, "data", name))
	}
	s.must(s.client.Apply(s.Context(), objects...))
	s.until("the operator's Job has ended", func(ctx context.Context) error {
		pods, err := s.client.List(ctx, harness.Pod(), s.namespace, "job-name=profile-chat")
		if err != nil {
			return err
		}
		for i := range pods {
			if text(&pods[i], "status", "phase") == "Pending" {
				_ = s.client.Patch(ctx, harness.RefOf(&pods[i]), fmt.Sprintf(`{"status":{"phase":%q}}`, phase), "status")
			}
		}
		job, err := s.client.Get(ctx, s.ref(harness.Job(), "profile-chat"))
		if err == nil && harness.ConditionOf(job, "Complete").Status != "True" && harness.ConditionOf(job, "Failed").Status != "True" {
			err = fmt.Errorf("it runs, with %d pods", len(pods))
		}
		return err
	})
}

// formerStatus is what the operator says of the request. Then it is let go.
func (s *scenario) formerStatus(status string) {
	s.Helper()
	s.patch(harness.Request(), chat, `{"status":`+status+`}`, "status")
	s.patch(harness.Request(), chat, goOn)
}

// TestTakeoverRequests takes over requests that the operator has finished. None is profiled
// again, and what was found stays.
func TestTakeoverRequests(t *testing.T) {
	result, err := os.ReadFile(root + "/examples/request/result-v1beta1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("Deployed", func(t *testing.T) {
		s := newScenario(t)
		g := s.objects(inForm(t, newer))[0]
		g.SetName("chat-dgd")
		g.SetLabels(map[string]string{"dgdr.nvidia.com/name": chat, "dgdr.nvidia.com/namespace": s.namespace, "nvidia.com/managed-by": "dynamo-operator"})
		s.must(s.client.Apply(t.Context(), g))
		s.untilReady("chat-dgd")
		jobs, graphs := s.recordRuns()
		s.formerRequest()
		s.formerRun("Succeeded", map[string]any{"final_config.yaml": string(result)})
		before := s.uids(harness.Job(), harness.Graph(), harness.ConfigMap(), harness.Deployment())
		s.formerStatus(`{"phase":"Deployed","dgdName":"chat-dgd","profilingJobName":"profile-chat"}`)

		s.untilRequest(chat, "Ready", passed, "Profiling=True Completed", generated, serves, "Succeeded=True Deployed")
		s.rests()
		s.ran(jobs, graphs, 1, 1)
		if diff := cmp.Diff(before, s.uids(harness.Job(), harness.Graph(), harness.ConfigMap(), harness.Deployment())); diff != "" {
			t.Errorf("what the operator made: -before, +after:\n%s", diff)
		}
		if got := text(s.get(harness.ConfigMap(), "dgdr-output-chat"), "data", "final_config.yaml"); got != string(result) {
			t.Errorf("what the profiler found is %q", got)
		}

		s.delete(harness.Request(), chat)
		s.until("the request is gone, and its Job", func(ctx context.Context) error { return s.gone(ctx, s.ref(harness.Job(), "profile-chat")) })
		s.untilReady("chat-dgd")
		if diff := cmp.Diff(before["DynamoGraphDeployment/chat-dgd"], string(s.get(harness.Graph(), "chat-dgd").GetUID())); diff != "" {
			t.Errorf("the graph outlives its request, as the operator has it: -want UID, +got:\n%s", diff)
		}
	})
	t.Run("StatusLost", func(t *testing.T) {
		s := newScenario(t)
		s.formerRequest()
		jobs, graphs := s.recordRuns()
		s.formerRun("Succeeded", map[string]any{"final_config.yaml": string(result)})
		s.patch(harness.Request(), chat, goOn)
		s.untilRequest(chat, "Ready", passed, "Profiling=True Completed", generated, serves, "Succeeded=True Deployed")
		s.rests()
		s.ran(jobs, graphs, 1, 1)
	})
	t.Run("NothingLeft", func(t *testing.T) {
		s := newScenario(t)
		jobs, graphs := s.recordRuns()
		s.formerRequest()
		s.formerStatus(`{"phase":"Deployed"}`)
		s.untilRequest(chat, "DeploymentDeleted", passed, deleted)
		s.rests()
		s.ran(jobs, graphs, 0, 0)
	})
	t.Run("Failed", func(t *testing.T) {
		s := newScenario(t)
		jobs, graphs := s.recordRuns()
		s.formerRequest()
		s.formerRun("Failed", map[string]any{"profiler_status": "failed", "profiler_error": "no GPU fits", "phase": "SweepingDecode"})
		s.formerStatus(`{"phase":"Failed","conditions":[{"type":"Profiling","status":"False","reason":"SweepingDecodeFailed","message":"no GPU fits","lastTransitionTime":"2026-01-01T00:00:00Z"}]}`)
		s.untilRequest(chat, "Failed", passed, "Profiling=False SweepingDecodeFailed", "Succeeded=False SweepingDecodeFailed")
		s.explains(chat, "Profiling", "no GPU fits")
		s.rests()
		s.ran(jobs, graphs, 1, 0)

		s.patch(harness.Request(), chat, `{"spec":{"model":"Qwen/Qwen3-0.6B"}}`)
		s.explains(chat, "Profiling", "the Dynamo operator made Job profile-chat: delete it, and the request goes on")
		s.delete(harness.Job(), "profile-chat")
		s.untilRequest(chat, "Profiling", passed, profiling)
		s.ran(jobs, graphs, 2, 0)
	})
}
