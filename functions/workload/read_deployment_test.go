package workload

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Hashes of what is desired now and of what was desired before.
const (
	now    = "aaaaaaaaaaaaaaaa"
	before = "bbbbbbbbbbbbbbbb"
)

// observed is an object at generation 3 that carries a hash.
func observed(hash string, status map[string]any) layer.Object {
	return layer.Object{
		Name:        "chat-worker",
		Generation:  3,
		Annotations: map[string]string{meta.AnnotationSpecHash: hash},
		Section: func(name string) map[string]any {
			if name != "status" {
				return nil
			}
			return status
		},
	}
}

// served is the status of a Deployment whose two replicas all serve.
func served(changes ...map[string]any) map[string]any {
	out := map[string]any{
		"observedGeneration": int64(3),
		"replicas":           int64(2),
		"updatedReplicas":    int64(2),
		"readyReplicas":      int64(2),
		"availableReplicas":  int64(2),
		"conditions":         conditions("Progressing", "True", "Available", "True"),
	}
	for _, c := range changes {
		maps.Copy(out, c)
	}
	return out
}

// conditions are types and statuses in turn.
func conditions(pairs ...string) []any {
	var out []any
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, map[string]any{"type": pairs[i], "status": pairs[i+1]})
	}
	return out
}

func TestReadDeployment(t *testing.T) {
	type set = map[string]any
	all := dynamo.State{Exists: true, Current: true, Available: true, Replicas: 2, Updated: 2, Ready: 2, AvailableReplicas: 2}
	with := func(change func(*dynamo.State)) dynamo.State {
		out := all
		change(&out)
		return out
	}
	unavailable := func(w *dynamo.State) { w.Available = false }
	stale := func(w *dynamo.State) { w.Current, w.Available = false, false }

	cases := map[string]struct {
		reason  string
		o       layer.Object
		desired int32
		want    dynamo.State
	}{
		"Available":      {reason: "All replicas serve what is desired", o: observed(now, served()), desired: 2, want: all},
		"NewerStatus":    {reason: "A generation of the status beyond the object's is fresh too", o: observed(now, served(set{"observedGeneration": int64(4)})), desired: 2, want: all},
		"OtherHash":      {reason: "An object that carries another hash has not been written yet", o: observed(before, served()), desired: 2, want: with(stale)},
		"NoHash":         {reason: "Nor has one that carries none", o: observed("", served()), desired: 2, want: with(stale)},
		"OldGeneration":  {reason: "Its controller has not seen what was written", o: observed(now, served(set{"observedGeneration": int64(2)})), desired: 2, want: with(stale)},
		"ScaledUp":       {reason: "Two of three", o: observed(now, served()), desired: 3, want: with(unavailable)},
		"ScaledDown":     {reason: "Two where one is desired", o: observed(now, served()), desired: 1, want: with(unavailable)},
		"Rolling":        {reason: "One replica still runs the old template", o: observed(now, served(set{"updatedReplicas": int64(1)})), desired: 2, want: with(func(w *dynamo.State) { w.Available, w.Updated = false, 1 })},
		"Surge":          {reason: "One replica too many while rolling", o: observed(now, served(set{"replicas": int64(3)})), desired: 2, want: with(func(w *dynamo.State) { w.Available, w.Replicas = false, 3 })},
		"SurgeAvailable": {reason: "Also when it serves", o: observed(now, served(set{"replicas": int64(3), "availableReplicas": int64(3)})), desired: 2, want: with(func(w *dynamo.State) { w.Available, w.Replicas, w.AvailableReplicas = false, 3, 3 })},
		"NotAvailable":   {reason: "One replica does not serve", o: observed(now, served(set{"readyReplicas": int64(1), "availableReplicas": int64(1)})), desired: 2, want: with(func(w *dynamo.State) { w.Available, w.Ready, w.AvailableReplicas = false, 1, 1 })},
		"ConditionFalse": {reason: "The controller says that it is not available", o: observed(now, served(set{"conditions": conditions("Available", "False")})), desired: 2, want: with(unavailable)},
		"ConditionOther": {reason: "Another condition says nothing", o: observed(now, served(set{"conditions": conditions("Progressing", "True")})), desired: 2, want: with(unavailable)},
		"NoCondition":    {reason: "Nor does none", o: observed(now, served(set{"conditions": nil})), desired: 2, want: with(unavailable)},
		"Zero": {
			reason: "Nothing desired is there at once",
			o:      observed(now, set{"observedGeneration": int64(3)}),
			want:   dynamo.State{Exists: true, Current: true, Available: true},
		},
		"ZeroStopping": {reason: "Also while replicas stop", o: observed(now, served()), want: all},
		"ZeroStale":    {reason: "But not before the controller has seen it", o: observed(now, set{"observedGeneration": int64(2)}), want: dynamo.State{Exists: true}},
		"NoStatus":     {reason: "A new object has no status", o: observed(now, nil), desired: 2, want: dynamo.State{Exists: true}},
		"NoSection":    {reason: "Nor sections", o: layer.Object{Generation: 1}, desired: 2, want: dynamo.State{Exists: true}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Deployment{}.Read(tc.o, now, tc.desired)
			if err != nil {
				t.Fatalf("%s: Deployment(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Deployment(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestDeploymentUnreadable(t *testing.T) {
	got, err := Deployment{}.Read(observed(now, served(map[string]any{"replicas": "two"})), now, 2)
	if err == nil {
		t.Error("a status that is none is an error")
	}
	if diff := cmp.Diff(dynamo.State{}, got); diff != "" {
		t.Errorf("nothing is known of it (-want, +got):\n%s", diff)
	}
}
