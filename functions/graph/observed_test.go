package graph

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
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

// TestChooseReason says which of two reasons a graph has, whatever their order.
func TestChooseReason(t *testing.T) {
	ranked := []string{whyStranded, whyNotCreated, whyUpdating, whyPods}
	reasons := []string{ReasonNoOrchestrator, ReasonSomeNotReady, ReasonUpdating, ReasonPodsNotReady}
	for first := range ranked {
		for second := first; second < len(ranked); second++ {
			for _, all := range [][]string{{ranked[first], ranked[second]}, {ranked[second], ranked[first]}} {
				if got := chooseReason(all); got != reasons[first] {
					t.Errorf("chooseReason(%v): want %s, which a person has to act on first, got %s", all, reasons[first], got)
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
