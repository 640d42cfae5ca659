package workload

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// spread is the status of a LeaderWorkerSet whose two replicas all serve.
func spread(changes ...map[string]any) map[string]any {
	out := map[string]any{
		"observedGeneration": int64(3),
		"replicas":           int64(2),
		"updatedReplicas":    int64(2),
		"readyReplicas":      int64(2),
		"conditions":         conditions("Progressing", "False", "Available", "True"),
	}
	for _, c := range changes {
		maps.Copy(out, c)
	}
	return out
}

func TestReadLeaderWorkerSet(t *testing.T) {
	type set = map[string]any
	all := dynamo.State{Exists: true, Current: true, Available: true, Replicas: 2, Updated: 2, Ready: 2}
	with := func(change func(*dynamo.State)) dynamo.State {
		out := all
		change(&out)
		return out
	}
	unavailable := with(func(w *dynamo.State) { w.Available = false })
	stale := with(func(w *dynamo.State) { w.Available, w.Current = false, false })
	cases := map[string]struct {
		reason  string
		hash    string
		status  map[string]any
		desired int32
		want    dynamo.State
	}{
		"Available":  {reason: "all replicas serve what is desired", hash: now, status: spread(), desired: 2, want: all},
		"Surplus":    {reason: "more than desired serve", hash: now, status: spread(set{"readyReplicas": int64(3)}), desired: 2, want: with(func(w *dynamo.State) { w.Ready = 3 })},
		"OtherHash":  {reason: "another spec is what it runs", hash: before, status: spread(), desired: 2, want: stale},
		"Generation": {reason: "its controller has not looked at this one", hash: now, status: spread(set{"observedGeneration": int64(2)}), desired: 2, want: stale},
		"NotReady":   {reason: "a replica does not serve", hash: now, status: spread(set{"readyReplicas": int64(1)}), desired: 2, want: with(func(w *dynamo.State) { w.Available, w.Ready = false, 1 })},
		"NotUpdated": {reason: "a replica serves the old spec", hash: now, status: spread(set{"updatedReplicas": int64(1)}), desired: 2, want: with(func(w *dynamo.State) { w.Available, w.Updated = false, 1 })},
		"Progressing": {
			reason: "the controller says that it is not available", hash: now, desired: 2,
			status: spread(set{"conditions": conditions("Progressing", "True", "Available", "False")}), want: unavailable,
		},
		"NoCondition": {reason: "or says nothing of it", hash: now, status: spread(set{"conditions": conditions()}), desired: 2, want: unavailable},
		"Parked":      {reason: "nothing is desired", hash: now, status: set{"observedGeneration": int64(3)}, want: dynamo.State{Exists: true, Current: true, Available: true}},
		"ParkedStale": {reason: "nothing is desired, and the controller does not know yet", hash: now, status: set{"observedGeneration": int64(2)}, want: dynamo.State{Exists: true}},
		"NoStatus":    {reason: "nobody has looked at it", hash: now, desired: 2, want: dynamo.State{Exists: true}},
		"OldController": {
			reason: "one that does not say what it has looked at is taken at its counts", hash: now, desired: 2,
			status: spread(set{"observedGeneration": int64(0)}), want: all,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := LeaderWorkerSet{}.Read(observed(tc.hash, tc.status), now, tc.desired)
			if err != nil {
				t.Fatalf("LeaderWorkerSet(...): %v", err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: LeaderWorkerSet(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestLeaderWorkerSetUnreadable(t *testing.T) {
	_, err := LeaderWorkerSet{}.Read(observed(now, map[string]any{"replicas": "many"}), now, 2)
	if err == nil {
		t.Error("LeaderWorkerSet(...) of a status that cannot be read: want an error")
	}
}
