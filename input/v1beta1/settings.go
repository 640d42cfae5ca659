package v1beta1

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
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

// TimeoutUnset leaves the timeout of requests to whoever runs the Gateway.
const TimeoutUnset = "unset"

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

// Ingress is how frontends are reached from outside of the cluster. What a
// service says in its own `ingress` block wins. With neither a class nor a
// gateway, only services with such a block are exposed.
type Ingress struct {
	// ClassName is the class of the Ingress of frontends without an `ingress`
	// block, and of components whose block names neither a class nor a gateway.
	// A change restarts no pods.
	// +optional
	ClassName string `json:"className,omitempty"`

	// TLSSecretName is the Secret, in the graph's namespace, with the
	// certificate of the same Ingresses.
	// A change restarts no pods.
	// +optional
	TLSSecretName string `json:"tlsSecretName,omitempty"`

	// HostSuffix is the domain of the same hosts, such as `example.com`: it
	// follows the name of the graph, or the host of the block, after a dot.
	// Without it that is `local`.
	// A change restarts no pods.
	// +optional
	HostSuffix string `json:"hostSuffix,omitempty"`

	// VirtualServiceGateway is a Gateway of Istio, as `namespace/name`: the same
	// components have a VirtualService there.
	// A change restarts no pods.
	// +optional
	VirtualServiceGateway string `json:"virtualServiceGateway,omitempty"`

	// Gateway is a Gateway of the Gateway API: the same components have an HTTPRoute
	// there. A layer that names one replaces the Gateway of the layers below as a whole.
	// +optional
	Gateway Gateway `json:"gateway,omitempty"`
}

// Gateway of the Gateway API. Without a name there is none.
type Gateway struct {
	// Name of a Gateway of the Gateway API: frontends without an `ingress` block, and
	// components whose block names neither a class nor a gateway, have an HTTPRoute
	// there. Its listener has to take routes of the graph's namespace. A layer that
	// names one takes `namespace` and `sectionName` from no other layer.
	// A change restarts no pods.
	// +optional
	Name string `json:"name,omitempty"`

	// Namespace of that Gateway. Without it that is the graph's own.
	// A change restarts no pods.
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// SectionName is the listener of that Gateway, such as `https`. Without it the
	// HTTPRoute is of all listeners that take its host.
	// A change restarts no pods.
	// +optional
	SectionName string `json:"sectionName,omitempty"`

	// RequestTimeout is how long a request may take at that Gateway, such as `30m`.
	// Without it as long as it needs (`0s`), since a Gateway's own limit, often 15
	// seconds, would cut long answers. `unset` leaves it to the Gateway, for those that
	// refuse routes with a timeout.
	// A change restarts no pods.
	// +optional
	// +kubebuilder:validation:Pattern=`^(unset|([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?([0-9]{1,5}ms)?)$`
	RequestTimeout string `json:"requestTimeout,omitempty"`
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

// RegistryPullSecret names the Secret to pull images of a registry with.
type RegistryPullSecret struct {
	// Name of the Secret, in the graph's namespace, for pods that run an image of
	// the registry; it comes behind the user's own. Annotation
	// `nvidia.com/disable-image-pull-secret-discovery: "true"` on a graph or
	// service turns it off.
	Name string `json:"name"`

	// Registry as images name it, such as `nvcr.io`. Images without a registry
	// are of `docker.io`.
	Registry string `json:"registry"`
}

// Images run the main containers of components that name none. What is left out has no
// default: such a component is at fault.
type Images struct {
	// Frontend is the image of frontends that name none, also of those beside a worker.
	// A change restarts frontends without an image.
	// +optional
	Frontend string `json:"frontend,omitempty"`

	// SGLang is the image of workers that name none, and whose engine is SGLang. A worker
	// without a command line, too, runs the engine's Dynamo module, with the model that its
	// `modelRef` names.
	// A change restarts workers of SGLang without an image.
	// +optional
	SGLang string `json:"sglang,omitempty"`

	// TRTLLM is the same for workers whose engine is TensorRT-LLM.
	// A change restarts workers of TensorRT-LLM without an image.
	// +optional
	TRTLLM string `json:"trtllm,omitempty"`

	// VLLM is the same for workers whose engine is vLLM.
	// A change restarts workers of vLLM without an image.
	// +optional
	VLLM string `json:"vllm,omitempty"`
}

// Queue is where Kueue lets workloads wait for quota.
type Queue struct {
	// Name of the LocalQueue of Kueue, in each graph's namespace: label
	// `kueue.x-k8s.io/queue-name` of Deployments and LeaderWorkerSets that are made from
	// then on. What exists stays in the queue that it was made in, since Kueue refuses
	// another one. The same label of the user's wins.
	// A change restarts no pods.
	// +optional
	Name string `json:"name,omitempty"`
}

// PodDefaults are merged under what the user wrote, in the pods of every
// component. A graph's manifest always wins.
type PodDefaults struct {
	// Affinity of pods: node affinity, affinity and anti-affinity to other pods, of which each
	// that the user gives counts alone. Its fields are those of Kubernetes.
	// A change restarts all pods.
	// +optional
	Affinity *corev1.Affinity `json:"affinity,omitempty"`

	// Annotations of pods, key by key under those of the user and of Dynamo. Those that
	// steer what is rendered belong into a graph's manifest, and are refused here.
	// A change restarts all pods.
	// +optional
	Annotations map[string]string `json:"annotations,omitempty"`

	// ContainerSecurityContext of all containers of a pod, the user's and those that are made
	// for it, field by field under what the user says of the container or of the pod.
	// It reaches the pods of profilers, too. Its fields are those of Kubernetes.
	// A change restarts all pods.
	// +optional
	ContainerSecurityContext *corev1.SecurityContext `json:"containerSecurityContext,omitempty"`

	// Env are variables of the containers that run Dynamo or an engine, under those of the
	// user and of Dynamo with the same name. What other settings give, and what tells a
	// process who and where it is, is refused here. Its fields are those of Kubernetes.
	// A change restarts all pods.
	// +optional
	Env []corev1.EnvVar `json:"env,omitempty"`

	// Labels of pods, key by key under those of the user and of Dynamo.
	// A change restarts all pods.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// NodeSelector of pods, key by key under the user's.
	// A change restarts all pods.
	// +optional
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`

	// PriorityClassName of pods for which the user names none.
	// A change restarts all pods.
	// +optional
	PriorityClassName string `json:"priorityClassName,omitempty"`

	// RuntimeClassName of pods for which the user names none.
	// A change restarts all pods.
	// +optional
	RuntimeClassName string `json:"runtimeClassName,omitempty"`

	// SchedulerName of pods for which the user names none.
	// A change restarts all pods.
	// +optional
	SchedulerName string `json:"schedulerName,omitempty"`

	// SecurityContext of pods, field by field under the user's, and over the group 1000 that
	// volumes have by default. It reaches the pods of profilers, too. Its fields are those
	// of Kubernetes.
	// A change restarts all pods.
	// +optional
	SecurityContext *corev1.PodSecurityContext `json:"securityContext,omitempty"`

	// Tolerations of pods, behind the user's; one that equals a toleration of the
	// user is left out.
	// A change restarts all pods.
	// +optional
	Tolerations []corev1.Toleration `json:"tolerations,omitempty"`

	// TopologySpreadConstraints of pods, behind the user's; one for a topology of which the user
	// says something is left out. Without a labelSelector a constraint counts the pods of the
	// component. Its fields are those of Kubernetes.
	// A change restarts all pods.
	// +optional
	TopologySpreadConstraints []corev1.TopologySpreadConstraint `json:"topologySpreadConstraints,omitempty"`
}

// Monitoring is how the metrics of pods are found.
type Monitoring struct {
	// PodMonitors gives each graph, and each component without one, a PodMonitor of the
	// Prometheus operator over its pods, but for those with annotation
	// `nvidia.com/enable-metrics: "false"`. `false` turns off what a lower layer turns on.
	// A change restarts no pods.
	// +optional
	PodMonitors *bool `json:"podMonitors,omitempty"`

	// Labels of PodMonitors, by which a Prometheus selects them, such as
	// `release: kube-prometheus-stack`. A change restarts no pods.
	// +optional
	Labels map[string]string `json:"labels,omitempty"`

	// Interval at which pods are asked, such as `15s`. Without it `5s`, as planners
	// want it. A change restarts no pods.
	// +optional
	// +kubebuilder:validation:Pattern=`^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?([0-9]{1,5}ms)?$`
	Interval string `json:"interval,omitempty"`
}

// Disruption is what drains of nodes may take away at once.
type Disruption struct {
	// PodDisruptionBudgets gives each service of two or more replicas, and each such
	// component without a graph, a PodDisruptionBudget. One that is scaled down to one
	// replica keeps it, which then keeps no drain from going on. `false` turns off what a
	// lower layer turns on. A change restarts no pods.
	// +optional
	PodDisruptionBudgets *bool `json:"podDisruptionBudgets,omitempty"`

	// MaxUnavailable is how many pods of a service may be unavailable, as a number or a
	// percentage such as `25%`. Without it 1: with several nodes to a replica that is one
	// replica, since all of its pods are made again together. A change restarts no pods.
	// +optional
	MaxUnavailable *intstr.IntOrString `json:"maxUnavailable,omitempty"`
}

// NetworkPolicy is who may reach pods. Where pods connect to is left open.
type NetworkPolicy struct {
	// Enabled gives each component a NetworkPolicy: only pods of its graph reach it, and
	// whom the lists beside this field name. Frontends, those beside workers, and
	// endpoint pickers are reached by all while `frontendPeers` is empty. `false` turns
	// off what a lower layer turns on. A change restarts no pods.
	// +optional
	Enabled *bool `json:"enabled,omitempty"`

	// FrontendPeers reach the port on which frontends, those beside workers, and endpoint
	// pickers serve requests: gateways, ingress controllers and clients. Beside them only
	// the graph itself does, and pods of Jobs in its namespace, among which are the
	// profilers of requests. A change restarts no pods.
	// +optional
	FrontendPeers []networkingv1.NetworkPolicyPeer `json:"frontendPeers,omitempty"`

	// SystemPeers reach every port that pods declare, on which they tell health and metrics
	// and take adapters: Prometheus and, for models of type `lora`, provider-http. A change
	// restarts no pods.
	// +optional
	SystemPeers []networkingv1.NetworkPolicyPeer `json:"systemPeers,omitempty"`

	// GraphPeers reach every port of all pods, as the pods of the graph itself: other
	// graphs that share work with it, and the nodes' addresses where pods have
	// `hostNetwork`. A change restarts no pods.
	// +optional
	GraphPeers []networkingv1.NetworkPolicyPeer `json:"graphPeers,omitempty"`
}
