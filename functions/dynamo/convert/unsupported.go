package convert

import (
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// named is a field and whether the user gave it.
type named struct {
	given bool
	name  string
}

func given(fields ...named) []string {
	var out []string
	for _, f := range fields {
		if f.given {
			out = append(out, f.name)
		}
	}
	return out
}

// unsupported names the fields of a service that are accepted and not acted on,
// beside the deprecated ones.
func unsupported(in v1alpha1.DynamoComponentDeploymentSharedSpec) []string {
	return given(
		named{in.Checkpoint != nil, "checkpoint"},
		named{in.Failover != nil, "failover"},
		named{in.GPUMemoryService != nil, "gpuMemoryService"},
		named{in.MinAvailable != nil, "minAvailable"},
		named{in.Multinode != nil && in.Multinode.Leader != nil, "multinode.leader"},
		named{in.Multinode != nil && in.Multinode.Worker != nil, "multinode.worker"},
		named{in.ProviderOverride != nil, "providerOverride"},
		named{in.RuntimeVersionOverride != "", "runtimeVersionOverride"},
		named{in.TopologyConstraint != nil, "topologyConstraint"},
	)
}

// deprecated names the fields that are ignored.
func deprecated(in v1alpha1.DynamoComponentDeploymentSharedSpec) []string {
	return given(
		named{in.Autoscaling != nil, "autoscaling"},
		named{in.DynamoNamespace != "", "dynamoNamespace"},
	)
}

// graphUnsupported names the fields of the graph itself that are accepted and
// not acted on.
func graphUnsupported(in v1alpha1.DynamoGraphDeploymentSpec) []string {
	return given(
		named{in.Experimental != nil, "spec.experimental"},
		named{in.PriorityClassName != "", "spec.priorityClassName"},
		named{in.ProviderOverride != nil, "spec.providerOverride"},
		named{in.TopologyConstraint != nil, "spec.topologyConstraint"},
	)
}
