package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// reports are what the components of the graph say, by service.
type reports map[string]func(hash string) string

func available(hash string) string {
	return fmt.Sprintf(`{observedSpecHash: %q, availableSpecHash: %q, service: {componentKind: Deployment, componentName: the-workload, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}}`, hash, hash)
}

func starting(hash string) string {
	return fmt.Sprintf(`{observedSpecHash: %q, service: {componentKind: Deployment, componentName: the-workload, replicas: 2, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1}}`, hash)
}

// outdated speaks of an older spec, whose workload serves.
func outdated(string) string { return available("0123456789abcdef") }

func silent(string) string { return "{}" }

// failing renders what is desired, and says why it does not serve.
func failing(reason, message string) func(string) string {
	return func(hash string) string {
		return fmt.Sprintf("{observedGeneration: 1, observedSpecHash: %q, reason: %s, message: %s}", hash, reason, message)
	}
}

// forbidden is a component whose Deployment the API server does not take, and which
// therefore has no status of its own.
func forbidden(string) string {
	return `{conditions: [{type: Synced, status: "False", observedGeneration: 1, message: 'cannot compose resources: cannot apply composed resource "deployment/main": no'}]}`
}

// observed is what the layer is told when the components of the changed graph
// exist and say what they say. A service without a report has no component.
func observed(t *testing.T, r reports, c ...changes) layer.In {
	t.Helper()
	first := answered(t, in(t, c...))
	out := compose(t, first)
	statuses := map[string]string{}
	for name, say := range r {
		for _, child := range out.Children {
			if child.Key == "component/"+name {
				statuses[child.Key] = say(child.Hash)
			}
		}
	}
	next := layertest.Next(t, first, out, statuses)
	for _, child := range out.Children {
		_, told := statuses[child.Key]
		if !told && child.Hash != "" {
			delete(next.Observed, child.Key)
		}
	}
	return next
}

func TestComposeReadiness(t *testing.T) {
	type want struct {
		state     string
		condition layer.Condition
		ready     bool
		pace      time.Duration
	}
	services := func(status layer.Status, reason, message string) layer.Condition {
		return layer.Condition{Type: "ServicesReady", Status: status, Reason: reason, Message: message}
	}
	cases := map[string]struct {
		reason string
		args   reports
		want   want
	}{
		"Nothing": {
			reason: "all are made in the look after what their pods lean on",
			want:   want{"pending", services("False", "PodsNotReady", "chat-frontend: PodsNotReady, chat-worker: PodsNotReady"), false, time.Minute},
		},
		"OneComponent": {
			reason: "one exists and serves, the other does not exist",
			args:   reports{"Frontend": available},
			want:   want{"pending", services("False", "SomeResourcesNotReady", "chat-worker: NotCreated"), false, time.Minute},
		},
		"Silent": {
			reason: "what components say first is that their pods do not serve yet",
			args:   reports{"Frontend": silent, "Worker": silent},
			want:   want{"pending", services("False", "PodsNotReady", "chat-frontend: PodsNotReady, chat-worker: PodsNotReady"), false, 5 * time.Minute},
		},
		"Outdated": {
			reason: "a component that serves an older spec is updating",
			args:   reports{"Frontend": available, "Worker": outdated},
			want:   want{"pending", services("False", "Updating", "chat-worker: Updating"), false, 5 * time.Minute},
		},
		"Starting": {
			reason: "rendered, its pods not ready",
			args:   reports{"Frontend": available, "Worker": starting},
			want:   want{"pending", services("False", "PodsNotReady", "chat-worker: PodsNotReady"), false, 5 * time.Minute},
		},
		"Mixed": {
			reason: "updating outranks pods that are not ready",
			args:   reports{"Frontend": outdated, "Worker": starting},
			want:   want{"pending", services("False", "Updating", "chat-frontend: Updating, chat-worker: PodsNotReady"), false, 5 * time.Minute},
		},
		"NotCreatedAndUpdating": {
			reason: "what does not exist outranks what is updating",
			args:   reports{"Worker": outdated},
			want:   want{"pending", services("False", "SomeResourcesNotReady", "chat-frontend: NotCreated, chat-worker: Updating"), false, time.Minute},
		},
		"NotCreatedAndStarting": {
			reason: "and pods that are not ready",
			args:   reports{"Frontend": starting},
			want:   want{"pending", services("False", "SomeResourcesNotReady", "chat-frontend: PodsNotReady, chat-worker: NotCreated"), false, time.Minute},
		},
		"FailedCreate": {
			reason: "what a component says of its pods is passed on, and said once for all that say it",
			args:   reports{"Frontend": failing("FailedCreate", "no room"), "Worker": failing("FailedCreate", "no room")},
			want:   want{"pending", services("False", "FailedCreate", "chat-frontend: FailedCreate (no room), chat-worker: FailedCreate"), false, 5 * time.Minute},
		},
		"FailedCreateAndUpdating": {
			reason: "it outranks what takes its time",
			args:   reports{"Frontend": outdated, "Worker": failing("FailedCreate", "no room")},
			want:   want{"pending", services("False", "FailedCreate", "chat-frontend: Updating, chat-worker: FailedCreate (no room)"), false, 5 * time.Minute},
		},
		"Forbidden": {
			reason: "core says so of a component that cannot",
			args:   reports{"Frontend": available, "Worker": forbidden},
			want:   want{"pending", services("False", "Refused", "chat-worker: Refused (the API server does not take deployment/main: no)"), false, 5 * time.Minute},
		},
		"AtFault": {
			reason: "a component that is at fault waits for a person, also where it serves",
			args: reports{"Frontend": available, "Worker": func(hash string) string {
				return strings.Replace(available(hash), "{", "{observedGeneration: 1, reason: InvalidSpec, message: bad, ", 1)
			}},
			want: want{"failed", services("False", "InvalidSpec", "chat-worker: InvalidSpec (bad)"), false, 5 * time.Minute},
		},
		"Unknown": {
			reason: "a reason of a newer component is passed on, and not ranked",
			args:   reports{"Frontend": available, "Worker": failing("Strange", "new")},
			want:   want{"pending", services("False", "PodsNotReady", "chat-worker: Strange (new)"), false, 5 * time.Minute},
		},
		"Available": {
			reason: "all serve what is desired now",
			args:   reports{"Frontend": available, "Worker": available},
			want:   want{"successful", services("True", "AllResourcesReady", ""), true, 10 * time.Minute},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out := compose(t, observed(t, tc.args))

			state, _ := layertest.Status(t, out)["state"].(string)
			got := want{state, condition(t, out, "ServicesReady"), out.Ready, out.Pace}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("\n%s\nCompose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeRefused has the API server not take children of the graph.
func TestComposeRefused(t *testing.T) {
	type want struct {
		state   string
		reason  string
		message string
		ready   bool
		pace    time.Duration
	}
	const notTaken = "the API server does not take "
	cases := map[string]struct {
		reason string
		args   reports
		keys   string
		want   want
	}{
		"New": {
			reason: "a component that does not exist",
			args:   reports{"Frontend": available}, keys: "component/Worker",
			want: want{"pending", "Refused", "chat-worker: Refused (" + notTaken + "component/Worker: see the events of this graph)", false, 30 * time.Second},
		},
		"Update": {
			reason: "one that exists as it was",
			args:   reports{"Frontend": available, "Worker": outdated}, keys: "component/Worker",
			want: want{"pending", "Refused", "chat-worker: Refused (" + notTaken + "component/Worker: see the events of this graph)", false, 30 * time.Second},
		},
		"Taken": {
			reason: "one that serves as desired now",
			args:   reports{"Frontend": available, "Worker": available}, keys: "component/Worker",
			want: want{"successful", "AllResourcesReady", "", true, 10 * time.Minute},
		},
		"Adapter": {
			reason: "the adapter of a service that serves",
			args:   reports{"Frontend": available, "Worker": available}, keys: "scalingadapter/Worker",
			want: want{"pending", "Refused", "chat-worker: Refused (" + notTaken + "scalingadapter/Worker: see the events of this graph)", false, 5 * time.Minute},
		},
		"Other": {
			reason: "what belongs to no service alone",
			args:   reports{"Frontend": available, "Worker": available}, keys: "serviceaccount/discovery",
			want: want{"successful", "AllResourcesReady", "", false, 30 * time.Second},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := observed(t, tc.args)
			in.Composite = layertest.Object(t, chat, changes{
				"status/conditions": `[{type: Synced, status: "False", observedGeneration: 3, message: "Unsynced resources: ` + tc.keys + `"}]`,
			})
			out := compose(t, in)
			state, _ := layertest.Status(t, out)["state"].(string)
			c := condition(t, out, "ServicesReady")
			got := want{state, c.Reason, c.Message, out.Ready, out.Pace}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: Compose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeServicesReadyIsBounded has many services say long things.
func TestComposeServicesReadyIsBounded(t *testing.T) {
	all, r := changes{}, reports{}
	for i := range 20 {
		name := fmt.Sprintf("S%02d", i)
		all["spec/services/"+name] = plain
		r[name] = failing("FailedCreate", name+strings.Repeat("x", 400))
	}
	got := condition(t, compose(t, observed(t, r, all)), "ServicesReady").Message
	if len(got) != 2048 || !strings.HasPrefix(got, "chat-frontend: NotCreated, chat-s00: FailedCreate (S00x") {
		t.Errorf("Compose(...): want 2048 bytes that begin with the first services, got %d: %s", len(got), got)
	}
}

// TestComposeFirst says what a graph tells of itself before and after its components
// exist and have told of themselves: the same, since every change of its status is a
// further reconcile.
func TestComposeFirst(t *testing.T) {
	first := compose(t, answered(t, in(t)))
	if first.Pace != time.Minute {
		t.Errorf("Compose(...): want to look again in a minute for children that are not there, got %s", first.Pace)
	}
	told := reports{"Frontend": func(hash string) string { return begun("chat-frontend", hash) }, "Worker": func(hash string) string { return begun("chat-worker", hash) }}
	for name, r := range map[string]reports{"once components exist": {"Frontend": silent, "Worker": silent}, "once they have reported": told} {
		next := compose(t, observed(t, r))
		if diff := cmp.Diff(layertest.Status(t, first), layertest.Status(t, next)); diff != "" {
			t.Errorf("%s: -first status, +next:\n%s", name, diff)
		}
		if diff := cmp.Diff(first.Conditions, next.Conditions); diff != "" {
			t.Errorf("%s: -first conditions, +next:\n%s", name, diff)
		}
	}
}

// begun is the first report of a component.
func begun(name, hash string) string {
	return fmt.Sprintf(`{observedSpecHash: %q, service: {componentKind: Deployment, componentName: %[2]s, componentNames: [%[2]s], runtimeNamespace: team-chat, replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0}}`, hash, name)
}

// TestComposeReadyNeedsEveryChild takes a graph whose services serve, and one
// other child away.
func TestComposeReadyNeedsEveryChild(t *testing.T) {
	claim := changes{"spec/pvcs": "[{name: new, create: true, size: 1Gi, storageClass: fast, volumeAccessMode: ReadWriteMany}]"}
	all := reports{"Frontend": available, "Worker": available}
	for _, key := range []string{"pvc/new", "serviceaccount/discovery", "rolebinding/discovery"} {
		in := observed(t, all, claim)
		delete(in.Observed, key)

		out := compose(t, in)

		if out.Ready {
			t.Errorf("without %s: want not ready", key)
		}
		for _, c := range out.Children {
			if c.Ready != (c.Key != key) {
				t.Errorf("without %s: child %s: got ready %t", key, c.Key, c.Ready)
			}
		}
	}
}

func TestComposeStatus(t *testing.T) {
	out := compose(t, observed(t, reports{"Frontend": available}, changes{"metadata/annotations": "{dynamo.fn.crossplane.io/spec-hash: fedcba9876543210}"}))

	want := layertest.Object(t, `
observedGeneration: 3
observedSpecHash: fedcba9876543210
settings: [built-in]
state: pending
services:
  Frontend: {componentKind: Deployment, componentName: the-workload, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2}
  Worker: {componentKind: Deployment, componentName: chat-worker, componentNames: [chat-worker], runtimeNamespace: team-chat, replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0}
`)
	if diff := cmp.Diff(want, layertest.StatusOf(t, out)); diff != "" {
		t.Errorf("Compose(...): -want status, +got:\n%s", diff)
	}
}

func TestComposeUnreadableComponent(t *testing.T) {
	in := observed(t, reports{"Frontend": available})
	in.Observed["component/Frontend"] = layer.Read(map[string]any{
		"metadata": map[string]any{"name": "chat-frontend"},
		"status":   map[string]any{"service": "no object"},
	})
	if _, err := composeErr(in); err == nil {
		t.Error("Compose(...): want an error that names the component, since nothing may be guessed of its state")
	}
}

// TestComposeSpecHash says what makes a component count as updating.
func TestComposeSpecHash(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   changes
		want   bool
	}{
		"Image":       {reason: "the spec changes", args: changes{worker + "extraPodSpec/mainContainer/image": "example.org/dynamo:2"}, want: true},
		"Replicas":    {reason: "the spec changes", args: changes{worker + "replicas": "3"}, want: true},
		"GraphEnvs":   {reason: "the spec inherits", args: changes{"spec/envs": "[{name: A, value: a}]"}, want: true},
		"Engine":      {reason: "the spec carries the declared engine", args: changes{"spec/backendFramework": "vllm"}, want: true},
		"OtherNotes":  {reason: "metadata of the graph that nothing inherits", args: changes{"metadata/annotations": "{a: b}", "metadata/labels": "{a: b}"}},
		"Composition": {reason: "what core composes it with, and stays with", args: changes{"spec/crossplane": manual}},
		"Neighbours":  {reason: "another service", args: changes{frontend + "replicas": "3"}},
		"Generation":  {reason: "core raises the generation of an XR", args: changes{"metadata/generation": "4"}},
		"SpelledNull": {reason: "what is absent and what is null are equal", args: changes{worker + "envs": "null"}},
	}

	hash := func(c changes) string {
		for _, child := range compose(t, in(t, c)).Children {
			if child.Key == "component/Worker" {
				return child.Hash
			}
		}
		t.Fatal("no component/Worker")
		return ""
	}
	base := hash(nil)
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := hash(tc.args) != base; got != tc.want {
				t.Errorf("\n%s\nwant a changed hash: %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}
