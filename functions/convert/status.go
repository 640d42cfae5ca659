package convert

import (
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
)

// Whoever reads a status reads it in one version, and knows the names of that version.
// Both have places of their own for the counts, so that each status has both.

// GraphStatus is the status of a graph as both versions spell it.
type GraphStatus struct {
	v1alpha1.DynamoGraphDeploymentStatus `json:",inline"`

	// Components are the services of v1beta1.
	Components map[string]v1beta1.ComponentReplicaStatus `json:"components,omitempty"`
}

// WriteGraphStatus writes the status of a graph for the readers of both versions.
func WriteGraphStatus(in *v1alpha1.DynamoGraphDeploymentStatus) *GraphStatus {
	out := &GraphStatus{DynamoGraphDeploymentStatus: *in}
	if len(in.Services) > 0 {
		out.Components = make(map[string]v1beta1.ComponentReplicaStatus, len(in.Services))
	}
	for name, s := range in.Services {
		out.Components[name] = writeCountsV1Beta1(s)
	}
	return out
}

// ComponentStatus is the status of a component as both versions spell it.
type ComponentStatus struct {
	v1alpha1.DynamoComponentDeploymentStatus `json:",inline"`

	// Component is the service of v1beta1.
	Component *v1beta1.ComponentReplicaStatus `json:"component,omitempty"`
}

// WriteComponentStatus writes the status of a component for the readers of both versions.
func WriteComponentStatus(in *v1alpha1.DynamoComponentDeploymentStatus) *ComponentStatus {
	out := &ComponentStatus{DynamoComponentDeploymentStatus: *in}
	if in.Service != nil {
		counts := writeCountsV1Beta1(*in.Service)
		out.Component = &counts
	}
	return out
}

// writeCountsV1Beta1 writes the counts of a workload, which v1beta1 names by all of its
// names alone.
func writeCountsV1Beta1(in v1alpha1.ServiceReplicaStatus) v1beta1.ComponentReplicaStatus {
	return v1beta1.ComponentReplicaStatus{
		AvailableReplicas: in.AvailableReplicas,
		ComponentKind:     in.ComponentKind,
		ComponentNames:    in.ComponentNames,
		ReadyReplicas:     in.ReadyReplicas,
		Replicas:          in.Replicas,
		RuntimeNamespace:  in.RuntimeNamespace,
		UpdatedReplicas:   in.UpdatedReplicas,
	}
}
