package component

import (
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// chooseQueue returns the queue of the settings that a component's workload belongs to. A
// workload that exists stays in the one that it was made in: Kueue refuses to move it, and
// with the label all else that changes. Where the user names a queue, the settings say nothing.
func chooseQueue(c dynamo.Component, in layer.In) string {
	if _, ok := c.Labels[meta.LabelQueue]; ok {
		return ""
	}
	if observed, ok := in.Observed[c.Orchestrator.Workload().Key]; ok {
		return observed.Annotations[meta.AnnotationQueue]
	}
	return in.Settings.Queue
}
