package component

import (
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/expose"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/pod"
)

// exposed are the objects through which the component is reached.
func exposed(c dynamo.Component, in layer.In) part {
	out := part{}
	if d := pod.DiscoveryOf(c, in.Settings); expose.HasService(c, d) {
		out.children = append(out.children, child(in, KeyService, expose.Service(c, d)))
	}
	return out
}
