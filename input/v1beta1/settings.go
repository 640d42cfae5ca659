package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Group, version and kind of the input.
const (
	Group   = "dynamo.fn.crossplane.io"
	Version = "v1beta1"
	Kind    = "Settings"
)

// Discovery backends.
const (
	DiscoveryKubernetes = "kubernetes"
	DiscoveryEtcd       = "etcd"
)

// OrchestratorLeaderWorkerSet is the one kind that runs a replica over several
// nodes.
const OrchestratorLeaderWorkerSet = "LeaderWorkerSet"

// Settings is what a platform team decides once for all graphs that a
// Composition serves. Everything may be left out; a field that is empty says
// nothing. The docs table of settings is made from these comments.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:categories=crossplane
type Settings struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Discovery is how pods find each other.
	// +optional
	Discovery Discovery `json:"discovery,omitempty"`

	// Infrastructure is where the services are that Dynamo's runtime uses.
	// +optional
	Infrastructure Infrastructure `json:"infrastructure,omitempty"`

	// Ingress is how frontends are reached from outside of the cluster.
	// +optional
	Ingress Ingress `json:"ingress,omitempty"`

	// Hardware is what profilers are told of the cluster's GPUs.
	// +optional
	Hardware Hardware `json:"hardware,omitempty"`

	// Multinode is for components whose replicas span several nodes.
	// +optional
	Multinode Multinode `json:"multinode,omitempty"`

	// Profiler is for the Jobs that profile models for requests.
	// +optional
	Profiler Profiler `json:"profiler,omitempty"`

	// RBAC names the ClusterRoles that accounts of a graph, or of a request's
	// profiler, are bound to.
	// +optional
	RBAC RBAC `json:"rbac,omitempty"`

	// Runtime is what is known of the Dynamo runtime in images that do not tell.
	// +optional
	Runtime Runtime `json:"runtime,omitempty"`

	// Compositions are those of the components and scaling adapters of a graph.
	// +optional
	Compositions Compositions `json:"compositions,omitempty"`

	// ImagePullSecrets are given to pods that run an image of the registry,
	// behind those that the user named.
	// A change restarts pods that run an image of the registry.
	// +optional
	ImagePullSecrets []RegistryPullSecret `json:"imagePullSecrets,omitempty"`

	// Images run components that name none.
	// +optional
	Images Images `json:"images,omitempty"`

	// PodDefaults are merged under what the user wrote.
	// +optional
	PodDefaults PodDefaults `json:"podDefaults,omitempty"`

	// Queue is where Kueue lets workloads wait for quota.
	// +optional
	Queue Queue `json:"queue,omitempty"`
	// Monitoring is how the metrics of pods are found.
	// +optional
	Monitoring Monitoring `json:"monitoring,omitempty"`

	// Disruption is what drains of nodes may take away at once.
	// +optional
	Disruption Disruption `json:"disruption,omitempty"`

	// NetworkPolicy is who may reach pods.
	// +optional
	NetworkPolicy NetworkPolicy `json:"networkPolicy,omitempty"`
}

// Discovery is how pods find each other.
type Discovery struct {
	// Backend by which pods find each other. With `kubernetes` every component
	// has a Service, and pods run under an account that may read pods and endpoints,
	// and read and write registrations. With `etcd` only frontends have a Service, and there is
	// no account. Annotation `nvidia.com/dynamo-discovery-backend` on a graph or
	// service wins.
	// A change restarts all pods.
	// +optional
	// +kubebuilder:validation:Enum=kubernetes;etcd
	// +kubebuilder:default=kubernetes
	Backend string `json:"backend,omitempty"`
}

// Infrastructure is where the services are that Dynamo's runtime uses. What is
// left out is not given to pods.
type Infrastructure struct {
	// EtcdAddress becomes `ETCD_ENDPOINTS` of every pod, such as
	// `etcd.dynamo-system:2379`.
	// A change restarts all pods.
	// +optional
	EtcdAddress string `json:"etcdAddress,omitempty"`

	// ModelExpressURL becomes `MODEL_EXPRESS_URL` of every pod, such as
	// `http://model-express.dynamo-system:8001`.
	// A change restarts all pods.
	// +optional
	ModelExpressURL string `json:"modelExpressURL,omitempty"`

	// NATSAddress becomes `NATS_SERVER` of every pod, such as
	// `nats://nats.dynamo-system:4222`.
	// A change restarts all pods.
	// +optional
	NATSAddress string `json:"natsAddress,omitempty"`

	// PrometheusEndpoint becomes `PROMETHEUS_ENDPOINT` of every pod, such as
	// `http://prometheus.monitoring:9090`.
	// A change restarts all pods.
	// +optional
	PrometheusEndpoint string `json:"prometheusEndpoint,omitempty"`
}

// Multinode is for components whose replicas span several nodes.
type Multinode struct {
	// Orchestrator is the kind that runs a replica over several nodes. There is
	// one so far.
	// A change restarts no pods.
	// +optional
	// +kubebuilder:validation:Enum=LeaderWorkerSet
	// +kubebuilder:default=LeaderWorkerSet
	Orchestrator string `json:"orchestrator,omitempty"`

	// SSHSecretName is the Secret with the key pair by which the nodes of
	// TensorRT-LLM reach each other. Where the graph's namespace holds it, it is
	// used as it is.
	// A change restarts pods of TensorRT-LLM over several nodes.
	// +optional
	// +kubebuilder:default=mpi-run-ssh-secret
	SSHSecretName string `json:"sshSecretName,omitempty"`
}

// RBAC names the ClusterRoles that accounts of a graph, or of a request's profiler,
// are bound to, each in the namespace of it alone.
type RBAC struct {
	// DiscoveryClusterRole is bound to the account of a graph's pods, where they
	// find each other through Kubernetes.
	// A change restarts no pods.
	// +optional
	// +kubebuilder:default="function-dynamo:discovery"
	DiscoveryClusterRole string `json:"discoveryClusterRole,omitempty"`

	// PlannerClusterRole is bound to the account of a graph's planner.
	// `function-dynamo:planner-power` lets it patch pods, too, to set power limits
	// of GPUs.
	// A change restarts no pods.
	// +optional
	// +kubebuilder:default="function-dynamo:planner"
	PlannerClusterRole string `json:"plannerClusterRole,omitempty"`

	// PickerClusterRole is bound to the account of a graph's endpoint picker.
	// A change restarts no pods.
	// +optional
	// +kubebuilder:default="function-dynamo:picker"
	PickerClusterRole string `json:"pickerClusterRole,omitempty"`

	// ProfilerClusterRole is bound to the account of a request's profiler, in the
	// request's namespace alone. A change restarts no pods.
	// +optional
	// +kubebuilder:default="function-dynamo:profiler"
	ProfilerClusterRole string `json:"profilerClusterRole,omitempty"`
}

// Runtime is what is known of the Dynamo runtime in images that do not tell.
type Runtime struct {
	// DefaultVersion is the version of the runtime, such as `1.5.0`, in images whose
	// tag is no version, as in `latest`, where the service does not give
	// `runtimeVersionOverride` either. Without it such pods get what all runtimes
	// take, which is what those before 1.5 expect.
	// A change restarts frontends, workers and endpoint pickers without `eppConfig` of which nothing else tells the version.
	// +optional
	// +kubebuilder:validation:Pattern=`^(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})$`
	DefaultVersion string `json:"defaultVersion,omitempty"`
}

// Compositions name the Compositions that a graph hands down to its children of
// the Dynamo kinds. A graph that has the Composition of this repository,
// `dynamographdeployments.nvidia.com`, hands down those beside it unless one is named here. With any
// other one, what is left out is not handed down: Crossplane chooses.
type Compositions struct {
	// Component is the Composition of the graph's components, which the input of
	// a Composition for graphs names where a site has made its own pair. Nothing
	// named: `dynamocomponentdeployments.nvidia.com` where the graph has the Composition of this
	// repository, else what Crossplane chooses. A change restarts no pods.
	// +optional
	Component string `json:"component,omitempty"`

	// ScalingAdapter is the Composition of the scaling adapters that the graph
	// makes. They read no settings, so that few sites need their own. Nothing named: as above, with
	// `dynamographdeploymentscalingadapters.nvidia.com`. A change restarts no pods.
	// +optional
	ScalingAdapter string `json:"scalingAdapter,omitempty"`
}
