package graph

import (
	"github.com/crossplane-contrib/function-dynamo/functions/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/pod"
)

// accounts are needed once for all pods that find each other through Kubernetes.
func accounts(g dynamo.Graph, in layer.In) []layer.Child {
	for _, c := range g.Components {
		if pod.DiscoveryOf(c, in.Settings).Kubernetes {
			return discovery.Children(g.Name, g.Namespace, in.Observed)
		}
	}
	return nil
}
