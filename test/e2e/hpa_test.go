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
  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: chat-worker}
  metrics:
    - type: External
      external: {metric: {name: queue}, target: {type: AverageValue, averageValue: "10"}}
  behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
`

// TestScaleAutoscaler has Kubernetes' own autoscaler scale the adapter by the
// length of a queue, up and down, while the graph is edited.
func TestScaleAutoscaler(t *testing.T) {
	s := scaled(t)
	before := s.workloads()
	queue := s.serveMetrics(t)
	queue.value.Store(60)
	s.apply(autoscaler)
	s.notef("autoscaler applied: 10 requests of the queue per replica; the queue has 60")
	s.untilReplicas(worker, 6)
	s.until("the autoscaler reports that it can scale", func(ctx context.Context) error {
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
	})
	s.patch(harness.Graph(), chat, `{"spec":{"services":{"Frontend":{"replicas":2},"Worker":{"replicas":1}}}}`)
	s.notef("graph edited: Frontend 2, Worker 1, which the adapter overrules")
	s.untilReplicas(frontend, 2)
	s.untilReplicas(worker, 6)

	queue.value.Store(25)
	s.notef("the queue has 25")
	s.untilReplicas(worker, 3)
	s.untilReady(chat)
	s.surviveButPods(before)
	if got := number(s.get(harness.Adapter(), worker), "status", "replicas"); got != 3 {
		t.Errorf("adapter: status.replicas is %d, want 3", got)
	}
	s.notef("the metric was read %d times", queue.asked.Load())
}
