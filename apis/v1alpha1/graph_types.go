package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// GraphState is the coarse state of a graph.
type GraphState string

// States of a graph, in the order it passes through them.
const (
	// GraphStateInitializing: nothing is composed yet.
	GraphStateInitializing GraphState = "initializing"
	// GraphStatePending: composed, not every service is available.
	GraphStatePending GraphState = "pending"
	// GraphStateSuccessful: every service has its replicas at its generation.
	GraphStateSuccessful GraphState = "successful"
	// GraphStateFailed: the graph itself is at fault, for example invalid.
	GraphStateFailed GraphState = "failed"
)

// DynamoGraphDeploymentSpec is an inference graph: its services and what they
// share.
//
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.backendFramework) || (has(self.backendFramework) && self.backendFramework == oldSelf.backendFramework)",message="the engine cannot change once set: make a new graph for another engine",fieldPath=".backendFramework"
// +kubebuilder:validation:XValidation:rule="has(self.services) || has(self.components)",message="a graph needs services: give them",fieldPath=".services"
// +kubebuilder:validation:XValidation:rule="!has(self.services) || !has(self.restart) || !has(self.restart.strategy) || !has(self.restart.strategy.order) || size(self.restart.strategy.order) == 0 || (size(self.restart.strategy.order) == size(self.services) && self.services.all(n, n in self.restart.strategy.order))",message="the order must name every service exactly once: add what is missing, remove what is unknown or named twice, or leave the order out",fieldPath=".restart.strategy.order"
// +kubebuilder:validation:XValidation:rule="!has(self.components) || !has(self.restart) || !has(self.restart.strategy) || !has(self.restart.strategy.order) || size(self.restart.strategy.order) == 0 || (size(self.restart.strategy.order) == size(self.components) && self.components.all(c, c.name in self.restart.strategy.order))",message="the order must name every component exactly once: add what is missing, remove what is unknown or named twice, or leave the order out",fieldPath=".restart.strategy.order"
// +kubebuilder:validation:XValidation:rule="!has(self.components) || !has(self.topologyConstraint) || !has(self.topologyConstraint.topologyProfile)",message="a graph of components names its topology in clusterTopologyName: move the value of topologyProfile there",fieldPath=".topologyConstraint.topologyProfile"
// +kubebuilder:validation:XValidation:rule="!has(self.services) || !has(self.topologyConstraint) || !has(self.topologyConstraint.clusterTopologyName)",message="a graph of services names its topology in topologyProfile: move the value of clusterTopologyName there",fieldPath=".topologyConstraint.clusterTopologyName"
type DynamoGraphDeploymentSpec struct {
	// Annotations are copied to every child; a service's own value wins.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// BackendFramework is the inference engine of the graph's workers. It
	// cannot change once set. Empty: found in the command line of each worker.
	// +optional
	BackendFramework BackendFramework `json:"backendFramework,omitempty"`

	// Envs are given to every service; a service's own variable wins.
	// +optional
	Envs []corev1.EnvVar `json:"envs,omitempty"`

	// Experimental is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Experimental *runtime.RawExtension `json:"experimental,omitempty"`

	// Labels are copied to every child; a service's own value wins.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// PriorityClassName is accepted and not acted on yet.
	// +optional
	PriorityClassName string `json:"priorityClassName,omitempty"`

	// ProviderOverride is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	ProviderOverride *runtime.RawExtension `json:"providerOverride,omitempty"`

	// PVCs are the volume claims that services mount by name.
	// +optional
	// +kubebuilder:validation:MaxItems=100
	// +listType=map
	// +listMapKey=name
	PVCs []PVC `json:"pvcs,omitempty"`

	// Restart asks for a rolling restart of services.
	// +optional
	Restart *Restart `json:"restart,omitempty"`

	// Services of the graph by name, 1 to 25 of them.
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=25
	// +kubebuilder:validation:XValidation:rule="self.all(n, size(n) <= 63 && n.matches('^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$'))",message="a service name has at most 63 characters, letters, digits, '.', '_' or '-', and begins and ends with a letter or digit: rename the service",messageExpression="'a service name has at most 63 characters, letters, digits, dots, underscores or dashes, and begins and ends with a letter or digit: rename services[' + self.filter(n, size(n) > 63 || !n.matches('^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$'))[0] + ']'"
	// +kubebuilder:validation:XValidation:rule="self.map(n, n.lowerAscii().replace('_', '-').replace('.', '-')).all(a, self.exists_one(b, b.lowerAscii().replace('_', '-').replace('.', '-') == a))",message="two names differ only in case or in '.', '_' and '-', so that their objects would share one name: rename one of the services"
	// +kubebuilder:validation:XValidation:rule="self.filter(n, has(self[n].componentType) && self[n].componentType == 'epp').size() <= 1",message="at most one service may have componentType epp: remove the others"
	Services map[string]DynamoComponentDeploymentSharedSpec `json:"services"`

	// TopologyConstraint is accepted and not acted on yet.
	// +optional
	TopologyConstraint *GraphTopologyConstraint `json:"topologyConstraint,omitempty"`
}

// PVC names a volume claim of the namespace, or has one made.
//
// +kubebuilder:validation:XValidation:rule="!has(self.create) || !self.create || has(self.size)",message="a PVC with create: true needs size: give it, or leave create out to use an existing claim",fieldPath=".size"
// +kubebuilder:validation:XValidation:rule="!has(self.create) || !self.create || has(self.storageClass)",message="a PVC with create: true needs storageClass: give it, or leave create out to use an existing claim",fieldPath=".storageClass"
// +kubebuilder:validation:XValidation:rule="!has(self.create) || !self.create || has(self.volumeAccessMode)",message="a PVC with create: true needs volumeAccessMode: give it, or leave create out to use an existing claim",fieldPath=".volumeAccessMode"
type PVC struct {
	// Create makes the claim with the graph; false references one that exists.
	// +optional
	Create *bool `json:"create,omitempty"`

	// Name of the PersistentVolumeClaim.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	Name string `json:"name"`

	// Size of the claim that is made, as a quantity such as 100Gi.
	// +optional
	Size *resource.Quantity `json:"size,omitempty"`

	// StorageClass of the claim that is made; "" turns dynamic provisioning off.
	// +optional
	StorageClass *string `json:"storageClass,omitempty"`

	// VolumeAccessMode of the claim that is made.
	// +optional
	VolumeAccessMode corev1.PersistentVolumeAccessMode `json:"volumeAccessMode,omitempty"`
}

// RestartStrategyType says in which order services restart.
//
// +kubebuilder:validation:Enum=Sequential;Parallel
type RestartStrategyType string

// Restart strategies.
const (
	RestartStrategySequential RestartStrategyType = "Sequential"
	RestartStrategyParallel   RestartStrategyType = "Parallel"
)

// Restart asks for a rolling restart. A new id asks for a new one.
type Restart struct {
	// ID of the restart; any text that the last restart did not have.
	// +kubebuilder:validation:MinLength=1
	ID string `json:"id"`

	// Strategy of the restart.
	// +optional
	Strategy *RestartStrategy `json:"strategy,omitempty"`
}

// RestartStrategy says how services restart.
//
// +kubebuilder:validation:XValidation:rule="!has(self.order) || size(self.order) == 0 || !has(self.type) || self.type == 'Sequential'",message="an order goes with type Sequential only: leave it out for Parallel",fieldPath=".order"
type RestartStrategy struct {
	// Order of the services; alphabetical when empty.
	// +optional
	// +kubebuilder:validation:MaxItems=25
	// +kubebuilder:validation:items:MaxLength=63
	Order []string `json:"order,omitempty"`

	// Type: one service after another, or all at once.
	// +optional
	// +kubebuilder:default=Sequential
	Type RestartStrategyType `json:"type,omitempty"`
}

// GraphTopologyConstraint packs a graph into a domain of a cluster topology.
type GraphTopologyConstraint struct {
	// PackDomain is the topology level that pods are packed into.
	// +optional
	PackDomain string `json:"packDomain,omitempty"`

	// TopologyProfile names the cluster's topology.
	// +optional
	TopologyProfile string `json:"topologyProfile,omitempty"`
}

// DynamoGraphDeploymentStatus is what was observed of a graph.
type DynamoGraphDeploymentStatus struct {
	// Checkpoints is reserved.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Checkpoints *runtime.RawExtension `json:"checkpoints,omitempty"`

	// Conditions: core's own, and ServicesReady, Valid and UnsupportedFields.
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// ObservedGeneration is the generation that the status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// ObservedSpecHash repeats annotation dynamo.fn.crossplane.io/spec-hash of
	// a graph that a request composed.
	// +optional
	ObservedSpecHash string `json:"observedSpecHash,omitempty"`

	// Placement is reserved.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Placement *runtime.RawExtension `json:"placement,omitempty"`

	// Restart is the state of the last restart.
	// +optional
	Restart *RestartStatus `json:"restart,omitempty"`

	// RollingUpdate is reserved.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	RollingUpdate *runtime.RawExtension `json:"rollingUpdate,omitempty"`

	// ScalingAdapters are the UIDs of the graph's own adapters, by service. One with
	// another UID came back from a backup: it gets the replicas that run, and until
	// it has them its generation stands behind the UID.
	// +optional
	ScalingAdapters map[string]string `json:"scalingAdapters,omitempty"`

	// Services counts the replicas of each service.
	// +optional
	Services map[string]ServiceReplicaStatus `json:"services,omitempty"`

	// Settings names the layers that say anything of the settings, lowest
	// first: built-in, input (of the pipeline step), the EnvironmentConfigs by
	// their names, and environment (of the pipeline).
	// +optional
	Settings []string `json:"settings,omitempty"`

	// State is initializing, pending, successful or failed.
	// +optional
	State GraphState `json:"state,omitempty"`
}

// RestartStatus is the state of the last restart.
type RestartStatus struct {
	// Count of the restarts that were started so far. Services carry it beside
	// the id, so that an id that is asked for again restarts them.
	// +optional
	Count int64 `json:"count,omitempty"`

	// InProgress names the services that are restarting.
	// +optional
	InProgress []string `json:"inProgress,omitempty"`

	// ObservedID is the id of the last restart that was started.
	// +optional
	ObservedID string `json:"observedID,omitempty"`

	// Phase is Restarting, Completed or Superseded.
	// +optional
	Phase string `json:"phase,omitempty"`
}

// DynamoGraphDeployment is an inference graph: its services become
// DynamoComponentDeployments.
//
// +kubebuilder:object:root=true
// +kubebuilder:storageversion
// +kubebuilder:deprecatedversion:warning="nvidia.com/v1alpha1 is the older form of DynamoGraphDeployment. It goes on working; write new graphs as nvidia.com/v1beta1, with components."
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
