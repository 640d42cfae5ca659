package component

import (
	"cmp"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
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

// makeConditions makes the conditions of a component, with what is known of why it does
// not serve.
func makeConditions(c dynamo.Component, available bool, why dynamo.Cause) []layer.Condition {
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
		{Type: TypeAvailable, Status: layer.False, Reason: cmp.Or(why.Reason, reason), Message: why.Message},
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
	out.Reason, out.Message = from.cause.Reason, from.cause.Message
	if from.composed {
		out.Service = convert.WriteCounts(c, from.state)
	}
	if from.state.Available {
		out.AvailableSpecHash = out.ObservedSpecHash
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
