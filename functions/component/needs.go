package component

import (
	"maps"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/devices"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/sshkey"
	"github.com/crossplane-contrib/function-dynamo/functions/render/expose"
	"github.com/crossplane-contrib/function-dynamo/functions/render/monitor"
)

// computeNeeds asks for the site's settings, whether the optional APIs that a component
// wants are there, and for the Secret of its key pair, its claims of devices and what
// others may have made in its place. The needs follow from its spec, the settings and what
// exists, and for claims from whether the cluster has their API, so that core sees the same
// ones on every run.
func computeNeeds(c dynamo.Component, in layer.In) layer.Needs {
	var kinds []optional.Kind
	if k := c.Orchestrator.Workload().Requires; k != nil {
		kinds = append(kinds, *k)
	}
	to := expose.Of(c, in.Settings)
	if to.Gateway != "" {
		kinds = append(kinds, optional.VirtualService())
	}
	if to.Route.Name != "" {
		kinds = append(kinds, optional.HTTPRoute())
	}
	if c.Type == dynamo.TypePicker {
		kinds = append(kinds, optional.InferencePool())
	}
	out := layer.Needs{APIs: optional.Needs(kinds...), Objects: layer.AskForSettings(c.Namespace)}
	maps.Copy(out.Objects, askForOthers(c, in))
	if ownsSSH(c) {
		maps.Copy(out.Objects, sshkey.Needs(c.Namespace, in.Settings))
	}
	if c.Standalone {
		out = out.And(monitor.Needs(in))
	}
	return out.And(devices.Needs([]dynamo.Component{c}, in.Answers))
}
