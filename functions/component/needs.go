package component

import (
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/multinode/sshkey"
	"github.com/crossplane-contrib/function-dynamo/functions/render/expose"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// computeNeeds asks whether the optional APIs that a component wants are there, and for
// the Secret of its key pair. The needs follow from its spec and the settings alone, so
// that core sees the same ones on every run.
func computeNeeds(c dynamo.Component, s settings.Settings) layer.Needs {
	var kinds []optional.Kind
	if k := c.Orchestrator.Workload().Requires; k != nil {
		kinds = append(kinds, *k)
	}
	if expose.Of(c, s).Gateway != "" {
		kinds = append(kinds, optional.VirtualService())
	}
	if c.Type == dynamo.TypePicker {
		kinds = append(kinds, optional.InferencePool())
	}
	out := layer.Needs{APIs: optional.Needs(kinds...)}
	if ownsSSH(c) {
		out.Objects = sshkey.Needs(c.Namespace, s)
	}
	return out
}
