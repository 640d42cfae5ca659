package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
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
// +kubebuilder:validation:XValidation:rule="!has(self.eppConfig) || (has(self.componentType) && self.componentType == 'epp')",message="eppConfig goes with componentType epp only: remove it, or set the type",fieldPath=".eppConfig"
// +kubebuilder:validation:XValidation:rule="!has(self.componentType) || self.componentType != 'epp' || !has(self.replicas) || self.replicas == 1",message="an endpoint picker runs one replica: set replicas to 1 or leave it out",fieldPath=".replicas"
// +kubebuilder:validation:XValidation:rule="!has(self.componentType) || self.componentType != 'epp' || !has(self.multinode)",message="an endpoint picker runs on one node: remove multinode",fieldPath=".multinode"
// +kubebuilder:validation:XValidation:rule="!has(self.componentType) || self.componentType != 'epp' || (has(self.eppConfig) && has(self.eppConfig.config) != has(self.eppConfig.configMapRef))",message="an endpoint picker needs exactly one of eppConfig.config and eppConfig.configMapRef",fieldPath=".eppConfig"
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

	// EPPConfig configures an endpoint picker.
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

	// RuntimeVersionOverride is accepted and not acted on yet.
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

// EPPConfig configures an endpoint picker, in place or by reference.
type EPPConfig struct {
	// Config is the picker's configuration document.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Config *runtime.RawExtension `json:"config,omitempty"`

	// ConfigMapRef names a ConfigMap and its key that hold the document.
	// +optional
	ConfigMapRef *ConfigMapKeyReference `json:"configMapRef,omitempty"`
}

// ConfigMapKeyReference names one key of a ConfigMap.
//
// +kubebuilder:validation:XValidation:rule="has(self.name) && size(self.name) > 0",message="configMapRef needs the name of the ConfigMap",fieldPath=".name"
type ConfigMapKeyReference struct {
	// Key in the ConfigMap.
	Key string `json:"key"`

	// Name of the ConfigMap.
	// +optional
	Name string `json:"name,omitempty"`

	// Optional lets pods start without it.
	// +optional
	Optional *bool `json:"optional,omitempty"`
}

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

// IngressSpec exposes a component through an Ingress or a VirtualService.
//
// +kubebuilder:validation:XValidation:rule="!has(self.enabled) || !self.enabled || (has(self.host) && size(self.host) > 0)",message="an enabled ingress needs a host: give one, or set enabled to false",fieldPath=".host"
type IngressSpec struct {
	// Annotations for the Ingress or VirtualService.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// Enabled turns the exposure on.
	// +optional
	Enabled bool `json:"enabled,omitempty"`

	// Host is the first part of the host name.
	// +optional
	Host string `json:"host,omitempty"`

	// HostPrefix is put before Host.
	// +optional
	HostPrefix *string `json:"hostPrefix,omitempty"`

	// HostSuffix follows Host after a dot; "local" when left out.
	// +optional
	HostSuffix *string `json:"hostSuffix,omitempty"`

	// IngressControllerClassName is the class of the Ingress.
	// +optional
	IngressControllerClassName *string `json:"ingressControllerClassName,omitempty"`

	// Labels for the Ingress or VirtualService.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// TLS of the Ingress.
	// +optional
	TLS *IngressTLSSpec `json:"tls,omitempty"`

	// UseVirtualService asks for an Istio VirtualService.
	// +optional
	UseVirtualService bool `json:"useVirtualService,omitempty"`

	// VirtualServiceGateway is the Istio gateway, as namespace/name.
	// +optional
	VirtualServiceGateway *string `json:"virtualServiceGateway,omitempty"`
}

// IngressTLSSpec is the TLS of an Ingress.
type IngressTLSSpec struct {
	// SecretName of the certificate.
	// +optional
	SecretName string `json:"secretName,omitempty"`
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

// Resources of the main container.
type Resources struct {
	// Claims are dynamic resource claims of the pod that the container uses.
	// +optional
	Claims []corev1.ResourceClaim `json:"claims,omitempty"`

	// Limits of the container.
	// +optional
	Limits *ResourceItem `json:"limits,omitempty"`

	// Requests of the container.
	// +optional
	Requests *ResourceItem `json:"requests,omitempty"`
}

// ResourceItem is an amount of each resource, as Kubernetes quantities.
type ResourceItem struct {
	// CPU in cores, such as "8" or "500m".
	// +optional
	CPU string `json:"cpu,omitempty"`

	// Custom amounts by resource name.
	// +optional
	Custom map[string]string `json:"custom,omitempty"`

	// GPU is the number of GPUs.
	// +optional
	GPU string `json:"gpu,omitempty"`

	// GPUType is the resource that GPU counts; nvidia.com/gpu when left out.
	// +optional
	GPUType string `json:"gpuType,omitempty"`

	// Memory in bytes, such as "80Gi".
	// +optional
	Memory string `json:"memory,omitempty"`
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

// SharedMemorySpec sizes /dev/shm.
//
// +kubebuilder:validation:XValidation:rule="(has(self.disabled) && self.disabled) || (has(self.size) && (type(self.size) == string ? (isQuantity(self.size) && quantity(self.size).isGreaterThan(quantity('0'))) : self.size > 0))",message="shared memory that is not disabled needs a size above 0: give one, set disabled, or leave the block out for 8Gi",fieldPath=".size"
type SharedMemorySpec struct {
	// Disabled leaves /dev/shm to the container runtime.
	// +optional
	Disabled bool `json:"disabled,omitempty"`

	// Size of /dev/shm, as a quantity such as 16Gi.
	// +optional
	// +kubebuilder:validation:XIntOrString
	// +kubebuilder:validation:MaxLength=64
	Size *resource.Quantity `json:"size,omitempty"`
}

// VolumeMount mounts a claim of the graph, or another volume of the pod.
//
// +kubebuilder:validation:XValidation:rule="(has(self.mountPoint) && size(self.mountPoint) > 0) || (has(self.useAsCompilationCache) && self.useAsCompilationCache)",message="a volume mount needs a mountPoint unless it is the compilation cache: give one",fieldPath=".mountPoint"
type VolumeMount struct {
	// MountPoint is the path in the container.
	// +optional
	MountPoint string `json:"mountPoint,omitempty"`

	// Name of the claim or volume.
	Name string `json:"name"`

	// UseAsCompilationCache keeps the engine's compiled kernels there.
	// +optional
	// +kubebuilder:default=false
	UseAsCompilationCache bool `json:"useAsCompilationCache,omitempty"`
}

// ComponentWorkloadKind is the kind of object that runs a component.
//
// +kubebuilder:validation:Enum=PodClique;PodCliqueScalingGroup;Deployment;LeaderWorkerSet
type ComponentWorkloadKind string

// Workload kinds that this project composes.
const (
	ComponentWorkloadDeployment      ComponentWorkloadKind = "Deployment"
	ComponentWorkloadLeaderWorkerSet ComponentWorkloadKind = "LeaderWorkerSet"
)

// ServiceReplicaStatus counts the replicas of one service, as its workload has
// them.
type ServiceReplicaStatus struct {
	// AvailableReplicas; only Deployments count them.
	// +optional
	// +kubebuilder:validation:Minimum=0
	AvailableReplicas *int32 `json:"availableReplicas,omitempty"`

	// ComponentKind is the kind of the workload.
	ComponentKind ComponentWorkloadKind `json:"componentKind"`

	// ComponentName is the name of the workload.
	ComponentName string `json:"componentName"`

	// ComponentNames are the names of all workloads of the service.
	// +optional
	ComponentNames []string `json:"componentNames,omitempty"`

	// ReadyReplicas of the workload.
	// +optional
	// +kubebuilder:validation:Minimum=0
	ReadyReplicas *int32 `json:"readyReplicas,omitempty"`

	// Replicas of the workload.
	// +kubebuilder:validation:Minimum=0
	Replicas int32 `json:"replicas"`

	// RuntimeNamespace is the Dynamo namespace that the pods register in.
	// +optional
	RuntimeNamespace string `json:"runtimeNamespace,omitempty"`

	// UpdatedReplicas run the current pod template.
	// +kubebuilder:validation:Minimum=0
	UpdatedReplicas int32 `json:"updatedReplicas"`
}
