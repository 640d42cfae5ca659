package graph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// changed is a text with one part replaced.
func changed(text, old, by string) string { return strings.Replace(text, old, by, 1) }

// settled is what the layer is told of the changed graph while the components of
// an earlier result exist; those named are available with what they carry.
func settled(t *testing.T, in layer.In, out layer.Out, serving []string, c ...changes) layer.In {
	t.Helper()
	statuses := map[string]string{}
	for _, child := range out.Children {
		for _, name := range serving {
			if child.Key == "component/"+name {
				statuses[child.Key] = available(child.Hash)
			}
		}
	}
	next := layertest.Next(t, in, out, statuses)
	status := next.Composite["status"]
	next.Composite = layertest.Object(t, chat, c...)
	next.Composite["status"] = status
	return next
}

// restarted is what a result says of a restart.
type restarted struct {
	// Marks of the components by service.
	Marks  map[string]string
	Status any
	// Condition RestartCompleted; empty for none.
	Condition string
}

func restartOf(t *testing.T, out layer.Out) restarted {
	t.Helper()
	got := restarted{Marks: map[string]string{}, Status: layertest.Status(t, out)["restart"]}
	for key, o := range layertest.Objects(t, out) {
		service, ok := strings.CutPrefix(key, "component/")
		metadata, _ := o["metadata"].(map[string]any)
		annotations, _ := metadata["annotations"].(map[string]any)
		if mark, _ := annotations["nvidia.com/restartAt"].(string); ok && mark != "" {
			got.Marks[service] = mark
		}
	}
	for _, c := range out.Conditions {
		if c.Type == "RestartCompleted" {
			got.Condition = string(c.Status) + " " + c.Reason
		}
	}
	return got
}

func restartStatus(id, phase string, inProgress ...any) map[string]any {
	out := map[string]any{"observedID": id, "phase": phase}
	if len(inProgress) > 0 {
		out["inProgress"] = inProgress
	}
	return out
}

func TestComposeRestart(t *testing.T) {
	both := []string{"Frontend", "Worker"}
	request := func(text string) changes { return changes{"spec/restart": text} }
	// run composes, and lets core and the components take the result.
	run := func(in layer.In) layer.Out { return compose(t, in) }

	first := in(t)
	composed := run(first)

	check := func(step string, want restarted, out layer.Out) {
		t.Helper()
		if diff := cmp.Diff(want, restartOf(t, out)); diff != "" {
			t.Errorf("%s: -want, +got:\n%s", step, diff)
		}
	}

	t.Run("Sequential", func(t *testing.T) {
		ask := request("{id: one}")
		in := settled(t, first, composed, both, ask)
		out := run(in)
		check("the first by name restarts", restarted{map[string]string{"Frontend": "one"}, restartStatus("one", "Restarting", "Frontend"), "False Restarting"}, out)
		if out.Ready {
			t.Error("want not ready while services restart")
		}

		in = settled(t, in, out, []string{"Worker"}, ask)
		out = run(in)
		check("the next waits for it", restarted{map[string]string{"Frontend": "one"}, restartStatus("one", "Restarting", "Frontend"), "False Restarting"}, out)

		in = settled(t, in, out, both, ask)
		out = run(in)
		check("then the next", restarted{map[string]string{"Frontend": "one", "Worker": "one"}, restartStatus("one", "Restarting", "Worker"), "False Restarting"}, out)

		in = settled(t, in, out, both, ask)
		out = run(in)
		done := restarted{map[string]string{"Frontend": "one", "Worker": "one"}, restartStatus("one", "Completed"), "True Completed"}
		check("all have restarted", done, out)
		if !out.Ready {
			t.Error("want ready after the restart")
		}

		in = settled(t, in, out, both)
		check("the marks stay when the request goes", done, run(in))
	})
	t.Run("Ordered", func(t *testing.T) {
		out := run(settled(t, first, composed, both, request("{id: one, strategy: {order: [Worker, Frontend]}}")))
		check("the first of the order restarts", restarted{map[string]string{"Worker": "one"}, restartStatus("one", "Restarting", "Worker"), "False Restarting"}, out)
	})
	t.Run("Parallel", func(t *testing.T) {
		out := run(settled(t, first, composed, both, request("{id: one, strategy: {type: Parallel}}")))
		check("all restart", restarted{map[string]string{"Frontend": "one", "Worker": "one"}, restartStatus("one", "Restarting", "Frontend", "Worker"), "False Restarting"}, out)
	})
	t.Run("AtCreation", func(t *testing.T) {
		out := run(in(t, request("{id: one}")))
		check("nothing runs that could restart", restarted{map[string]string{}, restartStatus("one", "Completed"), "True Completed"}, out)
	})
	t.Run("AfterCorrection", func(t *testing.T) {
		invalid := in(t, request("{id: one}"), changes{worker + "extraPodSpec": ""})
		next := settled(t, invalid, run(invalid), nil, request("{id: one}"))
		check("nothing ran that could restart", restarted{map[string]string{}, restartStatus("one", "Completed"), "True Completed"}, run(next))
	})
	t.Run("Kept", func(t *testing.T) {
		ask := request("{id: one}")
		in := settled(t, first, composed, both, ask)
		out := run(settled(t, in, run(in), both, ask, changes{worker + "extraPodSpec": ""}))
		if got := condition(t, out, "Valid"); got.Status != layer.False {
			t.Fatalf("want it at fault, got %v", got)
		}
		if got := condition(t, out, "RestartCompleted"); got.Reason != "Restarting" {
			t.Errorf("want the condition kept, got %v", got)
		}
	})
}
