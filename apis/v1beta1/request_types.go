package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// RequestBackend is the engine that a request profiles.
//
// +kubebuilder:validation:Enum=auto;sglang;trtllm;vllm
type RequestBackend string

// SearchStrategy is how thoroughly a profiler searches.
//
// +kubebuilder:validation:Enum=rapid;thorough
type SearchStrategy string

// Search strategies.
const (
	// SearchRapid computes, and needs no GPU.
	SearchRapid SearchStrategy = "rapid"
	// SearchThorough tries graphs out.
	SearchThorough SearchStrategy = "thorough"
)

// DynamoGraphDeploymentRequestSpec asks for a graph that serves a model within
// latency targets.
//
// +kubebuilder:validation:XValidation:rule="!has(self.searchStrategy) || self.searchStrategy != 'thorough' || (has(self.backend) && self.backend != 'auto')",message="a thorough search tries out one engine: name it in backend, or search with rapid",fieldPath=".searchStrategy"
// +kubebuilder:validation:XValidation:rule="!has(self.profilingConfig) || has(self.backend)",message="the engine must be named beside profilingConfig: vllm, sglang or trtllm",fieldPath=".backend"
// +kubebuilder:validation:XValidation:rule="has(self.profilingConfig) || !(has(self.deploymentOverrides) || has(self.enableGpuDiscovery) || has(self.useMocker))",message="deploymentOverrides, enableGpuDiscovery and useMocker go with profilingConfig: give it, or leave them out",fieldPath=".profilingConfig"
type DynamoGraphDeploymentRequestSpec struct {
	// AutoApply makes the graph that profiling generates. Without it the graph
	// waits in status.profilingResults. Defaults to true. It may change at any
	// time; turning it off drops no graph that exists.
	// +optional
	AutoApply *bool `json:"autoApply,omitempty"`

	// Backend is the inference engine. Defaults to auto: the profiler chooses.
	// +optional
	Backend RequestBackend `json:"backend,omitempty"`

	// Features of the graph. What profilers later than this release know is
	// handed to them as it is.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Features *RequestFeatures `json:"features,omitempty"`

	// Hardware is what the profiler is told of the cluster's GPUs. What is left
	// out the platform team's settings say, or the labels of nodes.
	// +optional
	Hardware *v1alpha1.RequestHardware `json:"hardware,omitempty"`

	// Image of the profiler. Empty: that of the platform team's settings.
	// +optional
	Image string `json:"image,omitempty"`

	// Model to serve, as Hugging Face or a path names it.
	// +kubebuilder:validation:MinLength=1
	Model string `json:"model"`

	// ModelCache is a volume claim that has the model.
	// +optional
	ModelCache *RequestModelCache `json:"modelCache,omitempty"`

	// Overrides change the Job that profiles, and the graph that it generates.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Overrides *RequestOverrides `json:"overrides,omitempty"`

	// RuntimeVersionOverride is the version of the runtime that components of
	// the generated graph have which name none.
	// +optional
	// +kubebuilder:validation:Pattern=`^(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})$`
	RuntimeVersionOverride string `json:"runtimeVersionOverride,omitempty"`

	// SearchStrategy is how thoroughly the profiler searches. Defaults to rapid.
	// +optional
	SearchStrategy SearchStrategy `json:"searchStrategy,omitempty"`

	// SLA are the latency targets.
	// +optional
	SLA *RequestTargets `json:"sla,omitempty"`

	// Workload is what the graph is asked to do.
	// +optional
	Workload *RequestWorkload `json:"workload,omitempty"`
}

// RequestFeatures are optional parts of the graph.
type RequestFeatures struct {
	// Mocker takes the graph in which mockers stand for workers, which needs no
	// GPU.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Mocker *RequestMocker `json:"mocker,omitempty"`

	// Planner is the configuration of the graph's planner, whose keys are the
	// planner's own. Without it the graph has none.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	Planner *runtime.RawExtension `json:"planner,omitempty"`
}

// RequestMocker says whether mockers stand for workers.
type RequestMocker struct {
	// Enabled says that they do.
	// +optional
	Enabled bool `json:"enabled,omitempty"`
}

// RequestModelCache is a volume claim that has the model, so that nothing is
// downloaded.
type RequestModelCache struct {
	// PVCName is the volume claim, in the request's namespace.
	// +optional
	PVCName string `json:"pvcName,omitempty"`

	// PVCModelPath is where the model is in the volume.
	// +optional
	PVCModelPath string `json:"pvcModelPath,omitempty"`

	// PVCMountPath is where pods have the volume. Defaults to /opt/model-cache.
	// +optional
	PVCMountPath string `json:"pvcMountPath,omitempty"`
}

// RequestOverrides change the Job that profiles, and the graph that it generates.
type RequestOverrides struct {
	// DGD is merged into the graph that profiling generates: objects key by key,
	// components and containers by name. It names components of that graph
	// alone.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	// +kubebuilder:validation:EmbeddedResource
	DGD *runtime.RawExtension `json:"dgd,omitempty"`

	// ProfilingJob is merged into the spec of the Job that profiles. Of its
	// containers only profiler counts.
	// +optional
	// +kubebuilder:pruning:PreserveUnknownFields
	ProfilingJob *runtime.RawExtension `json:"profilingJob,omitempty"`

	// TrustRemoteCode lets workers run code that comes with the model.
	// +optional
	TrustRemoteCode bool `json:"trustRemoteCode,omitempty"`
}

// RequestTargets are latency targets, in milliseconds.
type RequestTargets struct {
	// TTFT is the time to the first token.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=number
	TTFT *float64 `json:"ttft,omitempty"`

	// ITL is the time between two tokens.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=number
	ITL *float64 `json:"itl,omitempty"`

	// E2ELatency is the time to the last token. It wins over the other two.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=number
	E2ELatency *float64 `json:"e2eLatency,omitempty"`

	// OptimizationType is what counts most.
	// +optional
	// +kubebuilder:validation:Enum=latency;throughput
	OptimizationType string `json:"optimizationType,omitempty"`
}

// RequestWorkload is what the graph is asked to do.
//
// +kubebuilder:validation:XValidation:rule="!has(self.concurrency) || !has(self.requestRate)",message="concurrency and requestRate exclude each other: leave one of them out",fieldPath=".requestRate"
type RequestWorkload struct {
	// ISL is the length of a prompt, in tokens. Defaults to 4000.
	// +optional
	// +kubebuilder:validation:Minimum=1
	ISL *int32 `json:"isl,omitempty"`

	// OSL is the length of an answer, in tokens. Defaults to 1000.
	// +optional
	// +kubebuilder:validation:Minimum=1
	OSL *int32 `json:"osl,omitempty"`

	// Concurrency is how many requests are under way at a time.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=number
	Concurrency *float64 `json:"concurrency,omitempty"`

	// RequestRate is how many requests begin each second.
	// +optional
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=number
	RequestRate *float64 `json:"requestRate,omitempty"`
}

// DynamoGraphDeploymentRequest asks for a graph that serves a model within
// latency targets: a profiler finds out how, and the graph is made from what it
// found. Both versions have one status.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=dynamographdeploymentrequests,shortName=dgdr,categories=dynamo
// +kubebuilder:printcolumn:name="Model",type=string,JSONPath=`.spec.model`
// +kubebuilder:printcolumn:name="Backend",type=string,JSONPath=`.status.backend`
// +kubebuilder:printcolumn:name="Phase",type=string,JSONPath=`.status.phase`
// +kubebuilder:printcolumn:name="Profiling",type=string,JSONPath=`.status.profilingPhase`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=='Succeeded')].reason`
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=='Succeeded')].message`
// +kubebuilder:printcolumn:name="DGD",type=string,JSONPath=`.status.dgdName`
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 55",message="the name of a request has at most 55 characters, since its Job is named after it: choose a shorter one"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.backend) == has(oldSelf.spec.backend) && (!has(self.spec.backend) || self.spec.backend == oldSelf.spec.backend))",message="backend cannot change once the request is profiled: make a new request",fieldPath=".spec.backend"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.features) == has(oldSelf.spec.features) && (!has(self.spec.features) || self.spec.features == oldSelf.spec.features))",message="features cannot change once the request is profiled: make a new request",fieldPath=".spec.features"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.hardware) == has(oldSelf.spec.hardware) && (!has(self.spec.hardware) || self.spec.hardware == oldSelf.spec.hardware))",message="hardware cannot change once the request is profiled: make a new request",fieldPath=".spec.hardware"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.image) == has(oldSelf.spec.image) && (!has(self.spec.image) || self.spec.image == oldSelf.spec.image))",message="image cannot change once the request is profiled: make a new request",fieldPath=".spec.image"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.modelCache) == has(oldSelf.spec.modelCache) && (!has(self.spec.modelCache) || self.spec.modelCache == oldSelf.spec.modelCache))",message="modelCache cannot change once the request is profiled: make a new request",fieldPath=".spec.modelCache"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || self.spec.model == oldSelf.spec.model",message="model cannot change once the request is profiled: make a new request",fieldPath=".spec.model"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.overrides) == has(oldSelf.spec.overrides) && (!has(self.spec.overrides) || self.spec.overrides == oldSelf.spec.overrides)) || (oldSelf.status.state == 'Deploying' && !(has(oldSelf.status.deployment) && has(oldSelf.status.deployment.created) && oldSelf.status.deployment.created) && (has(self.spec.overrides) && has(self.spec.overrides.trustRemoteCode) && self.spec.overrides.trustRemoteCode) == (has(oldSelf.spec.overrides) && has(oldSelf.spec.overrides.trustRemoteCode) && oldSelf.spec.overrides.trustRemoteCode) && (has(self.spec.overrides) && has(self.spec.overrides.profilingJob)) == (has(oldSelf.spec.overrides) && has(oldSelf.spec.overrides.profilingJob)) && (!(has(self.spec.overrides) && has(self.spec.overrides.profilingJob)) || self.spec.overrides.profilingJob == oldSelf.spec.overrides.profilingJob))",message="overrides cannot change once the request is profiled, but for dgd while no graph is made: make a new request",fieldPath=".spec.overrides"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.runtimeVersionOverride) == has(oldSelf.spec.runtimeVersionOverride) && (!has(self.spec.runtimeVersionOverride) || self.spec.runtimeVersionOverride == oldSelf.spec.runtimeVersionOverride))",message="runtimeVersionOverride cannot change once the request is profiled: make a new request",fieldPath=".spec.runtimeVersionOverride"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.searchStrategy) == has(oldSelf.spec.searchStrategy) && (!has(self.spec.searchStrategy) || self.spec.searchStrategy == oldSelf.spec.searchStrategy))",message="searchStrategy cannot change once the request is profiled: make a new request",fieldPath=".spec.searchStrategy"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.sla) == has(oldSelf.spec.sla) && (!has(self.spec.sla) || self.spec.sla == oldSelf.spec.sla))",message="sla cannot change once the request is profiled: make a new request",fieldPath=".spec.sla"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.workload) == has(oldSelf.spec.workload) && (!has(self.spec.workload) || self.spec.workload == oldSelf.spec.workload))",message="workload cannot change once the request is profiled: make a new request",fieldPath=".spec.workload"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.deploymentOverrides) == has(oldSelf.spec.deploymentOverrides) && (!has(self.spec.deploymentOverrides) || self.spec.deploymentOverrides == oldSelf.spec.deploymentOverrides))",message="deploymentOverrides cannot change once the request is profiled: make a new request",fieldPath=".spec.deploymentOverrides"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.enableGpuDiscovery) == has(oldSelf.spec.enableGpuDiscovery) && (!has(self.spec.enableGpuDiscovery) || self.spec.enableGpuDiscovery == oldSelf.spec.enableGpuDiscovery))",message="enableGpuDiscovery cannot change once the request is profiled: make a new request",fieldPath=".spec.enableGpuDiscovery"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.profilingConfig) == has(oldSelf.spec.profilingConfig) && (!has(self.spec.profilingConfig) || self.spec.profilingConfig == oldSelf.spec.profilingConfig))",message="profilingConfig cannot change once the request is profiled: make a new request",fieldPath=".spec.profilingConfig"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.state) || !(oldSelf.status.state in ['Profiling', 'Deploying', 'Ready', 'DeploymentDeleted']) || (has(self.spec.useMocker) == has(oldSelf.spec.useMocker) && (!has(self.spec.useMocker) || self.spec.useMocker == oldSelf.spec.useMocker))",message="useMocker cannot change once the request is profiled: make a new request",fieldPath=".spec.useMocker"
type DynamoGraphDeploymentRequest struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec DynamoGraphDeploymentRequestSpec `json:"spec"`
	// +optional
	Status v1alpha1.DynamoGraphDeploymentRequestStatus `json:"status,omitempty"`
}
