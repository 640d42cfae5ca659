// Package dynamo is the internal model of a graph and its components: what the
// renderers read. API versions are converted to it once, at the edge, so that
// a further version costs a conversion and no renderer changes.
//
// Values of this package are read-only: renderers copy what they change.
package dynamo

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Component types with defaults of their own.
const (
	TypeFrontend = v1alpha1.ComponentTypeFrontend
	TypeWorker   = v1alpha1.ComponentTypeWorker
	TypePrefill  = v1alpha1.ComponentTypePrefill
	TypeDecode   = v1alpha1.ComponentTypeDecode
	TypePlanner  = v1alpha1.ComponentTypePlanner
	TypePicker   = v1alpha1.ComponentTypeEPP
)

// MainContainer is the name of the container that runs the component.
const MainContainer = "main"

// Component is one service of a graph, or a component on its own.
type Component struct {
	// Name of the component and its workload; Namespace is the Kubernetes one.
	Name      string
	Namespace string

	// Graph is the name of the graph; for a standalone component its own.
	Graph string
	// Standalone says that no graph made the component.
	Standalone bool
	// Service is the component's name inside its graph, as written.
	Service string
	// DynamoNamespace is the namespace that its pods register in; GlobalNamespace
	// says that it is the one that graphs share.
	DynamoNamespace string
	GlobalNamespace bool

	// At says where the component's values stand in the manifest of its user.
	At Paths

	// Type is the effective type; prefill and decode workers are of type
	// prefill and decode. Empty is a type of its own, without defaults.
	Type string
	// SubType is the label value; set for prefill and decode always.
	SubType string

	// Labels and Annotations of the user that count: those of Own, with those of
	// Pod.Metadata over them.
	Labels      map[string]string
	Annotations map[string]string
	// Own are the component's, over those that its graph gives to all.
	Own Metadata

	// Replicas that the workload is asked to have.
	Replicas int32
	// Nodes that one replica is spread over; 1 unless the component is
	// multinode.
	Nodes int32
	// Orchestrator runs the component's pods.
	Orchestrator Orchestrator
	// ScalingAdapter asks for a target for autoscalers.
	ScalingAdapter bool
	Engine         EngineChoice
	Pod            Pod

	// Model is the base model that the component serves; empty without
	// modelRef. On its revision depends only a command line that is made for it.
	Model, ModelRevision string
	// Ingress is the component's own ingress block; nil without one.
	Ingress *Ingress
	// Picker configures a component of type epp; nil without eppConfig.
	Picker *Picker
	// RuntimeOverride is the version of the runtime as the user writes it; empty
	// where that is left to the image.
	RuntimeOverride string
	// SiteRuntime is the version that the settings say of runtimes of which nothing
	// else tells it.
	SiteRuntime version.Version
	// SiteImages are those of the settings, for components that name none.
	SiteImages settings.Images
	// SiteEnv and SiteIngress are variables and exposure of the settings, for what is said
	// of the component: what is rendered takes them from the settings.
	SiteEnv     []corev1.EnvVar
	SiteIngress settings.Ingress
	// Queue of the settings that the component's workload belongs to; empty for none.
	Queue string
	// SSHSecret holds the key pair that MPI reaches the component's workers
	// with; empty for the one that the settings name.
	SSHSecret string
	// Claimed are the GPUs that resource claims give to the main container, as
	// far as the claims are known.
	Claimed Claimed
	// Picked says that an endpoint picker of the graph chooses among the pods
	// of this worker.
	Picked bool

	// Restart is the id of the component's last restart, if any. RestartCount
	// tells apart restarts of one id; empty for the first restart of a graph.
	Restart, RestartCount string

	// Ignored are the fields that are accepted and not acted on.
	Ignored []string
	// Faults are what is wrong with values that could not be read.
	Faults field.ErrorList
}

// Claimed are GPUs of resource claims.
type Claimed struct {
	GPUs int64
	// Uncounted says that their number is not known now: GPUs is what it was
	// before, if anything.
	Uncounted bool
}

// Metadata are labels and annotations.
type Metadata struct {
	Labels, Annotations map[string]string
}

// Ingress exposes a component outside of the cluster. What is empty was not
// given.
type Ingress struct {
	Enabled bool
	// Host is the first part of the host name, between Prefix and Suffix.
	Host, Prefix, Suffix string
	// Class of the Ingress, and the Secret of its certificate.
	Class, TLSSecret string
	// VirtualService asks for one of Istio, at Gateway.
	VirtualService bool
	Gateway        string

	Labels, Annotations map[string]string
}

// Picker is the configuration of an endpoint picker: a document in place, or
// one key of a ConfigMap.
type Picker struct {
	// Document is JSON; nil for a reference.
	Document []byte
	// ConfigMap and Key that hold the document; both empty with a document in
	// place.
	ConfigMap, Key string
	// Optional lets pods start without the ConfigMap; nil when not given.
	Optional *bool
}

// Pod is the user's part of a component's pods.
type Pod struct {
	// Spec is extraPodSpec without its main container.
	Spec corev1.PodSpec
	// Main is extraPodSpec.mainContainer; nil when not given.
	Main *corev1.Container

	Envs           []corev1.EnvVar
	EnvFromSecret  string
	Resources      Resources
	LivenessProbe  *corev1.Probe
	ReadinessProbe *corev1.Probe
	Mounts         []Mount
	SharedMemory   SharedMemory
	Sidecar        *Sidecar

	// Metadata is that of extraPodMetadata.
	Metadata Metadata
}

// Mount is an entry of volumeMounts.
type Mount struct {
	Name, Path string
	// CompilationCache keeps the engine's compiled kernels there.
	CompilationCache bool
}

// SharedMemory is the size of /dev/shm.
type SharedMemory struct {
	Disabled bool
	// Size in bytes; nil for the default.
	Size *resource.Quantity
}

// Sidecar is a frontend in the pod of another component: one of the user's further
// containers, or a container that is made for it.
type Sidecar struct {
	// Container is the name of the user's; empty for one that is made, of what
	// follows.
	Container string

	Image         string
	Args          []string
	Envs          []corev1.EnvVar
	EnvFromSecret string
}

// FindSidecar returns the user's container that is the frontend sidecar, and whether
// there is one.
func (p Pod) FindSidecar() (corev1.Container, bool) {
	if p.Sidecar == nil || p.Sidecar.Container == "" {
		return corev1.Container{}, false
	}
	i := slices.IndexFunc(p.Spec.Containers, func(c corev1.Container) bool { return c.Name == p.Sidecar.Container })
	if i < 0 {
		return corev1.Container{}, false
	}
	return p.Spec.Containers[i], true
}

// Resources are the amounts of the service's resources block, still as text:
// validation names those that do not parse.
type Resources struct {
	Limits, Requests Amounts
	Claims           []corev1.ResourceClaim
}

// Amounts are quantities by resource.
type Amounts struct {
	CPU, Memory, GPU string
	// GPUType is the resource that GPU counts; empty for nvidia.com/gpu.
	GPUType string
	Custom  map[string]string
}

// IsWorker says whether components of the type run an inference engine.
func IsWorker(componentType string) bool {
	return componentType == TypeWorker || componentType == TypePrefill || componentType == TypeDecode
}

// Owner is the name that shared objects of the component, such as its
// discovery account, are called after.
func (c Component) Owner() string { return c.Graph }

// Multinode says whether one replica is spread over several nodes. Nothing
// follows from it about the kind of the workload: ask the Orchestrator.
func (c Component) Multinode() bool { return c.Nodes > 1 }
