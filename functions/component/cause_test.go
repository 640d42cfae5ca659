package component_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// What core says of a component of generation 2.
const (
	unsyncedDeployment = `{type: Synced, status: "False", observedGeneration: 2, message: "Unsynced resources: deployment/main"}`
	unsyncedService    = `{type: Synced, status: "False", observedGeneration: 2, message: "Unsynced resources: service/main"}`
	unsyncedBoth       = `{type: Synced, status: "False", observedGeneration: 2, message: "Unsynced resources: deployment/main, service/main"}`
	unsyncedBefore     = `{type: Synced, status: "False", observedGeneration: 1, message: "Unsynced resources: deployment/main"}`
	forbidden          = `{type: Synced, status: "False", observedGeneration: 2, message: 'cannot compose resources: cannot apply composed resource "deployment/main": no'}`

	seeEvents = ": see the events of this component"
	notTaken  = "the API server does not take "
)

// failing is the status of a Deployment whose pods cannot be made.
const failing = `{observedGeneration: 1, conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: 'pods "chat-worker-1-2" is forbidden: no'}]}`

// saying is what a component says of why it does not serve.
type saying struct {
	Available, Reason, Message string
	Ready                      bool
	Pace                       time.Duration
}

func sayingOf(t *testing.T, out layer.Out) saying {
	t.Helper()
	status := layertest.Status(t, out)
	reason, _ := status["reason"].(string)
	message, _ := status["message"].(string)
	got := saying{Reason: reason, Message: message, Ready: out.Ready, Pace: out.Pace}
	for _, c := range out.Conditions {
		if c.Type == "Available" {
			got.Available = string(c.Status) + " " + c.Reason + " " + c.Message
		}
	}
	return got
}

// TestComposeCause says why a component does not serve: in its condition for people,
// and in its status for its graph.
func TestComposeCause(t *testing.T) {
	type args struct {
		status    string
		condition string
		changes   changes
		gone      string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   saying
	}{
		"Rolling": {
			reason: "nothing is known to keep it",
			args:   args{status: rollout(2, 1, 1, 1, "False")},
			want:   saying{Available: "False DeploymentNotReady ", Pace: 5 * time.Minute},
		},
		"FailedCreate": {
			reason: "its pods cannot be made",
			args:   args{status: failing},
			want:   saying{Available: "False FailedCreate pods are forbidden: no", Reason: "FailedCreate", Message: "pods are forbidden: no", Pace: 5 * time.Minute},
		},
		"Refused": {
			reason: "its workload is not taken: it is tried again soon, since nothing tells when it would be",
			args:   args{condition: unsyncedDeployment, gone: "deployment/main"},
			want: saying{
				Available: "False Refused " + notTaken + "deployment/main" + seeEvents, Reason: "Refused",
				Message: notTaken + "deployment/main" + seeEvents, Pace: 30 * time.Second,
			},
		},
		"RefusedBoth": {
			reason: "the condition of the workload speaks of the workload",
			args:   args{condition: unsyncedBoth, gone: "deployment/main"},
			want: saying{
				Available: "False Refused " + notTaken + "deployment/main" + seeEvents, Reason: "Refused",
				Message: notTaken + "deployment/main, service/main" + seeEvents, Pace: 30 * time.Second,
			},
		},
		"RefusedUpdate": {
			reason: "an older workload runs",
			args:   args{status: rollout(2, 2, 2, 2, "True"), condition: unsyncedDeployment, changes: changes{"spec/envs": "[{name: A, value: new}]"}},
			want: saying{
				Available: "False Refused " + notTaken + "deployment/main" + seeEvents, Reason: "Refused",
				Message: notTaken + "deployment/main" + seeEvents, Pace: 30 * time.Second,
			},
		},
		"RefusedService": {
			reason: "the workload serves, and what leads to it is not as the spec asks",
			args:   args{status: rollout(2, 2, 2, 2, "True"), condition: unsyncedService},
			want:   saying{Available: "True Available ", Reason: "Refused", Message: notTaken + "service/main" + seeEvents, Pace: 30 * time.Second},
		},
		"Taken": {
			reason: "it serves as desired now: it was taken after all",
			args:   args{status: rollout(2, 2, 2, 2, "True"), condition: unsyncedDeployment},
			want:   saying{Available: "True Available ", Ready: true, Pace: 10 * time.Minute},
		},
		"OlderGeneration": {
			reason: "what was said of an older spec",
			args:   args{condition: unsyncedBefore, gone: "deployment/main"},
			want:   saying{Available: "False DeploymentNotReady ", Pace: time.Minute},
		},
		"Forbidden": {
			reason: "core stopped there and would stop again before it applies what is said here",
			args:   args{condition: forbidden, gone: "deployment/main"},
			want:   saying{Available: "False DeploymentNotReady ", Pace: time.Minute},
		},
		"Fault": {
			reason: "a fault is told in the status, and of the workload what is observed",
			args:   args{status: failing, changes: changes{"spec/extraPodSpec/mainContainer/image": ""}},
			want: saying{
				Available: "False FailedCreate pods are forbidden: no", Reason: "InvalidSpec",
				Message: "spec.extraPodSpec.mainContainer.image: Required value: name the image of the main container, or images.vllm in the settings", Pace: 10 * time.Minute,
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := running(t, composed, tc.args.status, tc.args.changes)
			delete(in.Observed, tc.args.gone)
			if tc.args.condition != "" {
				in.Composite = layertest.Object(t, composed, tc.args.changes, changes{"status/conditions": "[" + tc.args.condition + "]"})
			}
			if diff := cmp.Diff(tc.want, sayingOf(t, compose(t, in))); diff != "" {
				t.Errorf("%s: Compose(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeHeldLacking has a component at fault say what it said before of kinds that
// the cluster lacks, since it still does.
func TestComposeHeldLacking(t *testing.T) {
	exposed := changes{"spec/componentType": "frontend", "spec/ingress": gatewayBlock}
	for name, fault := range map[string]changes{"None": {}, "Fault": {"spec/extraPodSpec/mainContainer/image": ""}} {
		in := running(t, composed, rollout(2, 2, 2, 2, "True"), exposed, fault)
		in.Answers = answered(false, "virtualservice")
		out := compose(t, in)
		want := map[string]any{"missing": []any{"VirtualService"}, "reason": "True FieldsIgnored"}
		got := map[string]any{"missing": layertest.Status(t, out)["missingKinds"], "reason": conditionsOf(out)["UnsupportedFields"]}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: Compose(...): -want, +got:\n%s", name, diff)
		}
	}
}

// TestComposeHeldHash has the status of a component at fault follow what runs: it serves,
// it does not, and it does again.
func TestComposeHeldHash(t *testing.T) {
	const hash = "0123456789abcdef"
	in := running(t, composed, rollout(2, 2, 2, 2, "True"))
	in = layertest.Next(t, in, compose(t, in), nil)
	status := in.Composite["status"]
	in.Composite = layertest.Object(t, composed, changes{"spec/extraPodSpec/mainContainer/image": ""})
	in.Composite["status"] = status
	for _, step := range []struct {
		status    string
		available any
	}{
		{rollout(2, 2, 2, 2, "True"), hash},
		{rollout(2, 2, 1, 1, "False"), nil},
		{rollout(2, 2, 2, 2, "True"), hash},
	} {
		in = layertest.Next(t, in, compose(t, in), map[string]string{"deployment/main": step.status})
		got := layertest.Status(t, compose(t, in))
		if got["observedSpecHash"] != hash || got["availableSpecHash"] != step.available {
			t.Errorf("Compose(...) with %s: want hash %s served as %v, got %v and %v", step.status, hash, step.available, got["observedSpecHash"], got["availableSpecHash"])
		}
	}
}
