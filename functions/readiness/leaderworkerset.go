package readiness

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	lwsv1 "sigs.k8s.io/lws/api/leaderworkerset/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// LeaderWorkerSet reads an observed LeaderWorkerSet. Hash is that of the desired
// one: an object that still carries another has not been written yet. A replica
// of it counts once, with all its nodes.
func LeaderWorkerSet(o layer.Object, hash string, desired int32) (Workload, error) {
	s := lwsv1.LeaderWorkerSetStatus{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Status(), &s); err != nil {
		return Workload{}, fmt.Errorf("cannot read status of LeaderWorkerSet %q: %w", o.Name, err)
	}
	w := Workload{
		Exists:   true,
		Current:  carries(o, hash) && seen(s, o.Generation),
		Replicas: s.Replicas,
		Updated:  s.UpdatedReplicas,
		Ready:    s.ReadyReplicas,
	}
	w.Available = w.Current && (desired == 0 || serving(s, desired))
	return w, nil
}

// seen says whether the controller has looked at a generation. Before its
// version 0.9 it did not say so, in which case its counts are all there is.
func seen(s lwsv1.LeaderWorkerSetStatus, generation int64) bool {
	if s.ObservedGeneration == 0 {
		return len(s.Conditions) > 0
	}
	return s.ObservedGeneration >= generation
}

func serving(s lwsv1.LeaderWorkerSetStatus, desired int32) bool {
	return s.ReadyReplicas >= desired && s.UpdatedReplicas >= desired &&
		meta.IsStatusConditionTrue(s.Conditions, string(lwsv1.LeaderWorkerSetAvailable))
}
