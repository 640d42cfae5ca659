package convert

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// named is a field, as a path below a spec, and whether the user gave it.
type named struct {
	given bool
	path  string
}

// listGiven lists the fields of a spec that the user gave, with a note behind
// each.
func listGiven(spec *field.Path, note string, fields ...named) []string {
	var out []string
	for _, f := range fields {
		if f.given {
			out = append(out, spec.String()+"."+f.path+note)
		}
	}
	return out
}

// listUnsupported names the fields of a service that are accepted and not acted on,
// beside the deprecated ones.
func listUnsupported(in v1alpha1.DynamoComponentDeploymentSharedSpec, spec *field.Path) []string {
	return listGiven(spec, "",
		named{in.Checkpoint != nil, "checkpoint"},
		named{in.Failover != nil, "failover"},
		named{in.GPUMemoryService != nil, "gpuMemoryService"},
		named{in.MinAvailable != nil, "minAvailable"},
		named{in.Multinode != nil && in.Multinode.Leader != nil, "multinode.leader"},
		named{in.Multinode != nil && in.Multinode.Worker != nil, "multinode.worker"},
		named{in.ProviderOverride != nil, "providerOverride"},
		named{in.TopologyConstraint != nil, "topologyConstraint"},
	)
}

// listDeprecated names the deprecated fields, which nothing acts on.
func listDeprecated(in v1alpha1.DynamoComponentDeploymentSharedSpec, spec *field.Path) []string {
	return listGiven(spec, " (deprecated)",
		named{in.Autoscaling != nil, "autoscaling"},
		named{in.DynamoNamespace != "", "dynamoNamespace"},
	)
}

// listGraphUnsupported names the fields of the graph itself that are accepted and not
// acted on.
func listGraphUnsupported(in v1alpha1.DynamoGraphDeploymentSpec) []string {
	return listGiven(field.NewPath("spec"), "",
		named{in.Experimental != nil, "experimental"},
		named{in.PriorityClassName != "", "priorityClassName"},
		named{in.ProviderOverride != nil, "providerOverride"},
		named{in.TopologyConstraint != nil, "topologyConstraint"},
	)
}
