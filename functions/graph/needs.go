package graph

import (
	"maps"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/devices"
	"github.com/crossplane-contrib/function-dynamo/functions/render/monitor"
	"github.com/crossplane-contrib/function-dynamo/functions/scaling"
)

// computeNeeds asks for the site's settings, for the adapters of the graph's namespace,
// for the volume claims that it makes and for what others may have made in place of the
// rest, with update policy Manual for revisions, for MPI for the site's key pair, for the
// claims of devices of all services, and whether the cluster has PodMonitors where the site
// wants one. The needs follow from the spec, the settings and what exists, and for claims of
// devices and PodMonitors from whether the cluster has their API, so that core sees the same
// ones on every run.
func (s scope) computeNeeds() layer.Needs {
	out := layer.Needs{Objects: map[string]layer.Selector{scaling.Need: scaling.Selector(s.graph.Namespace)}}
	maps.Copy(out.Objects, layer.AskForSettings(s.graph.Namespace))
	maps.Copy(out.Objects, s.selection.Needs())
	maps.Copy(out.Objects, s.ssh.needs)
	maps.Copy(out.Objects, askForClaims(s.graph))
	maps.Copy(out.Objects, s.askForOthers())
	maps.Copy(out.Objects, monitor.AskForOthers(monitor.OfGraph(s.graph.Name), s.graph.Namespace, s.in))
	return out.And(monitor.Needs(s.in)).And(devices.Needs(s.graph.Components, s.in.Answers))
}
