// Package readiness says whether an observed object serves what is desired of
// it now: one file a kind.
package readiness

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Workload is what is known of a component's workload.
type Workload struct {
	// Exists says whether it was observed at all.
	Exists bool
	// Current says whether its controller has seen what is desired now.
	Current bool
	// Available says whether it is current and all its replicas serve.
	Available bool

	Replicas, Updated, Ready, AvailableReplicas int32
}

// Deployment reads an observed Deployment. Hash is that of the desired one: an
// object that still carries another has not been written yet.
func Deployment(o layer.Object, hash string, desired int32) (Workload, error) {
	s := appsv1.DeploymentStatus{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Status(), &s); err != nil {
		return Workload{}, fmt.Errorf("cannot read status of Deployment %q: %w", o.Name, err)
	}
	w := Workload{
		Exists:            true,
		Current:           carries(o, hash) && s.ObservedGeneration >= o.Generation,
		Replicas:          s.Replicas,
		Updated:           s.UpdatedReplicas,
		Ready:             s.ReadyReplicas,
		AvailableReplicas: s.AvailableReplicas,
	}
	w.Available = w.Current && (desired == 0 || complete(s, desired))
	return w, nil
}

// carries says whether an object is the one that is desired now.
func carries(o layer.Object, hash string) bool {
	return o.Annotations[meta.AnnotationSpecHash] == hash
}

func complete(s appsv1.DeploymentStatus, desired int32) bool {
	return s.UpdatedReplicas == desired && s.AvailableReplicas == desired && s.Replicas == desired && available(s)
}

func available(s appsv1.DeploymentStatus) bool {
	for _, c := range s.Conditions {
		if c.Type == appsv1.DeploymentAvailable {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}
