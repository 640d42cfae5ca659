package v1beta1

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// DynamoGraphDeploymentSpec is an inference graph: its components and what they
// share.
//
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.backendFramework) || (has(self.backendFramework) && self.backendFramework == oldSelf.backendFramework)",message="the engine cannot change once set: make a new graph for another engine",fieldPath=".backendFramework"
// +kubebuilder:validation:XValidation:rule="has(self.services) || has(self.components)",message="a graph needs components: give them",fieldPath=".components"
// +kubebuilder:validation:XValidation:rule="!has(self.components) || !has(self.restart) || !has(self.restart.strategy) || !has(self.restart.strategy.order) || size(self.restart.strategy.order) == 0 || (size(self.restart.strategy.order) == size(self.components) && self.components.all(c, c.name in self.restart.strategy.order))",message="the order must name every component exactly once: add what is missing, remove what is unknown or named twice, or leave the order out",fieldPath=".restart.strategy.order"
// +kubebuilder:validation:XValidation:rule="!has(self.services) || !has(self.restart) || !has(self.restart.strategy) || !has(self.restart.strategy.order) || size(self.restart.strategy.order) == 0 || (size(self.restart.strategy.order) == size(self.services) && self.services.all(n, n in self.restart.strategy.order))",message="the order must name every service exactly once: add what is missing, remove what is unknown or named twice, or leave the order out",fieldPath=".restart.strategy.order"
// +kubebuilder:validation:XValidation:rule="!has(self.components) || !has(self.topologyConstraint) || !has(self.topologyConstraint.topologyProfile)",message="a graph of components names its topology in clusterTopologyName: move the value of topologyProfile there",fieldPath=".topologyConstraint.topologyProfile"
// +kubebuilder:validation:XValidation:rule="!has(self.components) || !has(self.topologyConstraint) || has(self.topologyConstraint.clusterTopologyName)",message="topologyConstraint needs clusterTopologyName: give it",fieldPath=".topologyConstraint.clusterTopologyName"
// +kubebuilder:validation:XValidation:rule="!has(self.services) || !has(self.topologyConstraint) || !has(self.topologyConstraint.clusterTopologyName)",message="a graph of services names its topology in topologyProfile: move the value of clusterTopologyName there",fieldPath=".topologyConstraint.clusterTopologyName"
type DynamoGraphDeploymentSpec struct {
	// Annotations are copied to every child; a component's own value wins.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// BackendFramework is the inference engine of the graph's workers. It
	// cannot change once set. Empty: found in the command line of each worker.
	// +optional
	BackendFramework v1alpha1.BackendFramework `json:"backendFramework,omitempty"`

	// Components of the graph, 1 to 25 of them.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=25
	// +kubebuilder:validation:XValidation:rule="self.map(c, c.name.lowerAscii()).all(a, self.exists_one(c, c.name.lowerAscii() == a))",message="two names differ only in case, so that their objects would share one name: rename one of the components"
	// +kubebuilder:validation:XValidation:rule="self.filter(c, has(c.type) && c.type == 'epp').size() <= 1",message="at most one component may have type epp: remove the others"
	// +listType=map
	// +listMapKey=name
	Components []GraphComponent `json:"components"`

	// Env is given to every component; a component's own variable wins.
	// +optional
	// +listType=map
	// +listMapKey=name
	Env []corev1.EnvVar `json:"env,omitempty"`

	// Experimental is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Experimental *runtime.RawExtension `json:"experimental,omitempty"`

	// Labels are copied to every child; a component's own value wins.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// PriorityClassName is accepted and not acted on yet.
	// +optional
	PriorityClassName string `json:"priorityClassName,omitempty"`

	// ProviderOverride is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	ProviderOverride *runtime.RawExtension `json:"providerOverride,omitempty"`

	// Restart asks for a rolling restart of components.
	// +optional
	Restart *v1alpha1.Restart `json:"restart,omitempty"`

	// TopologyConstraint is accepted and not acted on yet.
	// +optional
	TopologyConstraint *GraphTopologyConstraint `json:"topologyConstraint,omitempty"`
}

// GraphComponent is a component of a graph. Fields that are not known are kept,
// and named in condition UnsupportedFields: later runtimes bring further ones.
//
// +kubebuilder:pruning:PreserveUnknownFields
// +kubebuilder:validation:XValidation:rule="has(self.multinode) == has(oldSelf.multinode)",message="a component cannot move between one node and several: add a component of another name instead",fieldPath=".multinode"
// +kubebuilder:validation:XValidation:rule="!has(self.eppConfig) || (has(self.type) && self.type == 'epp')",message="eppConfig goes with type epp only: remove it, or set the type",fieldPath=".eppConfig"
type GraphComponent struct {
	DynamoComponentDeploymentSharedSpec `json:",inline"`

	// Name of the component: letters, digits and '-'.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$`
	Name string `json:"name"`
}

// GraphTopologyConstraint packs a graph into a domain of a cluster topology.
type GraphTopologyConstraint struct {
	// ClusterTopologyName names the cluster's topology.
	ClusterTopologyName string `json:"clusterTopologyName"`

	// PackDomain is the topology level that pods are packed into.
	// +optional
	PackDomain string `json:"packDomain,omitempty"`
}

// DynamoGraphDeploymentStatus is what was observed of a graph.
type DynamoGraphDeploymentStatus struct {
	// Checkpoints is reserved.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Checkpoints *runtime.RawExtension `json:"checkpoints,omitempty"`

	// Components counts the replicas of each component.
	// +optional
	Components map[string]ComponentReplicaStatus `json:"components,omitempty"`

	// Conditions: core's own, and ServicesReady, Valid and UnsupportedFields.
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// ObservedGeneration is the generation that the status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// Placement is reserved.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Placement *runtime.RawExtension `json:"placement,omitempty"`

	// Restart is the state of the last restart.
	// +optional
	Restart *v1alpha1.RestartStatus `json:"restart,omitempty"`

	// RollingUpdate is reserved.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	RollingUpdate *runtime.RawExtension `json:"rollingUpdate,omitempty"`

	// State is initializing, pending, successful or failed.
	// +optional
	State v1alpha1.GraphState `json:"state,omitempty"`
}

// DynamoGraphDeployment is an inference graph: its components become
// DynamoComponentDeployments.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=dynamographdeployments,shortName=dgd,categories=dynamo
// +kubebuilder:printcolumn:name="Backend",type=string,JSONPath=`.spec.backendFramework`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
type DynamoGraphDeployment struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec DynamoGraphDeploymentSpec `json:"spec"`
	// +optional
	Status DynamoGraphDeploymentStatus `json:"status,omitempty"`
}
