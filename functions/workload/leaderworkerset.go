package workload

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"
	lwsv1 "sigs.k8s.io/lws/api/leaderworkerset/v1"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/render/metadata"
)

// KeyLeaderWorkerSet is the key of a component's LeaderWorkerSet: frozen API.
const KeyLeaderWorkerSet = "leaderworkerset/main"

// LeaderWorkerSet runs components whose replicas span several nodes: each is a
// leader and its workers, which start as soon as the leader's pod is there.
type LeaderWorkerSet struct{}

// Workload is a LeaderWorkerSet, whose API a cluster may lack.
func (LeaderWorkerSet) Workload() dynamo.Workload {
	return dynamo.Workload{Key: KeyLeaderWorkerSet, Kind: v1alpha1.ComponentWorkloadLeaderWorkerSet, Requires: ptr.To(optional.LeaderWorkerSet())}
}

// Name is shorter than the component's, since the names of pods and StatefulSets
// append to it.
func (LeaderWorkerSet) Name(component string) string { return names.LeaderWorkerSet(component) }

// Services are the headless Service that the controller makes, with the name of the
// LeaderWorkerSet.
func (l LeaderWorkerSet) Services(component string) []string { return []string{l.Name(component)} }

// PodSelector selects leaders and workers.
func (l LeaderWorkerSet) PodSelector(component string) map[string]string {
	return map[string]string{lwsv1.SetNameLabelKey: l.Name(component)}
}

// PodLabels tell leaders from workers. The controller adds further labels.
func (LeaderWorkerSet) PodLabels(_ string, r dynamo.Role) map[string]string {
	return map[string]string{meta.LabelRole: string(r)}
}

// ServingLabels are those of the leader.
func (LeaderWorkerSet) ServingLabels() map[string]string {
	return map[string]string{meta.LabelRole: string(dynamo.RoleLeader)}
}

// Place is told to each pod by the controller, in variables.
func (LeaderWorkerSet) Place() dynamo.Place {
	return dynamo.Place{
		Leader:         "$(" + lwsv1.LwsLeaderAddress + ")",
		Index:          "$(" + lwsv1.LwsWorkerIndex + ")",
		LeaderVariable: lwsv1.LwsLeaderAddress,
		IndexVariable:  lwsv1.LwsWorkerIndex,
		WaitForLeader:  true,
	}
}

// Render renders the LeaderWorkerSet.
func (l LeaderWorkerSet) Render(c dynamo.Component, template func(dynamo.Role) corev1.PodTemplateSpec) runtime.Object {
	leader := template(dynamo.RoleLeader)
	return &lwsv1.LeaderWorkerSet{
		TypeMeta: metav1.TypeMeta{APIVersion: lwsv1.GroupVersion.String(), Kind: "LeaderWorkerSet"},
		// No annotations of the user: some would mean something to the controller.
		ObjectMeta: metav1.ObjectMeta{
			Name:        l.Name(c.Name),
			Labels:      metadata.QueuedLabels(c),
			Annotations: metadata.QueueAnnotations(c),
		},
		Spec: lwsv1.LeaderWorkerSetSpec{
			Replicas:      ptr.To(c.Replicas),
			StartupPolicy: lwsv1.LeaderCreatedStartupPolicy,
			// The default; its type has no way to leave the field out.
			RolloutStrategy: lwsv1.RolloutStrategy{Type: lwsv1.RollingUpdateStrategyType},
			LeaderWorkerTemplate: lwsv1.LeaderWorkerTemplate{
				Size:           ptr.To(c.Nodes),
				LeaderTemplate: &leader,
				WorkerTemplate: template(dynamo.RoleWorker),
			},
		},
	}
}

// Read reads an observed LeaderWorkerSet. It is available once its controller says so,
// and has seen what is desired now.
func (LeaderWorkerSet) Read(o layer.Object, hash string, desired int32) (dynamo.State, error) {
	s := lwsv1.LeaderWorkerSetStatus{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Status(), &s); err != nil {
		return dynamo.State{}, fmt.Errorf("cannot read status of LeaderWorkerSet %q: %w", o.Name, err)
	}
	w := dynamo.State{
		Exists:   true,
		Current:  isDesired(o, hash) && hasSeen(s, o.Generation),
		Replicas: s.Replicas,
		Updated:  s.UpdatedReplicas,
		Ready:    s.ReadyReplicas,
	}
	w.Available = w.Current && (desired == 0 || isServing(s, desired))
	return w, nil
}

// hasSeen says whether the controller has seen a generation. Controllers before version
// 0.9 do not report it: of them it is assumed once they have set a condition.
func hasSeen(s lwsv1.LeaderWorkerSetStatus, generation int64) bool {
	if s.ObservedGeneration == 0 {
		return len(s.Conditions) > 0
	}
	return s.ObservedGeneration >= generation
}

// isServing says whether all replicas are ready and updated, and the set is available.
func isServing(s lwsv1.LeaderWorkerSetStatus, desired int32) bool {
	return s.ReadyReplicas >= desired && s.UpdatedReplicas >= desired &&
		apimeta.IsStatusConditionTrue(s.Conditions, string(lwsv1.LeaderWorkerSetAvailable))
}
