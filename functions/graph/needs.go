package graph

import (
	"maps"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/scaling"
)

// computeNeeds asks for the adapters of the graph's namespace and, for MPI, for the
// site's key pair. The needs follow from the spec and the settings alone, so that
// core sees the same ones on every run.
func (s scope) computeNeeds() layer.Needs {
	out := layer.Needs{Objects: map[string]layer.Selector{scaling.Need: scaling.Selector(s.graph.Namespace)}}
	maps.Copy(out.Objects, s.ssh.needs)
	return out
}
