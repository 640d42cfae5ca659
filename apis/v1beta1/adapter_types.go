package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// ComponentReference names a component of a graph in the adapter's namespace. It
// cannot change, but may be called serviceName as well.
//
// +kubebuilder:validation:XValidation:rule="self.name == oldSelf.name",message="spec.dgdRef.name cannot change: make a new adapter for another graph",fieldPath=".name"
// +kubebuilder:validation:XValidation:rule="has(self.serviceName) || has(self.componentName)",message="dgdRef needs the name of a component of the graph: give componentName",fieldPath=".componentName"
// +kubebuilder:validation:XValidation:rule=`(has(self.serviceName) ? self.serviceName : (has(self.componentName) ? self.componentName : "")) == (has(oldSelf.serviceName) ? oldSelf.serviceName : (has(oldSelf.componentName) ? oldSelf.componentName : ""))`,message="spec.dgdRef.componentName cannot change: make a new adapter for another component",fieldPath=".componentName"
type ComponentReference struct {
	// ComponentName as the graph writes it.
	// +kubebuilder:validation:MinLength=1
	ComponentName string `json:"componentName"`

	// Name of the DynamoGraphDeployment.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`
}

// DynamoGraphDeploymentScalingAdapterSpec is how many replicas a component of a
// graph should have.
type DynamoGraphDeploymentScalingAdapterSpec struct {
	// DGDRef names the component.
	DGDRef ComponentReference `json:"dgdRef"`

	// Replicas of the component. Autoscalers and people write it through /scale.
	// It is a pointer because a graph that composes the adapter leaves it to
	// whoever scales.
	// +kubebuilder:validation:Required
	// +kubebuilder:validation:Minimum=0
	Replicas *int32 `json:"replicas,omitempty"`
}

// DynamoGraphDeploymentScalingAdapter is the target through which autoscalers
// and people scale one component of a graph. Both versions have one status.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.replicas,statuspath=.status.replicas,selectorpath=.status.selector
// +kubebuilder:resource:path=dynamographdeploymentscalingadapters,shortName=dgdsa,categories=dynamo
// +kubebuilder:printcolumn:name="DGD",type=string,JSONPath=`.spec.dgdRef.name`
// +kubebuilder:printcolumn:name="Component",type=string,JSONPath=`.spec.dgdRef['componentName','serviceName']`
// +kubebuilder:printcolumn:name="Replicas",type=integer,JSONPath=`.status.replicas`
type DynamoGraphDeploymentScalingAdapter struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec DynamoGraphDeploymentScalingAdapterSpec `json:"spec"`
	// +optional
	Status v1alpha1.DynamoGraphDeploymentScalingAdapterStatus `json:"status,omitempty"`
}
