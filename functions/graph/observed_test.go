package graph

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

func TestReadComponent(t *testing.T) {
	type set = map[string]any
	service := set{
		"componentKind": "Deployment", "componentName": "chat-worker",
		"replicas": int64(2), "updatedReplicas": int64(1), "readyReplicas": int64(0),
	}
	counts := &v1alpha1.ServiceReplicaStatus{
		ComponentKind:   v1alpha1.ComponentWorkloadDeployment,
		ComponentName:   "chat-worker",
		Replicas:        2,
		UpdatedReplicas: 1,
		ReadyReplicas:   ptr.To(int32(0)),
	}

	cases := map[string]struct {
		reason string
		status map[string]any
		want   observedComponent
	}{
		"New":       {reason: "A new component has no status", want: observedComponent{Exists: true, Fresh: true}},
		"Rendered":  {reason: "Its layer has rendered what is desired", status: set{"observedSpecHash": "now"}, want: observedComponent{Exists: true, Rendered: true}},
		"Available": {reason: "And it serves", status: set{"observedSpecHash": "now", "availableSpecHash": "now"}, want: observedComponent{Exists: true, Rendered: true, Available: true}},
		"Outdated":  {reason: "What served before does not count", status: set{"observedSpecHash": "before", "availableSpecHash": "before"}, want: observedComponent{Exists: true}},
		"Updating":  {reason: "Nor while the new is on its way", status: set{"observedSpecHash": "now", "availableSpecHash": "before"}, want: observedComponent{Exists: true, Rendered: true}},
		"Conditions": {
			reason: "Conditions are written later than the rest and are not read",
			status: set{"observedSpecHash": "now", "conditions": []any{set{"type": "Available", "status": "True"}, set{"type": "Ready", "status": "True"}}},
			want:   observedComponent{Exists: true, Rendered: true},
		},
		"Generation": {
			reason: "Core raises generations by itself: they are not read",
			status: set{"observedSpecHash": "now", "availableSpecHash": "now", "observedGeneration": int64(1)},
			want:   observedComponent{Exists: true, Rendered: true, Available: true},
		},
		"Missing": {
			reason: "What it lacks, as it is desired now",
			status: set{"observedSpecHash": "now", "missingKinds": []any{"LeaderWorkerSet"}},
			want:   observedComponent{Exists: true, Rendered: true, Missing: []string{"LeaderWorkerSet"}},
		},
		"MissingBefore": {reason: "And not what it lacked before", status: set{"observedSpecHash": "before", "missingKinds": []any{"LeaderWorkerSet"}}, want: observedComponent{Exists: true}},
		"Counts":        {reason: "Its counts as they are, zeros too", status: set{"service": service}, want: observedComponent{Exists: true, Counts: counts}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := readComponent(observed(tc.status), "now")
			if err != nil {
				t.Fatalf("%s: readComponent(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: readComponent(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestReadCause says what keeps a component from being as it is desired: what it says
// itself, and where it could not be composed what core says of that.
func TestReadCause(t *testing.T) {
	type set = map[string]any
	failed := set{"observedGeneration": int64(2), "observedSpecHash": "now", "reason": "FailedCreate", "message": "no room"}
	with := func(message string, generation int64, more ...set) set {
		out := set{"conditions": []any{set{"type": "Synced", "status": "False", "reason": "ReconcileError", "observedGeneration": generation, "message": message}}}
		for _, m := range more {
			maps.Copy(out, m)
		}
		return out
	}
	const (
		unsynced  = "Unsynced resources: deployment/main"
		forbidden = `cannot compose resources: cannot apply composed resource "deployment/main": no`
		unmarked  = `encountered composed resource without required "crossplane.io/composition-resource-name" annotation`
		forGood   = "cannot compose resources: cannot observe: " + unmarked
		fatal     = `cannot compose resources: pipeline step "dynamo" returned a fatal result: bad`
	)
	refused := dynamo.Cause{Reason: "Refused", Message: "the API server does not take deployment/main: see the events of this component"}
	stopped := dynamo.Cause{Reason: "Refused", Message: "the API server does not take deployment/main: no"}
	cases := map[string]struct {
		reason string
		status set
		want   dynamo.Cause
	}{
		"None":            {reason: "a component that says nothing"},
		"Own":             {reason: "what it says itself", status: failed, want: dynamo.Cause{Reason: "FailedCreate", Message: "no room"}},
		"OwnBefore":       {reason: "what it said of an older generation", status: set{"observedGeneration": int64(1), "reason": "FailedCreate"}},
		"Refused":         {reason: "an object was not taken", status: with(unsynced, 2), want: refused},
		"RefusedFirst":    {reason: "which outranks what follows from it", status: with(unsynced, 2, failed), want: refused},
		"RefusedBefore":   {reason: "for an older generation", status: with(unsynced, 1, failed), want: dynamo.Cause{Reason: "FailedCreate", Message: "no room"}},
		"RefusedServing":  {reason: "an object beside the workload, which serves", status: with(unsynced, 2, set{"availableSpecHash": "now"}), want: refused},
		"Forbidden":       {reason: "core stopped at an object", status: with(forbidden, 2), want: stopped},
		"ForbiddenServes": {reason: "what serves as desired was taken: something else fails for a while", status: with(forbidden, 2, set{"availableSpecHash": "now"})},
		"Failed":          {reason: "core did not come to the objects", status: with("cannot compose resources: no function", 2), want: dynamo.Cause{Reason: "ReconcileError", Message: "no function"}},
		"FailedServes":    {reason: "which passes where it serves", status: with("cannot compose resources: no function", 2, set{"availableSpecHash": "now"})},
		"Stopped":         {reason: "but for what does not pass by itself", status: with(forGood, 2, set{"availableSpecHash": "now"}), want: dynamo.Cause{Reason: "ReconcileError", Message: "cannot observe: " + unmarked}},
		"Fatal":           {reason: "it is at fault, and nothing is composed", status: with(fatal, 2), want: dynamo.Cause{Reason: "InvalidSpec", Message: "bad"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := observed(tc.status)
			o.Generation = 2
			got, err := readComponent(o, "now")
			if err != nil {
				t.Fatalf("%s: readComponent(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got.Cause); diff != "" {
				t.Errorf("%s: readComponent(...): -want cause, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestChooseReason says which of two reasons a graph has, whatever their order.
func TestChooseReason(t *testing.T) {
	all := append(ranked(), whyPods)
	for i, first := range all {
		want := first
		if first == whyNotCreated {
			want = ReasonSomeNotReady
		}
		for _, second := range all[i:] {
			for _, both := range [][]string{{first, second}, {second, first}} {
				if got := chooseReason(both); got != want {
					t.Errorf("chooseReason(%v): want %s, which a person has to act on first, got %s", both, want, got)
				}
			}
		}
	}
}

func TestReadComponentUnreadable(t *testing.T) {
	got, err := readComponent(observed(map[string]any{"service": "two"}), "now")
	if err == nil {
		t.Error("a status that is none is an error")
	}
	if diff := cmp.Diff(observedComponent{}, got); diff != "" {
		t.Errorf("nothing is known of it (-want, +got):\n%s", diff)
	}
}

// observed is a component with a status.
func observed(status map[string]any) layer.Object {
	return layer.Read(map[string]any{"metadata": map[string]any{"name": "chat-worker"}, "status": status})
}
