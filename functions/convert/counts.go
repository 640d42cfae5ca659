package convert

import (
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// WriteCounts writes the replica counts of a component's workload, for the status of the
// component and for that of its graph. Those of one that is being made are zero, as they
// are once its controller has looked at it: the status need not change until pods start.
func WriteCounts(c dynamo.Component, w dynamo.State) *v1alpha1.ServiceReplicaStatus {
	kind, name := c.Orchestrator.Workload(), c.Orchestrator.Name(c.Name)
	out := &v1alpha1.ServiceReplicaStatus{
		ComponentKind:    kind.Kind,
		ComponentName:    name,
		ComponentNames:   []string{name},
		RuntimeNamespace: c.DynamoNamespace,
		Replicas:         w.Replicas,
		UpdatedReplicas:  w.Updated,
		ReadyReplicas:    ptr.To(w.Ready),
	}
	if kind.CountsAvailable {
		out.AvailableReplicas = ptr.To(w.AvailableReplicas)
	}
	return out
}
