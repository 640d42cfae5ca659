package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// DynamoComponentDeploymentSpec is one service of a graph as an object of its
// own: what the service's entry in the graph says, and the engine of its graph.
//
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.backendFramework) || (has(self.backendFramework) && self.backendFramework == oldSelf.backendFramework)",message="the engine cannot change once set: make a new component for another engine",fieldPath=".backendFramework"
// +kubebuilder:validation:XValidation:rule="!has(self.eppConfig) || (has(self.componentType) && self.componentType == 'epp') || (has(self.type) && self.type == 'epp')",message="eppConfig goes with componentType epp only: remove it, or set the type",fieldPath=".eppConfig"
type DynamoComponentDeploymentSpec struct {
	DynamoComponentDeploymentSharedSpec `json:",inline"`

	// BackendFramework is the inference engine of the component's workers. It
	// cannot change once set. Empty: found in the command line.
	// +optional
	BackendFramework BackendFramework `json:"backendFramework,omitempty"`
}

// DynamoComponentDeploymentStatus is what was observed of a component.
type DynamoComponentDeploymentStatus struct {
	// Conditions: core's own, and Available, DynamoComponentReady, Valid and
	// UnsupportedFields.
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// ObservedGeneration is the generation that the status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// ObservedSpecHash repeats annotation dynamo.fn.crossplane.io/spec-hash of
	// the object that the workload was last rendered from. Empty for a
	// component without a graph.
	// +optional
	ObservedSpecHash string `json:"observedSpecHash,omitempty"`

	// AvailableSpecHash is ObservedSpecHash while the workload serves what was
	// rendered from it, and empty while it does not. It is written together
	// with the counts, unlike the conditions, which follow in a second write.
	// +optional
	AvailableSpecHash string `json:"availableSpecHash,omitempty"`

	// MissingKinds are the kinds that the component needs and that the cluster
	// lacks, such as LeaderWorkerSet.
	// +optional
	MissingKinds []string `json:"missingKinds,omitempty"`

	// Reason why the component is not as its spec asks, such as FailedCreate or
	// Refused; empty while nothing is known to keep it from getting there. Graphs
	// read it here, since conditions follow in a second write.
	// +optional
	Reason string `json:"reason,omitempty"`

	// Message says more of the reason.
	// +optional
	Message string `json:"message,omitempty"`

	// PodSelector selects the component's pods.
	// +optional
	PodSelector map[string]string `json:"podSelector,omitempty"`

	// Service counts the replicas of the workload.
	// +optional
	Service *ServiceReplicaStatus `json:"service,omitempty"`

	// Settings names the layers that say anything of the settings, lowest
	// first: built-in, input (of the pipeline step), the EnvironmentConfigs by
	// their names, and environment (of the pipeline).
	// +optional
	Settings []string `json:"settings,omitempty"`

	// SettingsHash is the hash of the settings that the component was composed
	// with last. Empty for a component without a graph.
	// +optional
	SettingsHash string `json:"settingsHash,omitempty"`

	// GraphSettingsHash repeats annotation
	// dynamo.fn.crossplane.io/settings-hash, the hash of its graph's settings, as
	// it was then. Empty for a component without a graph.
	// +optional
	GraphSettingsHash string `json:"graphSettingsHash,omitempty"`
}

// DynamoComponentDeployment runs one component of an inference graph: its
// workload, its Service and, where asked for, its exposure.
//
// +kubebuilder:object:root=true
// +kubebuilder:storageversion
// +kubebuilder:deprecatedversion:warning="nvidia.com/v1alpha1 is the older form of DynamoComponentDeployment. It goes on working; write new components as nvidia.com/v1beta1, with a podTemplate."
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
