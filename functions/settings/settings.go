// Package settings folds what the platform team set into the one value that
// renderers read. No renderer asks where a value came from.
package settings

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// Settings are the knobs with their defaults applied. As JSON, which Hash reads, they
// leave out what is not set.
type Settings struct {
	// DiscoveryBackend is kubernetes or etcd.
	DiscoveryBackend string `json:",omitzero"`

	// Addresses of infrastructure; empty where a site has none.
	NATSAddress        string `json:",omitzero"`
	EtcdAddress        string `json:",omitzero"`
	ModelExpressURL    string `json:",omitzero"`
	PrometheusEndpoint string `json:",omitzero"`

	// Ingress is how frontends without an ingress block of their own are
	// exposed; they are not while both its class and its gateway are empty.
	Ingress Ingress `json:",omitzero"`

	// SSHSecret is the Secret with the key pair of TensorRT-LLM over several
	// nodes, used where the namespace holds it.
	SSHSecret string `json:",omitzero"`

	// HuggingFaceSecret is the Secret with the token that profilers get, where the
	// namespace holds it.
	HuggingFaceSecret string `json:",omitzero"`

	// ProfilerImage is that of requests that may leave it out and do.
	ProfilerImage string `json:",omitzero"`

	// ProfilerProtocol is how profilers are called for requests that could ask for
	// either generation.
	ProfilerProtocol string `json:",omitzero"`

	// Hardware is what profilers are told of GPUs where a request does not say.
	Hardware Hardware `json:",omitzero"`

	// DiscoveryClusterRole, PlannerClusterRole, PickerClusterRole and
	// ProfilerClusterRole are bound to the accounts of all pods, of planners, of
	// endpoint pickers and of profilers.
	DiscoveryClusterRole string `json:",omitzero"`
	PlannerClusterRole   string `json:",omitzero"`
	PickerClusterRole    string `json:",omitzero"`
	ProfilerClusterRole  string `json:",omitzero"`

	// Compositions of a graph's children, which only graphs read.
	Compositions Compositions `json:",omitzero"`

	// PullSecrets to add by the registry of an image, in the order given.
	PullSecrets []PullSecret `json:",omitzero"`

	// PodDefaults are merged under what the user wrote.
	PodDefaults PodDefaults `json:",omitzero"`

	// Images run components that name none.
	Images Images `json:",omitzero"`

	// Queue of Kueue that workloads are made in; empty where the site has none.
	Queue string `json:",omitzero"`

	// RuntimeVersion is that of runtimes of which nothing else tells it; unknown where
	// the site does not say.
	RuntimeVersion version.Version `json:",omitzero"`

	// Monitoring is whether and how the metrics of pods are found.
	Monitoring Monitoring `json:",omitzero"`

	// Disruption is whether services have a budget for drains, and which.
	Disruption Disruption `json:",omitzero"`

	// NetworkPolicy is whether pods are closed to others than their graph, and to whom
	// they are not.
	NetworkPolicy NetworkPolicy `json:",omitzero"`

	// Layers are those that say anything of the settings, lowest first: they
	// are shown in status, and no renderer reads them.
	Layers []string `json:",omitzero"`

	// Places are where each was written, for what is said of them. They change nothing
	// that is rendered, and Hash leaves them out.
	Places Places `json:"-"`
}

// Hardware is what a site says of its GPUs. What is empty was not given.
type Hardware struct {
	// Discovery is nodes or none.
	Discovery         string
	SKU, Interconnect string
	MemoryMiB         int64
	Total, PerNode    int32
	RDMA              *bool
}

// Compositions are the names that a site gives to the Compositions of a graph's
// children. What is empty was not given.
type Compositions struct {
	Component, ScalingAdapter string
}

// Ingress are a site's defaults of exposure. What is empty was not given.
type Ingress struct {
	Class, TLSSecret string
	// HostSuffix follows the name of the graph, after a dot.
	HostSuffix string
	// Gateway of Istio, as namespace/name.
	Gateway string
	// Route is where HTTPRoutes are attached.
	Route Route `json:",omitzero"`
}

// Route is a Gateway of the Gateway API. Without a name there is none.
type Route struct {
	Namespace, Name, Section string
	// Timeout of requests: a duration, or that it is left to the Gateway. Empty for
	// requests that may take as long as they need.
	Timeout string
}

// Monitoring are a site's PodMonitors. What is empty was not given.
type Monitoring struct {
	PodMonitors bool
	Labels      map[string]string
	Interval    string
}

// Disruption are a site's PodDisruptionBudgets.
type Disruption struct {
	Budgets bool
	// MaxUnavailable is nil where it was not given.
	MaxUnavailable *intstr.IntOrString
}

// NetworkPolicy says who reaches pods beside their graph.
type NetworkPolicy struct {
	Enabled bool
	// Frontends are reached by everybody where nobody is named. Nobody else is.
	Frontends, System, Graph []networkingv1.NetworkPolicyPeer
}

// Images are those of components that name none. What is empty was not given.
type Images struct {
	Frontend, SGLang, TRTLLM, VLLM string
}

// PodDefaults are a site's defaults of pods. What is empty was not given. What later releases
// added is left out of their JSON where it is empty, so that Hash stays what it was.
type PodDefaults struct {
	Labels       map[string]string
	NodeSelector map[string]string
	RuntimeClass string
	Tolerations  []corev1.Toleration

	Affinity      *corev1.Affinity                  `json:",omitzero"`
	Annotations   map[string]string                 `json:",omitempty"`
	Env           []corev1.EnvVar                   `json:",omitempty"`
	PriorityClass string                            `json:",omitzero"`
	Scheduler     string                            `json:",omitzero"`
	Spread        []corev1.TopologySpreadConstraint `json:",omitempty"`
	// Security is that of pods, and ContainerSecurity that of each of their containers.
	Security          *corev1.PodSecurityContext `json:",omitzero"`
	ContainerSecurity *corev1.SecurityContext    `json:",omitzero"`
}

// PullSecret names the Secret for the images of a registry.
type PullSecret struct {
	Registry, Name string
}

// Names that the settings have where no layer says anything.
const (
	DefaultSSHSecret            = "mpi-run-ssh-secret"
	DefaultDiscoveryClusterRole = "function-dynamo:discovery"
	DefaultPlannerClusterRole   = "function-dynamo:planner"
	DefaultPickerClusterRole    = "function-dynamo:picker"
	DefaultProfilerClusterRole  = "function-dynamo:profiler"
	DefaultHuggingFaceSecret    = "hf-token-secret"
	DefaultProfilerImage        = "nvcr.io/nvidia/ai-dynamo/dynamo-planner:1.5.0"
)

// Layers that settings come from, lowest first. EnvironmentConfigs, which stand
// between the input and the environment, are called by their names.
const (
	LayerBuiltIn     = "built-in"
	LayerInput       = "input"
	LayerEnvironment = "environment"
)

// Default is what applies where no layer says anything.
func Default() Settings {
	return Settings{
		DiscoveryBackend:     v1beta1.DiscoveryKubernetes,
		SSHSecret:            DefaultSSHSecret,
		DiscoveryClusterRole: DefaultDiscoveryClusterRole,
		PlannerClusterRole:   DefaultPlannerClusterRole,
		PickerClusterRole:    DefaultPickerClusterRole,
		ProfilerClusterRole:  DefaultProfilerClusterRole,
		HuggingFaceSecret:    DefaultHuggingFaceSecret,
		ProfilerImage:        DefaultProfilerImage,
		ProfilerProtocol:     v1beta1.ProtocolLegacy,
		Hardware:             Hardware{Discovery: v1beta1.HardwareNodes},
		Layers:               []string{LayerBuiltIn},
	}
}
