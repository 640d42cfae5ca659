package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

const autoscaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: worker}
spec:
  minReplicas: 1
  maxReplicas: 8
  scaleTargetRef: {apiVersion: nvidia.com/%s, kind: DynamoGraphDeploymentScalingAdapter, name: chat-worker}
  metrics:
    - type: External
      external: {metric: {name: queue}, target: {type: AverageValue, averageValue: "10"}}
  behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
`

// TestScaleAutoscaler has Kubernetes' own autoscaler scale the adapter by the
// length of a queue, up and down, while the graph is edited.
func TestScaleAutoscaler(t *testing.T) {
	s := scaled(t)
	s.autoscaled(older, func() {
		s.patch(harness.Graph(), chat, `{"spec":{"services":{"Frontend":{"replicas":2},"Worker":{"replicas":1}}}}`)
	})
}

// TestScaleAutoscalerOfV1Beta1 does so where graph, adapter and edit are of v1beta1.
func TestScaleAutoscalerOfV1Beta1(t *testing.T) {
	s := newScenario(t)
	s.apply(inForm(t, newer))
	s.untilReady(chat)
	s.untilBound(worker)
	s.autoscaled(newer, func() {
		s.must(patchJSON(t.Context(), s.client, s.ref(at(harness.Graph(), newer), chat),
			`[{"op":"add","path":"/spec/components/0/replicas","value":2},{"op":"replace","path":"/spec/components/1/replicas","value":1}]`))
	})
}

// autoscaled has the autoscaler name the adapter in a version.
func (s *scenario) autoscaled(version string, edit func()) {
	s.Helper()
	before := s.workloads()
	queue := s.serveMetrics(s.T)
	queue.value.Store(60)
	s.apply(fmt.Sprintf(autoscaler, version))
	s.notef("autoscaler applied: 10 requests of the queue per replica; the queue has 60")
	s.untilReplicas(worker, 6)
	s.until("the autoscaler reports that it can scale", s.canScale)
	edit()
	s.notef("graph edited: Frontend 2, Worker 1, which the adapter overrules")
	s.untilReplicas(frontend, 2)
	s.untilReplicas(worker, 6)

	queue.value.Store(25)
	s.notef("the queue has 25")
	s.untilReplicas(worker, 3)
	s.untilReady(chat)
	s.surviveButPods(before)
	if got := number(s.get(harness.Adapter(), worker), "status", "replicas"); got != 3 {
		s.Errorf("adapter: status.replicas is %d, want 3", got)
	}
	s.notef("the metric was read %d times", queue.asked.Load())
}

// canScale is an error while the autoscaler cannot.
func (s *scenario) canScale(ctx context.Context) error {
	o, err := s.client.Get(ctx, s.ref(harness.Kind("autoscaling", "v2", "HorizontalPodAutoscaler"), "worker"))
	if err != nil {
		return err
	}
	for _, name := range []string{"AbleToScale", "ScalingActive"} {
		if c := harness.ConditionOf(o, name); c.Status != "True" {
			return fmt.Errorf("condition %+v", c)
		}
	}
	return nil
}
