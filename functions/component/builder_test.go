package component_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/functions/component"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// composed is a component that a graph made; standalone is one that a user wrote.
const (
	composed = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata:
  name: chat-worker
  namespace: team
  generation: 2
  annotations: {dynamo.fn.crossplane.io/spec-hash: 0123456789abcdef}
  labels:
    nvidia.com/dynamo-component: Worker
    nvidia.com/dynamo-graph-deployment-name: chat
    nvidia.com/dynamo-namespace: team-chat
spec:
  serviceName: Worker
  componentType: worker
  replicas: 2
  extraPodSpec: {mainContainer: {name: main, image: example.org/dynamo:1, command: [python3], args: [-m, dynamo.vllm]}}
`
	standalone = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata: {name: solo, namespace: team, generation: 1}
spec:
  componentType: worker
  extraPodSpec: {mainContainer: {image: example.org/dynamo:1, command: [python3], args: [-m, dynamo.vllm]}}
`
)

type changes = layertest.Changes

// compose is the layer's result; there must be no error.
func compose(t *testing.T, in layer.In) layer.Out {
	t.Helper()
	out, err := component.Compose(in)
	if err != nil {
		t.Fatalf("Compose(...): %v", err)
	}
	return out
}

// running is what the layer is told of the changed component while the objects
// of the unchanged one exist; its Deployment has the status.
func running(t *testing.T, manifest, status string, c ...changes) layer.In {
	t.Helper()
	before := layertest.In(layertest.Object(t, manifest))
	statuses := map[string]string{}
	if status != "" {
		statuses["deployment/main"] = status
	}
	next := layertest.Next(t, before, compose(t, before), statuses)
	had := next.Composite["status"]
	next.Composite = layertest.Object(t, manifest, c...)
	next.Composite["status"] = had
	return next
}

// rollout is the status of a Deployment of generation 1.
func rollout(total, updated, ready, available int, condition string) string {
	return fmt.Sprintf("{observedGeneration: 1, replicas: %d, updatedReplicas: %d, readyReplicas: %d, availableReplicas: %d, conditions: [{type: Progressing, status: \"True\"}, {type: Available, status: %q}]}",
		total, updated, ready, available, condition)
}

// conditions of a result by type, with what they say.
func conditionsOf(out layer.Out) map[string]string {
	all := map[string]string{}
	for _, c := range out.Conditions {
		all[c.Type] = fmt.Sprintf("%s %s", c.Status, c.Reason)
	}
	return all
}

func with(base map[string]string, more map[string]string) map[string]string {
	out := maps.Clone(base)
	maps.Copy(out, more)
	return out
}
