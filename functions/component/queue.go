package component

import (
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
)

// chooseQueue returns the queue of the settings that a component's workload belongs to. A
// workload that exists stays in the one that it was made in: Kueue refuses to move it, and
// with the label all else that changes. Where the user names a queue, the settings say nothing.
func chooseQueue(c dynamo.Component, in layer.In) string {
	if _, ok := c.Labels[meta.LabelQueue]; ok {
		return ""
	}
	if o, ok := findWorkload(c, in); ok {
		return o.Annotations[meta.AnnotationQueue]
	}
	return in.Settings.Queue
}

// findWorkload returns the workload that a component has, or is about to take over: what the
// operator has made, and what outlived an earlier component of the name.
func findWorkload(c dynamo.Component, in layer.In) (layer.Object, bool) {
	if o, ok := in.Observed[c.Orchestrator.Workload().Key]; ok {
		return o, true
	}
	for _, p := range listQueuedPlaces(c, in) {
		if _, o := p.Look(in.Answers); o.Name != "" {
			return o, true
		}
	}
	return layer.Object{}, false
}

// listQueuedPlaces returns the name that the workload of a component takes, where it matters
// in which queue another one of that name is.
func listQueuedPlaces(c dynamo.Component, in layer.In) []others.Place {
	w := c.Orchestrator.Workload()
	if in.Settings.Queue == "" || in.Observed.Has(w.Key) {
		return nil
	}
	p := others.Place{API: layer.API{APIVersion: "apps/v1", Kind: "Deployment"}, Name: c.Orchestrator.Name(c.Name), Key: w.Key, Owner: others.OwnerOf(in)}
	if w.Requires != nil {
		if w.Requires.In(in, w.Key) != optional.Present {
			return nil
		}
		p.API = w.Requires.API
	}
	return []others.Place{p}
}
