package v1beta1

// Protocols by which profilers are called.
const (
	ProtocolLegacy  = "legacy"
	ProtocolCurrent = "current"
)

// Ways to find out which GPUs the cluster has.
const (
	HardwareNodes = "nodes"
	HardwareNone  = "none"
)

// Profiler is for the Jobs that profile models for requests.
type Profiler struct {
	// HuggingFaceSecretName is the Secret, in the request's namespace, whose key
	// `HF_TOKEN` becomes `HUGGING_FACE_HUB_TOKEN` of the profiler. A namespace may
	// do without it. A change restarts no pods.
	// +optional
	// +kubebuilder:default=hf-token-secret
	HuggingFaceSecretName string `json:"huggingFaceSecretName,omitempty"`

	// Image of the profiler for requests of version v1beta1 that name none. A change
	// restarts no pods.
	// +optional
	// +kubebuilder:default="nvcr.io/nvidia/ai-dynamo/dynamo-planner:1.5.0"
	Image string `json:"image,omitempty"`

	// Protocol by which profilers of requests of version v1alpha1 are called.
	// `legacy` calls those of images before 1.1, which read `profilingConfig.config`.
	// `current` calls later ones, which read a request of version v1beta1 and know
	// of that configuration `sla`, `planner` and the model cache alone.
	// Requests of version v1beta1 are always `current`. A change restarts no pods.
	// +optional
	// +kubebuilder:validation:Enum=legacy;current
	// +kubebuilder:default=legacy
	Protocol string `json:"protocol,omitempty"`
}

// Hardware is what profilers of requests are told of the cluster's GPUs, where a
// request leaves it out. It counts for requests that name the same `gpuSku`, or none.
type Hardware struct {
	// Discovery is how the function finds out what neither a request nor this block
	// says. With `nodes` it reads the labels of nodes that have
	// `nvidia.com/gpu.present: "true"`, while a request waits to be profiled, for
	// which Crossplane needs the right to read nodes. With `none` it does not, and
	// such a request waits. A change restarts no pods.
	// +optional
	// +kubebuilder:validation:Enum=nodes;none
	// +kubebuilder:default=nodes
	Discovery string `json:"discovery,omitempty"`

	// GPUSKU is the kind of GPU, such as `h100_sxm`. A change restarts no pods.
	// +optional
	GPUSKU string `json:"gpuSku,omitempty"`

	// VRAMMB is the memory of a GPU in MiB. A change restarts no pods.
	// +optional
	// +kubebuilder:validation:Minimum=0
	VRAMMB int64 `json:"vramMb,omitempty"`

	// TotalGPUs are how many GPUs a graph may use. A change restarts no pods.
	// +optional
	// +kubebuilder:validation:Minimum=0
	TotalGPUs int32 `json:"totalGpus,omitempty"`

	// NumGPUsPerNode are the GPUs of a node. A change restarts no pods.
	// +optional
	// +kubebuilder:validation:Minimum=0
	NumGPUsPerNode int32 `json:"numGpusPerNode,omitempty"`

	// Interconnect of the GPUs of a node, such as `nvlink` or `pcie`. A change
	// restarts no pods.
	// +optional
	Interconnect string `json:"interconnect,omitempty"`

	// RDMA says whether nodes reach each other by RDMA. A change restarts no pods.
	// +optional
	RDMA *bool `json:"rdma,omitempty"`
}
