package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// RequestBackend is the engine that a request profiles.
//
// +kubebuilder:validation:Enum=vllm;sglang;trtllm;auto
type RequestBackend string

// Backends of requests.
const (
	RequestBackendVLLM   RequestBackend = "vllm"
	RequestBackendSGLang RequestBackend = "sglang"
	RequestBackendTRTLLM RequestBackend = "trtllm"
	RequestBackendAuto   RequestBackend = "auto"
)

// RequestState is how far a request has come.
type RequestState string

// States of a request, in the order it passes through them.
const (
	// RequestStateNew: nobody has looked at the request yet.
	RequestStateNew RequestState = ""
	// RequestStatePending: valid, or waiting for what it names; not profiled yet.
	RequestStatePending RequestState = "Pending"
	// RequestStateProfiling: its Job exists.
	RequestStateProfiling RequestState = "Profiling"
	// RequestStateDeploying: its graph is made, and does not serve yet.
	RequestStateDeploying RequestState = "Deploying"
	// RequestStateReady: its graph serves; with autoApply off, its graph is
	// generated.
	RequestStateReady RequestState = "Ready"
	// RequestStateDeploymentDeleted: its graph is gone, and not made again.
	RequestStateDeploymentDeleted RequestState = "DeploymentDeleted"
	// RequestStateFailed: the last attempt failed. A corrected spec is a new one.
	RequestStateFailed RequestState = "Failed"
)

// RequestPhase is how far a request has come, in the words of version v1beta1.
type RequestPhase string

// Phases of a request, in the order it passes through them.
const (
	// RequestPhasePending: valid, or waiting for what it names; not profiled yet.
	RequestPhasePending RequestPhase = "Pending"
	// RequestPhaseProfiling: its Job exists.
	RequestPhaseProfiling RequestPhase = "Profiling"
	// RequestPhaseReady: its graph is generated, and none is asked for.
	RequestPhaseReady RequestPhase = "Ready"
	// RequestPhaseDeploying: its graph is made, and does not serve yet.
	RequestPhaseDeploying RequestPhase = "Deploying"
	// RequestPhaseDeployed: its graph serves.
	RequestPhaseDeployed RequestPhase = "Deployed"
	// RequestPhaseFailed: the last attempt failed, or its graph is gone.
	RequestPhaseFailed RequestPhase = "Failed"
)

// DynamoGraphDeploymentRequestSpec asks for a graph that serves a model within
// latency targets.
//
// +kubebuilder:validation:XValidation:rule="!has(self.profilingConfig) || has(self.backend)",message="the engine must be named beside profilingConfig: vllm, sglang or trtllm",fieldPath=".backend"
// +kubebuilder:validation:XValidation:rule="has(self.profilingConfig) || !(has(self.deploymentOverrides) || has(self.enableGpuDiscovery) || has(self.useMocker))",message="deploymentOverrides, enableGpuDiscovery and useMocker go with profilingConfig: give it, or leave them out",fieldPath=".profilingConfig"
type DynamoGraphDeploymentRequestSpec struct {
	// AutoApply makes the graph that profiling generates. Without it the graph
	// waits in status.generatedDeployment. Defaults to false. It may change at
	// any time; turning it off drops no graph that exists.
	// +optional
	AutoApply *bool `json:"autoApply,omitempty"`

	// Backend is the inference engine.
	Backend RequestBackend `json:"backend"`

	// DeploymentOverrides change the graph that profiling generates.
	// +optional
	DeploymentOverrides *DeploymentOverrides `json:"deploymentOverrides,omitempty"`

	// EnableGPUDiscovery lets the profiler look for the cluster's GPUs itself,
	// where profilingConfig.config.hardware gives a size as 0. Defaults to false.
	// It reads nodes then, which takes a right beyond the request's namespace.
	// +optional
	EnableGPUDiscovery *bool `json:"enableGpuDiscovery,omitempty"`

	// Model to serve, as Hugging Face or a path names it.
	// +kubebuilder:validation:MinLength=1
	Model string `json:"model"`

	// ProfilingConfig is what the profiler is told.
	ProfilingConfig ProfilingConfig `json:"profilingConfig"`

	// RuntimeVersionOverride is the version of the runtime that components of the
	// generated graph have which name none. It is acted on with the profiler of
	// version v1beta1 alone.
	// +optional
	RuntimeVersionOverride string `json:"runtimeVersionOverride,omitempty"`

	// UseMocker takes the graph in which mockers stand for workers, which needs
	// no GPU. Defaults to false.
	// +optional
	UseMocker *bool `json:"useMocker,omitempty"`
}

// ProfilingConfig is what the profiler is told, and where it runs.
//
// +kubebuilder:validation:XValidation:rule="has(self.config) || has(self.configMapRef)",message="the profiler needs a configuration: give config, with the latency targets in config.sla, or configMapRef",fieldPath=".config"
type ProfilingConfig struct {
	// Config of the profiler. Its keys are the profiler's own; what the request
	// itself says of model and backend wins over them.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Config *runtime.RawExtension `json:"config,omitempty"`

	// ConfigMapRef names a graph, as a file, that the profiler starts from.
	// +optional
	ConfigMapRef *ProfilingConfigMapReference `json:"configMapRef,omitempty"`

	// NodeSelector of the profiler's pod.
	// +optional
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`

	// OutputPVC is a volume claim of the namespace for all that the profiler
	// writes. Without it that goes with the pod, but for the result.
	// +optional
	OutputPVC string `json:"outputPVC,omitempty"`

	// ProfilerImage is the image of the profiler.
	// +kubebuilder:validation:MinLength=1
	ProfilerImage string `json:"profilerImage"`

	// Resources of the profiler's container.
	// +optional
	Resources *corev1.ResourceRequirements `json:"resources,omitempty"`

	// Tolerations of the profiler's pod.
	// +optional
	Tolerations []corev1.Toleration `json:"tolerations,omitempty"`
}

// ProfilingConfigMapReference names a file in a ConfigMap of the request's
// namespace.
type ProfilingConfigMapReference struct {
	// Key of the file. Defaults to disagg.yaml.
	// +optional
	Key string `json:"key,omitempty"`

	// Name of the ConfigMap.
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`
}

// DeploymentOverrides change the graph that profiling generates.
type DeploymentOverrides struct {
	// Annotations of the graph, over those that the profiler wrote.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// Labels of the graph, over those that the profiler wrote.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// Name of the graph. Empty: the one that the profiler gave it.
	// +optional
	Name string `json:"name,omitempty"`

	// Namespace of the graph; none but the request's own.
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// WorkersImage is the image of the workers in the graphs that the profiler
	// tries out and generates.
	// +optional
	WorkersImage string `json:"workersImage,omitempty"`
}

// DynamoGraphDeploymentRequestStatus is what was observed of a request.
type DynamoGraphDeploymentRequestStatus struct {
	// Backend that was profiled.
	// +optional
	Backend string `json:"backend,omitempty"`

	// Conditions: core's own, Validation, Profiling, SpecGenerated,
	// DeploymentReady and, over all of them, Succeeded.
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// DGDName is the name of the graph: of the one that was made or, before, of
	// the one that profiling generated.
	// +optional
	DGDName string `json:"dgdName,omitempty"`

	// Deployment is the graph that was made.
	// +optional
	Deployment *RequestDeploymentStatus `json:"deployment,omitempty"`

	// GeneratedDeployment is the graph that profiling generated, whole.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	GeneratedDeployment *runtime.RawExtension `json:"generatedDeployment,omitempty"`

	// Hardware is what nodes said of the cluster's GPUs when the request was
	// about to be profiled. It is found out once.
	// +optional
	Hardware *RequestHardware `json:"hardware,omitempty"`

	// ObservedGeneration is the generation that the status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// ObservedSpecHash is the hash of what the last attempt profiles. Another
	// one starts a new attempt after a failure.
	// +optional
	ObservedSpecHash string `json:"observedSpecHash,omitempty"`

	// Phase is the state as version v1beta1 names it.
	// +optional
	Phase RequestPhase `json:"phase,omitempty"`

	// ProfilingJobName is the name of the Job that profiles.
	// +optional
	ProfilingJobName string `json:"profilingJobName,omitempty"`

	// ProfilingPhase is how far the profiler says that it is.
	// +optional
	ProfilingPhase string `json:"profilingPhase,omitempty"`

	// ProfilingResults is what profiling found. In version v1alpha1 it names the
	// object that holds the profiler's output; in version v1beta1 it holds the
	// graph, as selectedConfig.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	ProfilingResults *runtime.RawExtension `json:"profilingResults,omitempty"`

	// Settings are the layers that the request was composed with.
	// +optional
	Settings []string `json:"settings,omitempty"`

	// State is how far the request has come.
	// +optional
	State RequestState `json:"state,omitempty"`
}

// RequestHardware is what a profiler is told of the cluster's GPUs.
type RequestHardware struct {
	// GPUSKU is the kind of GPU, such as h100_sxm. Only nodes with such GPUs
	// count where the rest is found out.
	// +optional
	// +kubebuilder:validation:Pattern=`^[a-z0-9]+(_[a-z0-9]+)*$`
	GPUSKU string `json:"gpuSku,omitempty"`

	// VRAMMB is the memory of a GPU in MiB.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=number
	VRAMMB *float64 `json:"vramMb,omitempty"`

	// TotalGPUs are how many GPUs the graph may use.
	// +optional
	// +kubebuilder:validation:Minimum=1
	TotalGPUs *int32 `json:"totalGpus,omitempty"`

	// NumGPUsPerNode are the GPUs of a node.
	// +optional
	// +kubebuilder:validation:Minimum=1
	NumGPUsPerNode *int32 `json:"numGpusPerNode,omitempty"`

	// Interconnect of the GPUs of a node, such as nvlink or pcie.
	// +optional
	Interconnect string `json:"interconnect,omitempty"`

	// RDMA says whether nodes reach each other by RDMA.
	// +optional
	RDMA *bool `json:"rdma,omitempty"`
}

// RequestDeploymentStatus is the graph that a request made.
type RequestDeploymentStatus struct {
	// Created says whether the graph has existed. It stays true once it is gone.
	// +optional
	Created bool `json:"created,omitempty"`

	// Name of the graph.
	// +optional
	Name string `json:"name,omitempty"`

	// Namespace of the graph.
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// State of the graph; empty once it is gone.
	// +optional
	State string `json:"state,omitempty"`
}

// DynamoGraphDeploymentRequest asks for a graph that serves a model within
// latency targets: a profiler finds out how, and the graph is made from what it
// found.
//
// +kubebuilder:object:root=true
// +kubebuilder:storageversion
// +kubebuilder:deprecatedversion:warning="nvidia.com/v1alpha1 is the older form of DynamoGraphDeploymentRequest, for profilers of images before 1.1. It goes on working; write new requests as nvidia.com/v1beta1."
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=dynamographdeploymentrequests,shortName=dgdr,categories=dynamo
// +kubebuilder:printcolumn:name="Model",type=string,JSONPath=`.spec.model`
// +kubebuilder:printcolumn:name="Backend",type=string,JSONPath=`.status.backend`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.status.state`
// +kubebuilder:printcolumn:name="DGD-State",type=string,JSONPath=`.status.deployment.state`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 55",message="the name of a request has at most 55 characters, since its Job is named after it: choose a shorter one"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.backend) == has(oldSelf.spec.backend) && (!has(self.spec.backend) || self.spec.backend == oldSelf.spec.backend))",message="backend cannot change once the request is profiled: make a new request",fieldPath=".spec.backend"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.deploymentOverrides) == has(oldSelf.spec.deploymentOverrides) && (!has(self.spec.deploymentOverrides) || self.spec.deploymentOverrides == oldSelf.spec.deploymentOverrides))",message="deploymentOverrides cannot change once the request is profiled: make a new request",messageExpression="'deploymentOverrides cannot change once the request is profiled: make a new request, or take back the change:' + (has(self.spec.deploymentOverrides) && has(oldSelf.spec.deploymentOverrides) && (has(self.spec.deploymentOverrides.annotations) != has(oldSelf.spec.deploymentOverrides.annotations) || (has(self.spec.deploymentOverrides.annotations) && self.spec.deploymentOverrides.annotations != oldSelf.spec.deploymentOverrides.annotations)) ? ' annotations' : \"\") + (has(self.spec.deploymentOverrides) && has(oldSelf.spec.deploymentOverrides) && (has(self.spec.deploymentOverrides.labels) != has(oldSelf.spec.deploymentOverrides.labels) || (has(self.spec.deploymentOverrides.labels) && self.spec.deploymentOverrides.labels != oldSelf.spec.deploymentOverrides.labels)) ? ' labels' : \"\") + (has(self.spec.deploymentOverrides) && has(oldSelf.spec.deploymentOverrides) && (has(self.spec.deploymentOverrides.name) != has(oldSelf.spec.deploymentOverrides.name) || (has(self.spec.deploymentOverrides.name) && self.spec.deploymentOverrides.name != oldSelf.spec.deploymentOverrides.name)) ? ' name' : \"\") + (has(self.spec.deploymentOverrides) && has(oldSelf.spec.deploymentOverrides) && (has(self.spec.deploymentOverrides.__namespace__) != has(oldSelf.spec.deploymentOverrides.__namespace__) || (has(self.spec.deploymentOverrides.__namespace__) && self.spec.deploymentOverrides.__namespace__ != oldSelf.spec.deploymentOverrides.__namespace__)) ? ' namespace' : \"\") + (has(self.spec.deploymentOverrides) && has(oldSelf.spec.deploymentOverrides) && (has(self.spec.deploymentOverrides.workersImage) != has(oldSelf.spec.deploymentOverrides.workersImage) || (has(self.spec.deploymentOverrides.workersImage) && self.spec.deploymentOverrides.workersImage != oldSelf.spec.deploymentOverrides.workersImage)) ? ' workersImage' : \"\") + (has(self.spec.deploymentOverrides) != has(oldSelf.spec.deploymentOverrides) ? ' all of it' : \"\")",fieldPath=".spec.deploymentOverrides"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.enableGpuDiscovery) == has(oldSelf.spec.enableGpuDiscovery) && (!has(self.spec.enableGpuDiscovery) || self.spec.enableGpuDiscovery == oldSelf.spec.enableGpuDiscovery))",message="enableGpuDiscovery cannot change once the request is profiled: make a new request",fieldPath=".spec.enableGpuDiscovery"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || self.spec.model == oldSelf.spec.model",message="model cannot change once the request is profiled: make a new request",fieldPath=".spec.model"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.profilingConfig) == has(oldSelf.spec.profilingConfig) && (!has(self.spec.profilingConfig) || self.spec.profilingConfig == oldSelf.spec.profilingConfig))",message="profilingConfig cannot change once the request is profiled: make a new request",messageExpression="!has(self.spec.profilingConfig) || !has(oldSelf.spec.profilingConfig) ? 'profilingConfig cannot change once the request is profiled: make a new request, or take back the change' : 'profilingConfig cannot change once the request is profiled: make a new request, or take back the change:' + (has(self.spec.profilingConfig.config) != has(oldSelf.spec.profilingConfig.config) || (has(self.spec.profilingConfig.config) && self.spec.profilingConfig.config != oldSelf.spec.profilingConfig.config) ? ' config' : \"\") + (has(self.spec.profilingConfig.configMapRef) != has(oldSelf.spec.profilingConfig.configMapRef) || (has(self.spec.profilingConfig.configMapRef) && self.spec.profilingConfig.configMapRef != oldSelf.spec.profilingConfig.configMapRef) ? ' configMapRef' : \"\") + (has(self.spec.profilingConfig.nodeSelector) != has(oldSelf.spec.profilingConfig.nodeSelector) || (has(self.spec.profilingConfig.nodeSelector) && self.spec.profilingConfig.nodeSelector != oldSelf.spec.profilingConfig.nodeSelector) ? ' nodeSelector' : \"\") + (has(self.spec.profilingConfig.outputPVC) != has(oldSelf.spec.profilingConfig.outputPVC) || (has(self.spec.profilingConfig.outputPVC) && self.spec.profilingConfig.outputPVC != oldSelf.spec.profilingConfig.outputPVC) ? ' outputPVC' : \"\") + (self.spec.profilingConfig.profilerImage != oldSelf.spec.profilingConfig.profilerImage ? ' profilerImage' : \"\") + (has(self.spec.profilingConfig.resources) != has(oldSelf.spec.profilingConfig.resources) || (has(self.spec.profilingConfig.resources) && self.spec.profilingConfig.resources != oldSelf.spec.profilingConfig.resources) ? ' resources' : \"\") + (has(self.spec.profilingConfig.tolerations) != has(oldSelf.spec.profilingConfig.tolerations) || (has(self.spec.profilingConfig.tolerations) && self.spec.profilingConfig.tolerations != oldSelf.spec.profilingConfig.tolerations) ? ' tolerations' : \"\")",fieldPath=".spec.profilingConfig"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.runtimeVersionOverride) == has(oldSelf.spec.runtimeVersionOverride) && (!has(self.spec.runtimeVersionOverride) || self.spec.runtimeVersionOverride == oldSelf.spec.runtimeVersionOverride))",message="runtimeVersionOverride cannot change once the request is profiled: make a new request",fieldPath=".spec.runtimeVersionOverride"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.useMocker) == has(oldSelf.spec.useMocker) && (!has(self.spec.useMocker) || self.spec.useMocker == oldSelf.spec.useMocker))",message="useMocker cannot change once the request is profiled: make a new request",fieldPath=".spec.useMocker"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.features) == has(oldSelf.spec.features) && (!has(self.spec.features) || self.spec.features == oldSelf.spec.features))",message="features cannot change once the request is profiled: make a new request",fieldPath=".spec.features"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.hardware) == has(oldSelf.spec.hardware) && (!has(self.spec.hardware) || self.spec.hardware == oldSelf.spec.hardware))",message="hardware cannot change once the request is profiled: make a new request",fieldPath=".spec.hardware"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.image) == has(oldSelf.spec.image) && (!has(self.spec.image) || self.spec.image == oldSelf.spec.image))",message="image cannot change once the request is profiled: make a new request",fieldPath=".spec.image"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.modelCache) == has(oldSelf.spec.modelCache) && (!has(self.spec.modelCache) || self.spec.modelCache == oldSelf.spec.modelCache))",message="modelCache cannot change once the request is profiled: make a new request",fieldPath=".spec.modelCache"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.overrides) == has(oldSelf.spec.overrides) && (!has(self.spec.overrides) || self.spec.overrides == oldSelf.spec.overrides))",message="overrides cannot change once the request is profiled: make a new request",fieldPath=".spec.overrides"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.searchStrategy) == has(oldSelf.spec.searchStrategy) && (!has(self.spec.searchStrategy) || self.spec.searchStrategy == oldSelf.spec.searchStrategy))",message="searchStrategy cannot change once the request is profiled: make a new request",fieldPath=".spec.searchStrategy"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.sla) == has(oldSelf.spec.sla) && (!has(self.spec.sla) || self.spec.sla == oldSelf.spec.sla))",message="sla cannot change once the request is profiled: make a new request",fieldPath=".spec.sla"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.workload) == has(oldSelf.spec.workload) && (!has(self.spec.workload) || self.spec.workload == oldSelf.spec.workload))",message="workload cannot change once the request is profiled: make a new request",fieldPath=".spec.workload"
type DynamoGraphDeploymentRequest struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec DynamoGraphDeploymentRequestSpec `json:"spec"`
	// +optional
	Status DynamoGraphDeploymentRequestStatus `json:"status,omitempty"`
}
