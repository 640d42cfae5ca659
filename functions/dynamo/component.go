// Package dynamo is the internal model of a graph and its components: what the
// renderers read. API versions are converted to it once, at the edge, so that
// a further version costs a conversion and no renderer changes.
//
// Values of this package are read-only: renderers copy what they change.
package dynamo

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Component types with defaults of their own.
const (
	TypeFrontend = "frontend"
	TypeWorker   = "worker"
	TypePrefill  = "prefill"
	TypeDecode   = "decode"
	TypePlanner  = "planner"
	TypePicker   = "epp"
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
	// DynamoNamespace is the namespace that its pods register in.
	DynamoNamespace string

	// Type is the effective type; prefill and decode workers are of type
	// prefill and decode. Empty is a type of its own, without defaults.
	Type string
	// SubType is the label value; set for prefill and decode always.
	SubType string

	// Labels and Annotations of the user, the service's over the graph's and
	// those of extraPodMetadata over both.
	Labels      map[string]string
	Annotations map[string]string

	// Replicas that the workload is asked to have.
	Replicas int32
	// Nodes that one replica is spread over; 1 unless the component is
	// multinode.
	Nodes int32
	// ScalingAdapter asks for a target for autoscalers.
	ScalingAdapter bool
	Engine         EngineHints
	Pod            Pod

	// Model is the base model that the component serves; empty without
	// modelRef.
	Model string
	// Ingress is the component's own ingress block; nil without one.
	Ingress *Ingress
	// Picker configures a component of type epp; nil without eppConfig.
	Picker *Picker
	// SSHSecret holds the key pair that MPI reaches the component's workers
	// with; empty for the one that the settings name.
	SSHSecret string
	// Picked says that an endpoint picker of the graph chooses among the pods
	// of this worker.
	Picked bool

	// Unsupported names the fields that are accepted and not acted on, as
	// paths below the component's spec.
	Unsupported []string
	// Deprecated names the fields that are ignored with a warning.
	Deprecated []string
}

// EngineHints is what is said of a component's engine outside of its command
// line.
type EngineHints struct {
	// Declared is backendFramework; empty when not given.
	Declared string
	// Sibling is the one engine found on the graph's other workers.
	Sibling string
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

// Sidecar is a frontend in the pod of another component.
type Sidecar struct {
	Image         string
	Args          []string
	Envs          []corev1.EnvVar
	EnvFromSecret string
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

// Multinode says whether one replica is spread over several nodes.
func (c Component) Multinode() bool { return c.Nodes > 1 }
