package workload

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	lwsv1 "sigs.k8s.io/lws/api/leaderworkerset/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// NodeSelector selects all pods of a component's LeaderWorkerSet.
func NodeSelector(c dynamo.Component) map[string]string {
	return map[string]string{lwsv1.SetNameLabelKey: names.LeaderWorkerSet(c.Name)}
}

// LeaderWorkerSet runs a component whose replicas span several nodes: each is a
// leader and its workers, which start as soon as the leader's pod is there.
func LeaderWorkerSet(c dynamo.Component, s settings.Settings) *lwsv1.LeaderWorkerSet {
	leader := pod.NodeTemplate(c, s, engine.Leader)
	return &lwsv1.LeaderWorkerSet{
		TypeMeta: metav1.TypeMeta{APIVersion: lwsv1.GroupVersion.String(), Kind: "LeaderWorkerSet"},
		// No annotations: some of them mean something to its controller.
		ObjectMeta: metav1.ObjectMeta{Name: names.LeaderWorkerSet(c.Name), Labels: pod.WorkloadLabels(c)},
		Spec: lwsv1.LeaderWorkerSetSpec{
			Replicas:      ptr.To(c.Replicas),
			StartupPolicy: lwsv1.LeaderCreatedStartupPolicy,
			// The default; its type has no way to leave the field out.
			RolloutStrategy: lwsv1.RolloutStrategy{Type: lwsv1.RollingUpdateStrategyType},
			LeaderWorkerTemplate: lwsv1.LeaderWorkerTemplate{
				Size:           ptr.To(c.Nodes),
				LeaderTemplate: &leader,
				WorkerTemplate: pod.NodeTemplate(c, s, engine.Worker),
			},
		},
	}
}
