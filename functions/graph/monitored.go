package graph

import (
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
	"github.com/crossplane-contrib/function-dynamo/functions/render/monitor"
)

// addMonitor adds the PodMonitor of a graph without faults, where the site wants one, and
// notes why there is none. The graph serves without, and is as ready: it only looks again
// sooner, since nothing tells when the kind or the name is free.
func (s scope) addMonitor(out *layer.Out, found *layer.Findings) {
	m := monitor.Child(monitor.OfGraph(s.graph.Name), s.graph.Components, s.in)
	left := others.Leave(m.Children, s.in)
	found.Ignored = append(found.Ignored, m.Lacking...)
	found.Warnings = append(found.Warnings, left.Warnings...)
	out.Children = append(out.Children, left.Children...)
	if len(m.Lacking) > 0 || len(left.Children) < len(m.Children) {
		out.Pace = min(out.Pace, layer.PaceStarting)
	}
	out.Refuse(s.in.Refused().Only(monitor.Key))
}
