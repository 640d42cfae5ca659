// Package workload has the orchestrators, which run the pods of a component.
package workload

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/render/metadata"
)

// KeyDeployment is the key of a component's Deployment: frozen API.
const KeyDeployment = "deployment/main"

// Deployment runs components whose replicas are single pods.
type Deployment struct{}

// Workload is a Deployment, which every cluster has.
func (Deployment) Workload() dynamo.Workload {
	return dynamo.Workload{Key: KeyDeployment, Kind: v1alpha1.ComponentWorkloadDeployment, CountsAvailable: true}
}

// Name is the name of the component.
func (Deployment) Name(component string) string { return component }

// Services are none.
func (Deployment) Services(string) []string { return nil }

// PodSelector is the selector of the Deployment, which nobody can change once the
// Deployment exists.
func (Deployment) PodSelector(component string) map[string]string {
	return map[string]string{meta.LabelSelector: component}
}

// PodLabels are those that the Deployment selects.
func (d Deployment) PodLabels(component string, _ dynamo.Role) map[string]string {
	return d.PodSelector(component)
}

// ServingLabels are none: every pod serves.
func (Deployment) ServingLabels() map[string]string { return nil }

// Place is that of a replica on one node.
func (Deployment) Place() dynamo.Place { return dynamo.Place{} }

// Render renders the Deployment.
func (d Deployment) Render(c dynamo.Component, template func(dynamo.Role) corev1.PodTemplateSpec) runtime.Object {
	return &appsv1.Deployment{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        d.Name(c.Name),
			Labels:      metadata.QueuedLabels(c),
			Annotations: meta.Merge(metadata.Annotations(c), metadata.QueueAnnotations(c)),
		},
		Spec: appsv1.DeploymentSpec{
			Replicas: ptr.To(c.Replicas),
			Selector: &metav1.LabelSelector{MatchLabels: d.PodSelector(c.Name)},
			Strategy: makeStrategy(c.Annotations),
			Template: template(dynamo.RoleSingle),
		},
	}
}

// Read reads an observed Deployment. It is available once all its replicas are pods of
// the current template and no others are left.
func (Deployment) Read(o layer.Object, hash string, desired int32) (dynamo.State, error) {
	s := appsv1.DeploymentStatus{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Status(), &s); err != nil {
		return dynamo.State{}, fmt.Errorf("cannot read status of Deployment %q: %w", o.Name, err)
	}
	w := dynamo.State{
		Exists:            true,
		Current:           isDesired(o, hash) && s.ObservedGeneration >= o.Generation,
		Replicas:          s.Replicas,
		Updated:           s.UpdatedReplicas,
		Ready:             s.ReadyReplicas,
		AvailableReplicas: s.AvailableReplicas,
	}
	w.Available = w.Current && (desired == 0 || isComplete(s, desired))
	if isDesired(o, hash) && !w.Available {
		w.Cause = findCause(s, o)
	}
	return w, nil
}

// isDesired says whether an observed object was written from what is desired now.
func isDesired(o layer.Object, hash string) bool {
	return o.Annotations[meta.AnnotationSpecHash] == hash
}

// isComplete says whether all replicas are updated and available, and no old ones are
// left.
func isComplete(s appsv1.DeploymentStatus, desired int32) bool {
	return s.UpdatedReplicas == desired && s.AvailableReplicas == desired && s.Replicas == desired && isAvailable(s)
}

// isAvailable says whether the Deployment has its condition Available.
func isAvailable(s appsv1.DeploymentStatus) bool {
	return findCondition(s, appsv1.DeploymentAvailable).Status == corev1.ConditionTrue
}
