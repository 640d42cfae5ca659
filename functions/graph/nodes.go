package graph

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/leader"
	"github.com/crossplane-contrib/function-dynamo/functions/optional"
)

// multinode says whether any service of the graph spans several nodes.
func (s scope) multinode() bool {
	return slices.ContainsFunc(s.graph.Components, dynamo.Component.Multinode)
}

// script lets the workers of services on several nodes wait for their leaders.
func (s scope) script() []layer.Child {
	if !s.multinode() {
		return nil
	}
	return []layer.Child{leader.Script(s.graph.Name, s.graph.Name, s.in.Observed)}
}

// stranded says whether a service spans several nodes on a cluster that is known
// to lack what runs it. One that has run proves the opposite: a lapse in the
// answer makes no graph fail.
func (s scope) stranded(svc service) bool {
	if !svc.Multinode() {
		return false
	}
	if c := svc.state.Counts; c != nil && c.ComponentKind == v1alpha1.ComponentWorkloadLeaderWorkerSet {
		return false
	}
	// The graph composes none itself, so that there is no key to observe.
	return optional.LeaderWorkerSet().In(s.in, "") == optional.Absent
}

// lacking are the fields of services that need an API which the cluster lacks.
func lacking(services []service) []string {
	var out []string
	for _, svc := range services {
		if svc.stranded {
			at := field.NewPath("spec", "services").Key(svc.Service).Child("multinode")
			out = append(out, optional.LeaderWorkerSet().Lacking(at.String()))
		}
	}
	return out
}
