package graph

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/leader"
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

// stranded says whether a service spans several nodes on a cluster that lacks
// what runs it, as its component has found. The graph does not ask for itself:
// where an API vanishes core fails every composite that asks for it, and here
// that would stop the other services too.
func stranded(svc service) bool {
	return svc.Multinode() && slices.Contains(svc.state.Missing, optional.LeaderWorkerSet().Kind)
}

// lacking names the services whose components lack a kind, and the kind.
func lacking(services []service) []string {
	var out []string
	for _, svc := range services {
		at := field.NewPath("spec", "services").Key(svc.Service)
		for _, k := range optional.Kinds() {
			if slices.Contains(svc.state.Missing, k.Kind) {
				out = append(out, k.Lacking(at.String()))
			}
		}
	}
	return out
}
