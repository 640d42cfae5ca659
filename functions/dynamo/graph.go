package dynamo

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Graph is an inference graph.
type Graph struct {
	Name      string
	Namespace string

	// Components of the graph, sorted by service name.
	Components []Component
	PVCs       []PVC

	// Unsupported names the fields of the graph itself that are accepted and
	// not acted on, as full paths.
	Unsupported []string
}

// PVC is a volume claim that the graph names.
type PVC struct {
	Name   string
	Create bool
	Size   resource.Quantity
	// StorageClass may be empty, which turns dynamic provisioning off.
	StorageClass *string
	AccessMode   corev1.PersistentVolumeAccessMode
}

// HasType says whether the graph has a component of a type.
func (g Graph) HasType(componentType string) bool {
	return slices.ContainsFunc(g.Components, func(c Component) bool { return c.Type == componentType })
}
