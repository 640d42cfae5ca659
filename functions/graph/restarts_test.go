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
	// Marks of the components by service, with the count from the second on.
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
			count, _ := annotations["dynamo.fn.crossplane.io/restart-count"].(string)
			got.Marks[service] = strings.TrimSuffix(mark+" "+count, " ")
		}
	}
	for _, c := range out.Conditions {
		if c.Type == "RestartCompleted" {
			got.Condition = string(c.Status) + " " + c.Reason
		}
	}
	return got
}

// restartStatus is that of the first restart.
func restartStatus(id, phase string, inProgress ...any) map[string]any {
	return restartStatusOf(1, id, phase, inProgress...)
}

func restartStatusOf(count int64, id, phase string, inProgress ...any) map[string]any {
	out := map[string]any{"count": count, "observedID": id, "phase": phase}
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
	t.Run("StatusLost", func(t *testing.T) {
		in := settled(t, first, composed, both, request("{id: one}"))
		delete(in.Composite, "status")
		check("a graph without a status is new, also where its components exist", restarted{map[string]string{}, restartStatus("one", "Completed"), "True Completed"}, run(in))
	})
	t.Run("OlderStatus", func(t *testing.T) {
		in := settled(t, first, composed, both, request("{id: two}"))
		in.Composite["status"].(map[string]any)["restart"] = map[string]any{"observedID": "one", "phase": "Completed"}
		check("one without a count is that of one restart", restarted{map[string]string{"Frontend": "two 2"}, restartStatusOf(2, "two", "Restarting", "Frontend"), "False Restarting"}, run(in))
	})
	t.Run("Resized", func(t *testing.T) {
		ask, larger := request("{id: one, strategy: {order: [Worker, Frontend]}}"), changes{worker + "replicas": "4"}
		in := settled(t, first, composed, both, ask)
		out := run(in)
		busy := restarted{map[string]string{"Worker": "one"}, restartStatus("one", "Restarting", "Worker"), "False Restarting"}
		check("the worker restarts", busy, out)

		waiting := settled(t, in, out, []string{"Frontend"}, ask, larger)
		check("and is resized before it serves: it is waited for", busy, run(waiting))

		next := restarted{map[string]string{"Worker": "one", "Frontend": "one"}, restartStatus("one", "Restarting", "Frontend"), "False Restarting"}
		in = settled(t, in, out, both, ask, larger)
		out = run(in)
		check("or when it has served: the next has its turn", next, out)

		in = settled(t, in, out, nil, ask, larger)
		out = run(in)
		check("which is waited for alone", next, out)

		in = settled(t, in, out, []string{"Frontend"}, ask, larger)
		out = run(in)
		check("and ends the restart", restarted{next.Marks, restartStatus("one", "Completed"), "True Completed"}, out)
		if out.Ready {
			t.Error("want not ready while the worker is resized")
		}
	})
	t.Run("EditedInItsTurn", func(t *testing.T) {
		ask := request("{id: one, strategy: {order: [Worker, Frontend]}}")
		in := settled(t, first, composed, both, ask)
		in = settled(t, in, run(in), both, ask, changes{worker + "envs": "[{name: A, value: a}]"})
		check("a service that rolls anew is waited for", restarted{map[string]string{"Worker": "one"}, restartStatus("one", "Restarting", "Worker"), "False Restarting"}, run(in))
	})
	t.Run("Withdrawn", func(t *testing.T) {
		ask := request("{id: one}")
		in := settled(t, first, composed, both, ask)
		in = settled(t, in, run(in), both)
		out := run(in)
		check("the marks stay", restarted{map[string]string{"Frontend": "one"}, restartStatus("one", "Superseded"), "False Superseded"}, out)

		in = settled(t, in, out, both, ask)
		out = run(in)
		check("asked for again, it restarts", restarted{map[string]string{"Frontend": "one 2"}, restartStatusOf(2, "one", "Restarting", "Frontend"), "False Restarting"}, out)
		unwritten := settled(t, in, out, nil, ask)
		unwritten.Composite["status"] = in.Composite["status"]
		check("also where its status could not be written", restarted{map[string]string{"Frontend": "one 2"}, restartStatusOf(2, "one", "Restarting", "Frontend"), "False Restarting"}, run(unwritten))

		in = settled(t, in, out, both, ask)
		out = run(in)
		check("and all follow", restarted{map[string]string{"Frontend": "one 2", "Worker": "one 2"}, restartStatusOf(2, "one", "Restarting", "Worker"), "False Restarting"}, out)
		in = settled(t, in, out, both, ask)
		out = run(in)
		done := restarted{map[string]string{"Frontend": "one 2", "Worker": "one 2"}, restartStatusOf(2, "one", "Completed"), "True Completed"}
		check("once", done, out)
		check("and not again", done, run(settled(t, in, out, both, ask)))
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
