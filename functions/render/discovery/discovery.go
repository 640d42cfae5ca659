// Package discovery says how the pods of a component find each other.
package discovery

import (
	"cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// Discovery is how a component's pods are found.
type Discovery struct {
	// Kubernetes says that they find each other through Kubernetes, else etcd.
	Kubernetes bool
	// PerContainer says that each container registers itself, instead of the pod.
	PerContainer bool
}

// Values of the dynamo-kube-discovery-mode annotation.
const (
	ModeContainer = "container"
	ModePod       = "pod"
)

// Of resolves how the pods of a component are found: its annotations count before
// the settings.
func Of(c dynamo.Component, s settings.Settings) Discovery {
	backend := cmp.Or(c.Annotations[meta.AnnotationDiscoveryBackend], s.DiscoveryBackend)
	kubernetes := backend != v1beta1.DiscoveryEtcd
	return Discovery{
		Kubernetes:   kubernetes,
		PerContainer: kubernetes && c.Annotations[meta.AnnotationDiscoveryMode] == ModeContainer,
	}
}
