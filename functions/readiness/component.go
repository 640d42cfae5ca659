package readiness

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Component is what is known of a component that a graph composed.
type Component struct {
	Exists bool
	// Rendered says whether its layer has rendered what is desired now.
	Rendered bool
	// Available says whether that is what serves.
	Available bool
	// Counts of its workload; nil before it has reported any.
	Counts *v1alpha1.ServiceReplicaStatus
}

// OfComponent reads an observed component. It compares hashes and not
// generations: core raises the generation of an XR when it writes references
// into its spec. It reads no conditions: core writes them after the rest of the
// status, so that for a moment they speak of an older spec.
func OfComponent(o layer.Object, hash string) (Component, error) {
	s := v1alpha1.DynamoComponentDeploymentStatus{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Status(), &s); err != nil {
		return Component{}, fmt.Errorf("cannot read status of DynamoComponentDeployment %q: %w", o.Name, err)
	}
	return Component{
		Exists:    true,
		Rendered:  s.ObservedSpecHash == hash,
		Available: s.AvailableSpecHash == hash,
		Counts:    s.Service,
	}, nil
}
