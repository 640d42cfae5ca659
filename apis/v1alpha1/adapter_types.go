package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ServiceReference names a service of a graph in the adapter's namespace. It
// cannot change, but may be called componentName as well.
//
// +kubebuilder:validation:XValidation:rule="self.name == oldSelf.name",message="spec.dgdRef.name cannot change: make a new adapter for another graph",fieldPath=".name"
// +kubebuilder:validation:XValidation:rule="has(self.serviceName) || has(self.componentName)",message="dgdRef needs the name of a service of the graph: give serviceName",fieldPath=".serviceName"
// +kubebuilder:validation:XValidation:rule=`(has(self.serviceName) ? self.serviceName : (has(self.componentName) ? self.componentName : "")) == (has(oldSelf.serviceName) ? oldSelf.serviceName : (has(oldSelf.componentName) ? oldSelf.componentName : ""))`,message="spec.dgdRef.serviceName cannot change: make a new adapter for another service",fieldPath=".serviceName"
type ServiceReference struct {
	// Name of the DynamoGraphDeployment.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`

	// ServiceName as the graph writes it.
	// +kubebuilder:validation:MinLength=1
	// +required
	ServiceName string `json:"serviceName,omitempty"`
}

// DynamoGraphDeploymentScalingAdapterSpec is how many replicas a service of a
// graph should have.
type DynamoGraphDeploymentScalingAdapterSpec struct {
	// DGDRef names the service.
	DGDRef ServiceReference `json:"dgdRef"`

	// Replicas of the service. Autoscalers and people write it through /scale.
	// It is a pointer because a graph that composes the adapter leaves it to
	// whoever scales.
	// +kubebuilder:validation:Required
	// +kubebuilder:validation:Minimum=0
	Replicas *int32 `json:"replicas,omitempty"`
}

// DynamoGraphDeploymentScalingAdapterStatus is what was observed of an adapter.
type DynamoGraphDeploymentScalingAdapterStatus struct {
	// Conditions: core's own, and Bound.
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// LastScaleTime is when the replicas were last changed.
	// +optional
	LastScaleTime string `json:"lastScaleTime,omitempty"`

	// ObservedGeneration is the generation that the status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// Replicas that the graph's service is asked to have now.
	// +optional
	Replicas *int32 `json:"replicas,omitempty"`

	// Selector of the service's pods, as text.
	// +optional
	Selector string `json:"selector,omitempty"`
}

// DynamoGraphDeploymentScalingAdapter is the target through which autoscalers
// and people scale one service of a graph.
//
// +kubebuilder:object:root=true
// +kubebuilder:storageversion
// +kubebuilder:deprecatedversion:warning="nvidia.com/v1alpha1 is the older form of DynamoGraphDeploymentScalingAdapter. It goes on working; write new adapters as nvidia.com/v1beta1, with dgdRef.componentName."
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.replicas,statuspath=.status.replicas,selectorpath=.status.selector
// +kubebuilder:resource:path=dynamographdeploymentscalingadapters,shortName=dgdsa,categories=dynamo
// +kubebuilder:printcolumn:name="DGD",type=string,JSONPath=`.spec.dgdRef.name`
// +kubebuilder:printcolumn:name="Service",type=string,JSONPath=`.spec.dgdRef['serviceName','componentName']`
// +kubebuilder:printcolumn:name="Replicas",type=integer,JSONPath=`.status.replicas`
type DynamoGraphDeploymentScalingAdapter struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec DynamoGraphDeploymentScalingAdapterSpec `json:"spec"`
	// +optional
	Status DynamoGraphDeploymentScalingAdapterStatus `json:"status,omitempty"`
}
