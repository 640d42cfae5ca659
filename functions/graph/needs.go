package graph

import (
	"maps"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/devices"
	"github.com/crossplane-contrib/function-dynamo/functions/scaling"
)

// computeNeeds asks for the adapters of the graph's namespace, for the volume claims
// that it makes, with update policy Manual for revisions, for MPI for the site's key pair, and for the claims of devices of all
// services. The needs follow from the spec and the settings, and for claims of devices
// from whether the cluster has their API, so that core sees the same ones on every run.
func (s scope) computeNeeds() layer.Needs {
	out := layer.Needs{Objects: map[string]layer.Selector{scaling.Need: scaling.Selector(s.graph.Namespace)}}
	maps.Copy(out.Objects, s.selection.Needs())
	maps.Copy(out.Objects, s.ssh.needs)
	maps.Copy(out.Objects, askForClaims(s.graph))
	return out.And(devices.Needs(s.graph.Components, s.in.Answers))
}
