package graph

import (
	"maps"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/scaling"
)

// needs are the adapters of the graph's namespace and, for services on several
// nodes, whether the cluster has what runs them. They follow from the spec and
// the settings alone, so that core sees the same ones on every run.
func (s scope) needs() layer.Needs {
	out := layer.Needs{Objects: map[string]layer.Selector{scaling.Need: scaling.Selector(s.graph.Namespace)}}
	maps.Copy(out.Objects, s.ssh.needs)
	if s.multinode() {
		out.APIs = optional.Needs(optional.LeaderWorkerSet())
	}
	return out
}
