package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// BackendFramework is an inference engine.
//
// +kubebuilder:validation:Enum=sglang;vllm;trtllm
type BackendFramework string

// Inference engines.
const (
	BackendFrameworkSGLang BackendFramework = "sglang"
	BackendFrameworkVLLM   BackendFramework = "vllm"
	BackendFrameworkTRTLLM BackendFramework = "trtllm"
)

// Component types that have defaults of their own. The field is free text: any
// other type runs with what the user gives.
const (
	ComponentTypeFrontend = "frontend"
	ComponentTypeWorker   = "worker"
	ComponentTypePrefill  = "prefill"
	ComponentTypeDecode   = "decode"
	ComponentTypePlanner  = "planner"
	ComponentTypeEPP      = "epp"
)

// DynamoComponentDeploymentSharedSpec is what a service of a graph and a
// DynamoComponentDeployment have in common.
//
// +kubebuilder:validation:XValidation:rule="!has(self.componentType) || self.componentType != 'epp' || !has(self.replicas) || self.replicas == 1 || (self.replicas > 1 && !has(self.eppConfig))",message="an endpoint picker runs one replica, and more of them only without eppConfig: set replicas to 1 or leave it out",fieldPath=".replicas"
// +kubebuilder:validation:XValidation:rule="!has(self.componentType) || self.componentType != 'epp' || !has(self.multinode)",message="an endpoint picker runs on one node: remove multinode",fieldPath=".multinode"
// +kubebuilder:validation:XValidation:rule="!has(self.eppConfig) || has(self.eppConfig.config) != has(self.eppConfig.configMapRef)",message="eppConfig needs exactly one of config and configMapRef: give the one that is missing, or remove one of the two",fieldPath=".eppConfig"
type DynamoComponentDeploymentSharedSpec struct {
	// Annotations for the workload, its pods and its Service.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// Autoscaling is deprecated and ignored: use scalingAdapter with an
	// autoscaler of your choice.
	// +optional
	Autoscaling *Autoscaling `json:"autoscaling,omitempty"`

	// Checkpoint is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Checkpoint *runtime.RawExtension `json:"checkpoint,omitempty"`

	// ComponentType is the role in the graph: frontend, worker, prefill,
	// decode, planner, epp, or any other that is a label value.
	// +optional
	ComponentType string `json:"componentType,omitempty"`

	// DynamoNamespace is deprecated and ignored: it follows from the names of
	// the Kubernetes namespace and the graph.
	// +optional
	DynamoNamespace string `json:"dynamoNamespace,omitempty"`

	// EnvFromSecret names a Secret whose keys become variables of the main
	// container.
	// +optional
	EnvFromSecret string `json:"envFromSecret,omitempty"`

	// Envs are variables of the main container.
	// +optional
	Envs []corev1.EnvVar `json:"envs,omitempty"`

	// EPPConfig configures an endpoint picker of a runtime before 1.5. Later ones have no
	// configuration.
	// +optional
	EPPConfig *EPPConfig `json:"eppConfig,omitempty"`

	// ExtraPodMetadata is added to the pods' metadata and wins there.
	// +optional
	ExtraPodMetadata *ExtraPodMetadata `json:"extraPodMetadata,omitempty"`

	// ExtraPodSpec is merged over the generated pod.
	// +optional
	ExtraPodSpec *ExtraPodSpec `json:"extraPodSpec,omitempty"`

	// Failover is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Failover *runtime.RawExtension `json:"failover,omitempty"`

	// FrontendSidecar runs a frontend beside the main container.
	// +optional
	FrontendSidecar *FrontendSidecar `json:"frontendSidecar,omitempty"`

	// GlobalDynamoNamespace puts the component into Dynamo namespace "dynamo",
	// which graphs share.
	// +optional
	GlobalDynamoNamespace bool `json:"globalDynamoNamespace,omitempty"`

	// GPUMemoryService is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	GPUMemoryService *runtime.RawExtension `json:"gpuMemoryService,omitempty"`

	// Ingress exposes the component outside of the cluster.
	// +optional
	Ingress *IngressSpec `json:"ingress,omitempty"`

	// Labels for the workload, its pods and its Service.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// LivenessProbe of the main container.
	// +optional
	LivenessProbe *corev1.Probe `json:"livenessProbe,omitempty"`

	// MinAvailable is accepted and not acted on yet.
	// +optional
	// +kubebuilder:validation:Minimum=1
	MinAvailable *int32 `json:"minAvailable,omitempty"`

	// ModelRef names the model that the component serves.
	// +optional
	ModelRef *ModelReference `json:"modelRef,omitempty"`

	// Multinode spreads one replica over several nodes.
	// +optional
	Multinode *MultinodeSpec `json:"multinode,omitempty"`

	// ProviderOverride is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	ProviderOverride *runtime.RawExtension `json:"providerOverride,omitempty"`

	// ReadinessProbe of the main container.
	// +optional
	ReadinessProbe *corev1.Probe `json:"readinessProbe,omitempty"`

	// Replicas of the component; 1 when left out, 0 parks it.
	// +optional
	// +kubebuilder:validation:Minimum=0
	Replicas *int32 `json:"replicas,omitempty"`

	// Resources of the main container.
	// +optional
	Resources *Resources `json:"resources,omitempty"`

	// RuntimeVersionOverride is the version of the Dynamo runtime, where the tag of the
	// image does not tell it, such as 1.5.0. Pods of later runtimes get more.
	// +optional
	// +kubebuilder:validation:Pattern=`^[0-9]+\.[0-9]+\.[0-9]+$`
	RuntimeVersionOverride string `json:"runtimeVersionOverride,omitempty"`

	// ScalingAdapter gives the component a target for autoscalers.
	// +optional
	ScalingAdapter *ScalingAdapter `json:"scalingAdapter,omitempty"`

	// ServiceName is the component's name inside its graph; its own name when
	// left out.
	// +optional
	ServiceName string `json:"serviceName,omitempty"`

	// SharedMemory sizes /dev/shm; 8Gi when left out.
	// +optional
	SharedMemory *SharedMemorySpec `json:"sharedMemory,omitempty"`

	// SubComponentType refines the type: prefill and decode workers.
	// +optional
	SubComponentType string `json:"subComponentType,omitempty"`

	// TopologyConstraint is accepted and not acted on yet.
	// +optional
	TopologyConstraint *ServiceTopologyConstraint `json:"topologyConstraint,omitempty"`

	// VolumeMounts of the main container.
	// +optional
	VolumeMounts []VolumeMount `json:"volumeMounts,omitempty"`
}

// Autoscaling is the deprecated block of early manifests.
type Autoscaling struct {
	// Behavior is ignored.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Behavior *runtime.RawExtension `json:"behavior,omitempty"`

	// Enabled is ignored.
	// +optional
	Enabled bool `json:"enabled,omitempty"`

	// MaxReplicas is ignored.
	// +optional
	MaxReplicas int32 `json:"maxReplicas,omitempty"`

	// Metrics are ignored.
	// +optional
	Metrics []IgnoredMetric `json:"metrics,omitempty"`

	// MinReplicas is ignored.
	// +optional
	MinReplicas int32 `json:"minReplicas,omitempty"`
}

// IgnoredMetric is an entry of the deprecated autoscaling block.
//
// +kubebuilder:pruning:PreserveUnknownFields
type IgnoredMetric struct{}

// ExtraPodMetadata is metadata for pods.
type ExtraPodMetadata struct {
	// Annotations for the pods.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// Labels for the pods.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`
}

// ExtraPodSpec is a PodSpec, whose containers may be left out, and the main
// container beside it.
type ExtraPodSpec struct {
	corev1.PodSpec `json:",inline"`

	// MainContainer is merged over the generated main container.
	// +optional
	MainContainer *corev1.Container `json:"mainContainer,omitempty"`
}

// FrontendSidecar is a frontend that runs in a worker's pod.
type FrontendSidecar struct {
	// Args replace those of the frontend.
	// +optional
	Args []string `json:"args,omitempty"`

	// EnvFromSecret names a Secret whose keys become variables.
	// +optional
	EnvFromSecret string `json:"envFromSecret,omitempty"`

	// Envs are variables of the sidecar.
	// +optional
	Envs []corev1.EnvVar `json:"envs,omitempty"`

	// Image of the sidecar.
	// +kubebuilder:validation:MinLength=1
	Image string `json:"image"`
}

// ModelReference names a served model.
type ModelReference struct {
	// Name of the base model.
	Name string `json:"name"`

	// Revision of the model.
	// +optional
	Revision string `json:"revision,omitempty"`
}

// MultinodeSpec spreads one replica over several nodes.
type MultinodeSpec struct {
	// Leader is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Leader *runtime.RawExtension `json:"leader,omitempty"`

	// NodeCount is the number of nodes, at least 2.
	// +kubebuilder:default=2
	// +kubebuilder:validation:Minimum=2
	NodeCount int32 `json:"nodeCount"`

	// Worker is accepted and not acted on yet.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Worker *runtime.RawExtension `json:"worker,omitempty"`
}

// ScalingAdapter gives a component a target for autoscalers.
type ScalingAdapter struct {
	// Enabled makes the adapter.
	// +optional
	// +kubebuilder:default=false
	Enabled bool `json:"enabled,omitempty"`
}

// ServiceTopologyConstraint packs a service into a domain of the topology.
type ServiceTopologyConstraint struct {
	// PackDomain is the topology level that pods are packed into.
	// +optional
	PackDomain string `json:"packDomain,omitempty"`
}
