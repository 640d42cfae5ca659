package graph

import (
	"maps"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/devices"
	"github.com/crossplane-contrib/function-dynamo/functions/scaling"
)

// needs are the adapters of the graph's namespace, for MPI the site's key pair,
// and the claims of devices of all services. They follow from the spec and the
// settings, and for claims from whether the cluster has their API, so that core
// sees the same ones on every run.
func (s scope) needs() layer.Needs {
	out := layer.Needs{Objects: map[string]layer.Selector{scaling.Need: scaling.Selector(s.graph.Namespace)}}
	maps.Copy(out.Objects, s.ssh.needs)
	return out.And(devices.Needs(s.graph.Components, s.in.Answers))
}
