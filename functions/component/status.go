package component

import (
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// Condition types and reasons of a component.
const (
	TypeAvailable = "Available"
	TypeReady     = "DynamoComponentReady"

	ReasonAvailable          = "Available"
	ReasonDeploymentNotReady = "DeploymentNotReady"
	ReasonReady              = "ComponentReady"
	ReasonNotReady           = "ComponentNotReady"
)

func conditions(available bool) []layer.Condition {
	if available {
		return []layer.Condition{
			{Type: TypeAvailable, Status: layer.True, Reason: ReasonAvailable},
			{Type: TypeReady, Status: layer.True, Reason: ReasonReady},
		}
	}
	return []layer.Condition{
		{Type: TypeAvailable, Status: layer.False, Reason: ReasonDeploymentNotReady},
		{Type: TypeReady, Status: layer.False, Reason: ReasonNotReady},
	}
}

// status of a component whose workload is composed.
func status(dcd *v1alpha1.DynamoComponentDeployment, c dynamo.Component, w observedWorkload) *v1alpha1.DynamoComponentDeploymentStatus {
	out := &v1alpha1.DynamoComponentDeploymentStatus{
		ObservedGeneration: dcd.Generation,
		ObservedSpecHash:   w.specHash,
		PodSelector:        workload.PodSelector(c),
		Service: &v1alpha1.ServiceReplicaStatus{
			ComponentKind:    v1alpha1.ComponentWorkloadDeployment,
			ComponentName:    c.Name,
			ComponentNames:   []string{c.Name},
			RuntimeNamespace: c.DynamoNamespace,
		},
	}
	if w.Exists {
		out.Service.Replicas = w.Replicas
		out.Service.UpdatedReplicas = w.Updated
		out.Service.ReadyReplicas = ptr.To(w.Ready)
		out.Service.AvailableReplicas = ptr.To(w.AvailableReplicas)
	}
	if w.Available {
		out.AvailableSpecHash = w.specHash
	}
	return out
}

// idle is the status of a component that is not composed.
func idle(dcd *v1alpha1.DynamoComponentDeployment, c dynamo.Component) *v1alpha1.DynamoComponentDeploymentStatus {
	return &v1alpha1.DynamoComponentDeploymentStatus{
		ObservedGeneration: dcd.Generation,
		PodSelector:        workload.PodSelector(c),
	}
}
