package graph

import (
	"slices"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/devices"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/leader"
)

// countDevices counts the GPUs of the claims of all components.
func countDevices(g dynamo.Graph, in layer.In) (dynamo.Graph, []string) {
	counted := make([]dynamo.Component, 0, len(g.Components))
	var warnings []string
	for _, c := range g.Components {
		one, more := devices.Count(c, in.Answers, 0)
		counted, warnings = append(counted, one), append(warnings, more...)
	}
	g.Components = counted
	return g, warnings
}

// makeScript makes the ConfigMap with the script by which workers wait for their
// leader, where a service needs it.
func (s scope) makeScript() []layer.Child {
	if !slices.ContainsFunc(s.graph.Components, func(c dynamo.Component) bool { return c.Orchestrator.Place().WaitForLeader }) {
		return nil
	}
	return []layer.Child{leader.Script(s.graph.Name, s.graph.Name, s.in.Observed)}
}

// isStranded reports whether the cluster lacks what runs a service, as its component
// has found. The graph does not ask for itself: where an API vanishes core fails
// every composite that asks for it, and here that would stop the other services too.
func isStranded(svc service) bool {
	kind := svc.Orchestrator.Workload().Requires
	return kind != nil && slices.Contains(svc.state.Missing, kind.Kind)
}

// listLacking names the services whose components lack a kind, and the kind.
func listLacking(services []service) []string {
	var out []string
	for _, svc := range services {
		for _, k := range optional.Kinds() {
			if slices.Contains(svc.state.Missing, k.Kind) {
				out = append(out, k.Lacking(svc.At.Spec.String()))
			}
		}
	}
	return out
}
