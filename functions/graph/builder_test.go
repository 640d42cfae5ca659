package graph_test

import (
	"testing"

	"github.com/crossplane-contrib/function-dynamo/functions/graph"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// chat is a graph without a fault; tests change one thing.
const chat = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat, namespace: team, generation: 3}
spec:
  services:
    Frontend:
      componentType: frontend
      extraPodSpec: {mainContainer: {image: example.org/dynamo:1}}
    Worker:
      componentType: worker
      replicas: 2
      extraPodSpec: {mainContainer: {image: example.org/dynamo:1, command: [python3], args: [-m, dynamo.vllm]}}
`

// plain is a service without a fault.
const plain = "{componentType: helper, extraPodSpec: {mainContainer: {image: example.org/helper:1, command: [helper]}}}"

// Where what is tested is written in the graph.
const (
	frontend = "spec/services/Frontend/"
	worker   = "spec/services/Worker/"
)

// changes of the graph.
type changes = layertest.Changes

// in is what the layer is told of the changed graph before anything exists.
func in(t *testing.T, c ...changes) layer.In {
	t.Helper()
	return layertest.In(layertest.Object(t, chat, c...))
}

// compose is the layer's result; there must be no error.
func compose(t *testing.T, in layer.In) layer.Out {
	t.Helper()
	out, err := graph.Compose(in)
	if err != nil {
		t.Fatalf("Compose(...): %v", err)
	}
	return out
}

// waiting is the same before core has told the settings of the site.
func waiting(in layer.In) layer.In {
	in.Waiting = true
	return in
}

// answered is the same where core has answered that none of the claims exist which
// the graph asks for.
func answered(t *testing.T, in layer.In) layer.In {
	t.Helper()
	in.Answers.Objects = map[string][]layer.Object{}
	for name, s := range compose(t, in).Needs.Objects {
		if s.Kind == "PersistentVolumeClaim" {
			in.Answers.Objects[name] = nil
		}
	}
	return in
}

// running is what the layer is told of the changed graph while the components
// of the unchanged one exist, not yet reported on.
func running(t *testing.T, c ...changes) layer.In {
	t.Helper()
	before := in(t)
	next := layertest.Next(t, before, compose(t, before), nil)
	status := next.Composite["status"]
	next.Composite = layertest.Object(t, chat, c...)
	next.Composite["status"] = status
	return next
}

// condition of a result.
func condition(t *testing.T, out layer.Out, name string) layer.Condition {
	t.Helper()
	for _, c := range out.Conditions {
		if c.Type == name {
			return c
		}
	}
	t.Fatalf("no condition %s in %v", name, out.Conditions)
	return layer.Condition{}
}

// messages of a result's events.
func messages(out layer.Out) []string {
	all := []string{}
	for _, e := range out.Events {
		all = append(all, e.Message)
	}
	return all
}
