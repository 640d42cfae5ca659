package component

import (
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Condition types and reasons of a component.
const (
	TypeAvailable = "Available"
	TypeReady     = "DynamoComponentReady"

	ReasonAvailable          = "Available"
	ReasonDeploymentNotReady = "DeploymentNotReady"
	ReasonWorkloadNotReady   = "WorkloadNotReady"
	ReasonReady              = "ComponentReady"
	ReasonNotReady           = "ComponentNotReady"
)

// makeConditions makes the conditions of a component. The message says what keeps it
// from running at all.
func makeConditions(c dynamo.Component, available bool, message string) []layer.Condition {
	if available {
		return []layer.Condition{
			{Type: TypeAvailable, Status: layer.True, Reason: ReasonAvailable},
			{Type: TypeReady, Status: layer.True, Reason: ReasonReady},
		}
	}
	reason := ReasonWorkloadNotReady
	if c.Orchestrator.Workload().Kind == v1alpha1.ComponentWorkloadDeployment {
		reason = ReasonDeploymentNotReady
	}
	return []layer.Condition{
		{Type: TypeAvailable, Status: layer.False, Reason: reason, Message: message},
		{Type: TypeReady, Status: layer.False, Reason: ReasonNotReady},
	}
}

// makeStatus makes the status of a component whose workload is composed.
func makeStatus(in layer.In, dcd *v1alpha1.DynamoComponentDeployment, c dynamo.Component, from rendered) *v1alpha1.DynamoComponentDeploymentStatus {
	out := makeIdleStatus(in, dcd, c)
	out.ObservedSpecHash = dcd.Annotations[meta.AnnotationSpecHash]
	if out.GraphSettingsHash = dcd.Annotations[meta.AnnotationSettingsHash]; out.GraphSettingsHash != "" {
		out.SettingsHash = in.Settings.Hash()
	}
	out.MissingKinds = from.kinds
	if from.composed {
		out.Service = makeCounts(c, from.state)
	}
	if from.state.Available {
		out.AvailableSpecHash = out.ObservedSpecHash
	}
	return out
}

// makeCounts makes the replica counts of a component's workload.
func makeCounts(c dynamo.Component, w dynamo.State) *v1alpha1.ServiceReplicaStatus {
	kind, name := c.Orchestrator.Workload(), c.Orchestrator.Name(c.Name)
	out := &v1alpha1.ServiceReplicaStatus{
		ComponentKind:    kind.Kind,
		ComponentName:    name,
		ComponentNames:   []string{name},
		RuntimeNamespace: c.DynamoNamespace,
	}
	if !w.Exists {
		return out
	}
	out.Replicas = w.Replicas
	out.UpdatedReplicas = w.Updated
	out.ReadyReplicas = ptr.To(w.Ready)
	if kind.CountsAvailable {
		out.AvailableReplicas = ptr.To(w.AvailableReplicas)
	}
	return out
}

// makeIdleStatus makes the status of a component that is not composed.
func makeIdleStatus(in layer.In, dcd *v1alpha1.DynamoComponentDeployment, c dynamo.Component) *v1alpha1.DynamoComponentDeploymentStatus {
	return &v1alpha1.DynamoComponentDeploymentStatus{
		ObservedGeneration: dcd.Generation,
		PodSelector:        c.Orchestrator.PodSelector(c.Name),
		Settings:           in.Settings.Layers,
	}
}
