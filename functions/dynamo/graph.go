package dynamo

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Graph is an inference graph.
type Graph struct {
	Name      string
	Namespace string
	// Version is that of the API in whose form the graph is written; empty for none
	// that is known.
	Version string

	// At says where the graph's values stand in the manifest of its user.
	At GraphPaths

	// Components of the graph, in the order of the manifest where that has one, else
	// sorted by service name.
	Components []Component
	PVCs       []PVC
	// Restart is the restart that the user asks for; the zero value is none.
	Restart Restart

	// Ignored are the fields of the graph itself that are accepted and not
	// acted on.
	Ignored []string
	// Faults are what is wrong with values that could not be read.
	Faults field.ErrorList
}

// GraphPaths are where a graph's values stand in its manifest.
// A form without claims has PVCs at its spec.
type GraphPaths struct {
	Name, Components, PVCs *field.Path
}

// Restart of a graph's components.
type Restart struct {
	// ID of the restart; empty for none.
	ID string
	// Parallel restarts all components at once, else one follows another.
	Parallel bool
	// Order of the components by service name; alphabetical when empty.
	Order []string
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
