package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// DynamoComponentDeploymentSpec is one component of a graph as an object of its
// own: what the component's entry in the graph says, and the engine of its graph.
//
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.backendFramework) || (has(self.backendFramework) && self.backendFramework == oldSelf.backendFramework)",message="the engine cannot change once set: make a new component for another engine",fieldPath=".backendFramework"
// +kubebuilder:validation:XValidation:rule="!has(self.eppConfig) || (has(self.componentType) && self.componentType == 'epp') || (has(self.type) && self.type == 'epp')",message="eppConfig goes with type epp only: remove it, or set the type",fieldPath=".eppConfig"
type DynamoComponentDeploymentSpec struct {
	DynamoComponentDeploymentSharedSpec `json:",inline"`

	// BackendFramework is the inference engine of the component's workers. It
	// cannot change once set. Empty: found in the command line.
	// +optional
	BackendFramework v1alpha1.BackendFramework `json:"backendFramework,omitempty"`

	// Name of the component inside its graph; the object's own when left out.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$`
	Name string `json:"name,omitempty"`
}

// DynamoComponentDeploymentStatus is what was observed of a component.
type DynamoComponentDeploymentStatus struct {
	// Component counts the replicas of the workload.
	// +optional
	Component *ComponentReplicaStatus `json:"component,omitempty"`

	// Conditions: core's own, and Available, DynamoComponentReady, Valid and
	// UnsupportedFields.
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// ObservedGeneration is the generation that the status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
}

// DynamoComponentDeployment runs one component of an inference graph: its
// workload and its Service.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=dynamocomponentdeployments,shortName=dcd,categories=dynamo
// +kubebuilder:printcolumn:name="Available",type=string,JSONPath=`.status.conditions[?(@.type=='Available')].status`
// +kubebuilder:printcolumn:name="Backend",type=string,JSONPath=`.spec.backendFramework`
type DynamoComponentDeployment struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec DynamoComponentDeploymentSpec `json:"spec"`
	// +optional
	Status DynamoComponentDeploymentStatus `json:"status,omitempty"`
}
