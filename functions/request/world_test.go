package request_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/request"
)

const manifest = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentRequest
metadata: {name: chat, namespace: team, uid: u1, generation: 1, creationTimestamp: "2026-01-01T00:00:00Z"}
spec:
  model: acme/chat-3b
  backend: vllm
  autoApply: true
  profilingConfig:
    profilerImage: registry.example/vllm-runtime:0.9.0
    config: {sla: {ttft: 300, itl: 25}}
`

const result = `apiVersion: v1
kind: ConfigMap
metadata: {name: planner-profile-data}
data: {a: b}
---
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: vllm-disagg, namespace: elsewhere}
spec:
  services:
    Frontend: {componentType: frontend, replicas: 1, resources: null}
`

const file = "config_with_planner.yaml"

// world plays core for one request: it keeps what the layer wants, and answers what
// the layer asks.
type world struct {
	t  *testing.T
	in layer.In
	// out is the last result.
	out layer.Out
	// events of all runs since they were last looked at.
	events []string
	// others are objects that exist beside the request's children, as kind/name.
	others map[string]layer.Object
	// refused is the key of a child that the API server does not take; empty for none.
	refused string
}

func newWorld(t *testing.T, changes ...layertest.Changes) *world {
	t.Helper()
	return newWorldOf(t, manifest, changes...)
}

// newWorldOf is a world for one request of any form.
func newWorldOf(t *testing.T, manifest string, changes ...layertest.Changes) *world {
	t.Helper()
	w := &world{t: t, in: layertest.In(layertest.Object(t, manifest, changes...)), others: map[string]layer.Object{}}
	w.run()
	return w
}

// run lets core reconcile until nothing changes any more.
func (w *world) run() {
	w.t.Helper()
	for range 12 {
		before := fmt.Sprint(w.in.Composite["status"], layertest.Keys(w.out))
		w.reconcile()
		if before == fmt.Sprint(w.in.Composite["status"], layertest.Keys(w.out)) {
			return
		}
	}
	w.t.Fatalf("the request does not come to rest: %v", w.in.Composite["status"])
}

// reconcile calls the layer until its needs are answered, and takes its result.
func (w *world) reconcile() {
	w.t.Helper()
	w.in.Answers = layer.Answers{}
	out := w.compose()
	for range 3 {
		w.in.Answers = layer.Answers{Objects: w.answer(out.Needs)}
		out = w.compose()
	}
	statuses := map[string]string{}
	data := w.in.Observed[request.KeyOutput].Data()
	for key, o := range w.in.Observed {
		if s := o.Status(); s != nil {
			statuses[key] = string(mustJSON(w.t, s))
		}
	}
	for key, fields := range layertest.Objects(w.t, out) {
		// Core finds an object of this name, and takes it over.
		u := unstructured.Unstructured{Object: fields}
		if o, ok := w.others[u.GetKind()+"/"+u.GetName()]; ok && o.Status() != nil {
			statuses[key] = string(mustJSON(w.t, o.Status()))
		}
	}
	for _, e := range out.Events {
		w.events = append(w.events, e.Reason)
	}
	w.in, w.out = layertest.Next(w.t, w.in, out, statuses), out
	for key, o := range w.in.Observed {
		w.own(key, o)
	}
	if data != nil && w.in.Observed.Has(request.KeyOutput) {
		w.put(request.KeyOutput, "data", data)
	}
	w.refuse(w.refused)
}

// refuse plays an API server that does not take a child, as core tells it.
func (w *world) refuse(key string) {
	if _, wanted := layertest.Objects(w.t, w.out)[key]; !wanted {
		return
	}
	delete(w.in.Observed, key)
	status, _ := w.in.Composite["status"].(map[string]any)
	conditions, _ := status["conditions"].([]any)
	status["conditions"] = append(conditions, map[string]any{
		"type": "Synced", "status": "False", "reason": "ReconcileError", "message": "Unsynced resources: " + key,
		"observedGeneration": dig(w.in.Composite, "metadata", "generation"),
	})
}

func (w *world) compose() layer.Out {
	w.t.Helper()
	out, err := request.Compose(w.in)
	if err != nil {
		w.t.Fatalf("Compose(...): %v", err)
	}
	return out
}

// answer finds what is asked for among children and others.
func (w *world) answer(n layer.Needs) map[string][]layer.Object {
	out := map[string][]layer.Object{}
	for need, s := range n.Objects {
		out[need] = []layer.Object{}
		for _, o := range w.in.Observed {
			if o.Kind == s.Kind && o.Name == s.Name {
				out[need] = append(out[need], o)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(w.others)) {
			if o := w.others[key]; o.Kind == s.Kind && (s.Name == "" || s.Name == o.Name) {
				out[need] = append(out[need], o)
			}
		}
	}
	return out
}

// own makes the request the controller of a child, and writes its key, as core does.
func (w *world) own(key string, o layer.Object) {
	u := unstructured.Unstructured{Object: o.Whole()}
	self := unstructured.Unstructured{Object: w.in.Composite}
	refs := []any{map[string]any{
		"apiVersion": "nvidia.com/v1alpha1", "kind": "DynamoGraphDeploymentRequest", "name": self.GetName(), "uid": string(self.GetUID()), "controller": true,
	}}
	_ = unstructured.SetNestedSlice(u.Object, refs, "metadata", "ownerReferences")
	u.SetAnnotations(meta.Merge(u.GetAnnotations(), map[string]string{"crossplane.io/composition-resource-name": key}))
	w.in.Observed[key] = layer.Read(u.Object)
}

// put sets a section of a child.
func (w *world) put(key, section string, value any) {
	w.t.Helper()
	o, ok := w.in.Observed[key]
	if !ok {
		w.t.Fatalf("there is no child %s among %v", key, layertest.Keys(w.out))
	}
	u := unstructured.Unstructured{Object: o.Whole()}
	u.Object[section] = value
	w.in.Observed[key] = layer.Read(u.Object)
}

// change changes fields of a child.
func (w *world) change(key string, changes layertest.Changes) {
	w.t.Helper()
	w.in.Observed[key] = layer.Read(layertest.Object(w.t, string(mustJSON(w.t, w.in.Observed[key].Whole())), changes))
	w.run()
}

// publish plays the relay.
func (w *world) publish(data map[string]any) {
	w.t.Helper()
	data["profiler_attempt"] = w.in.Observed[request.KeyJob].Annotations["dynamo.fn.crossplane.io/spec-hash"]
	w.put(request.KeyOutput, "data", data)
	w.run()
}

// succeed plays a profiler that found a graph, and whose Job is complete.
func (w *world) succeed(files map[string]string) {
	w.t.Helper()
	data := map[string]any{"profiler_status": "success"}
	for name, text := range files {
		data[name] = text
	}
	w.publish(data)
	w.put(request.KeyJob, "status", layertest.Object(w.t, `{conditions: [{type: Complete, status: "True"}]}`))
	w.run()
}

// serve plays the graph's layer.
func (w *world) serve(state string) {
	w.t.Helper()
	w.put(request.KeyGraph, "status", map[string]any{"state": state})
	w.run()
}

// remove plays a person who deletes a child.
func (w *world) remove(key string) {
	w.t.Helper()
	if !w.in.Observed.Has(key) {
		w.t.Fatalf("there is no child %s among %v", key, layertest.Keys(w.out))
	}
	delete(w.in.Observed, key)
	w.run()
}

// lose plays whoever replaces the request as a whole: core does not observe its children any
// more, which are still there.
func (w *world) lose() {
	w.t.Helper()
	for _, o := range w.in.Observed {
		w.others[o.Kind+"/"+o.Name] = o
	}
	w.in.Observed = layer.Observed{}
	w.run()
}

// edit plays a person who changes the request.
func (w *world) edit(changes layertest.Changes) {
	w.t.Helper()
	w.in.Composite = layertest.Object(w.t, string(mustJSON(w.t, w.in.Composite)), changes)
	w.run()
}

// exist makes an object of somebody else.
func (w *world) exist(text string) {
	w.t.Helper()
	o := layer.Read(layertest.Object(w.t, text))
	w.others[o.Kind+"/"+o.Name] = o
	w.run()
}

// seen is what a person sees of a request.
type seen struct {
	State      string
	Conditions []string
	Events     []string
	Keys       []string
	Ready      bool
}

// look returns what is seen now, and the events since the last look.
func (w *world) look() seen {
	status, _ := w.in.Composite["status"].(map[string]any)
	out := seen{Events: w.events, Keys: layertest.Keys(w.out), Ready: w.out.Ready}
	out.State, _ = status["state"].(string)
	conditions, _ := status["conditions"].([]any)
	for _, c := range conditions {
		condition, _ := c.(map[string]any)
		if t := condition["type"]; t != layer.TypeUnsupportedFields && t != request.TypeSucceeded {
			out.Conditions = append(out.Conditions, fmt.Sprintf("%v=%v %v", condition["type"], condition["status"], condition["reason"]))
		}
	}
	slices.Sort(out.Keys)
	w.events = nil
	return out
}

// messages of all conditions.
func (w *world) messages() map[string]string {
	out := map[string]string{}
	for _, c := range w.out.Conditions {
		out[c.Type] = c.Message
	}
	return out
}

// message of a condition.
func (w *world) message(conditionType string) string {
	for _, c := range w.out.Conditions {
		if c.Type == conditionType {
			return c.Message
		}
	}
	return ""
}

// says fails where a condition's message does not contain a text.
func (w *world) says(conditionType, text string) {
	w.t.Helper()
	if got := w.message(conditionType); !strings.Contains(got, text) {
		w.t.Errorf("condition %s: want %q in it, got %q", conditionType, text, got)
	}
}
