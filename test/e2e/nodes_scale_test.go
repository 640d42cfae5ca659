package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// Names of testdata/spread.yaml.
const (
	spread       = "spread"
	spreadWorker = "spread-worker"
)

// ratioAutoscaler scales by how far a metric is from its target: it multiplies
// the ratio by the pods that it finds ready.
const ratioAutoscaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: spread}
spec:
  minReplicas: 1
  maxReplicas: 12
  scaleTargetRef: {apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeploymentScalingAdapter, name: spread-worker}
  metrics:
    - type: External
      external: {metric: {name: queue}, target: {type: Value, value: "10"}}
  behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
`

// TestScaleAutoscalerOverNodes has Kubernetes' own autoscaler scale a service
// whose replicas are two pods each. It must count replicas and not pods, whether
// there is one replica or several: with followers in the adapter's selector it
// asks for twice as many.
func TestScaleAutoscalerOverNodes(t *testing.T) {
	s := newScenario(t)
	s.must(installed())
	s.apply(s.file("spread.yaml"))
	s.untilSpread()
	s.untilBound(spreadWorker)
	const want = "nvidia.com/dynamo-component=Worker,nvidia.com/dynamo-graph-deployment-name=spread,role=leader"
	if got := text(s.get(harness.Adapter(), spreadWorker), "status", "selector"); got != want {
		t.Errorf("status.selector: want %s, got %s", want, got)
	}

	queue := s.serveMetrics(t)
	queue.value.Store(10)
	s.apply(ratioAutoscaler)
	s.notef("autoscaler applied: the metric is on its target")
	for _, step := range []struct{ metric, from, to int64 }{
		{metric: 15, from: 1, to: 2}, // With followers 3.
		{metric: 15, from: 2, to: 3}, // With followers 6.
		{metric: 5, from: 3, to: 2},  // With followers 3: nothing would happen.
	} {
		s.ratio(queue, step.metric, step.from, step.to)
	}
}

// untilSpread waits until the graph is ready, which has no Deployment.
func (s *scenario) untilSpread() {
	s.Helper()
	s.until("the graph is ready", func(ctx context.Context) error {
		g, err := s.client.Get(ctx, s.ref(harness.Graph(), spread))
		if err != nil {
			return err
		}
		return settled(g)
	})
}

// ratio sets the metric until the autoscaler asks for another number of replicas,
// which must be the one that is wanted, and then back to its target.
func (s *scenario) ratio(queue *metrics, metric, from, want int64) {
	s.Helper()
	s.notef("the metric is %d, its target 10", metric)
	queue.value.Store(metric)
	var asked int64
	s.until(fmt.Sprintf("the autoscaler asks for others than %d replicas", from), func(ctx context.Context) error {
		a, err := s.client.Get(ctx, s.ref(harness.Adapter(), spreadWorker))
		if err != nil {
			return err
		}
		if asked = number(a, "spec", "replicas"); asked == from {
			return fmt.Errorf("the adapter asks for %d replicas", asked)
		}
		return nil
	})
	queue.value.Store(10)
	if asked != want {
		s.Errorf("metric %d with %d replicas of two pods: the autoscaler asks for %d, want %d", metric, from, asked, want)
	}
	s.until(fmt.Sprintf("there are %d leaders", want), func(ctx context.Context) error {
		pods, err := s.client.List(ctx, harness.Pod(), s.namespace, "nvidia.com/dynamo-component=Worker,role=leader")
		if err == nil && int64(len(pods)) != want {
			err = fmt.Errorf("there are %d", len(pods))
		}
		return err
	})
	s.untilSpread()
}
