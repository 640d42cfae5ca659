// Package settings folds what the platform team set into the one value that
// renderers read. No renderer asks where a value came from.
package settings

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"

	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// Settings are the knobs with their defaults applied.
type Settings struct {
	// DiscoveryBackend is kubernetes or etcd.
	DiscoveryBackend string

	// Addresses of infrastructure; empty where a site has none.
	NATSAddress        string
	EtcdAddress        string
	ModelExpressURL    string
	PrometheusEndpoint string

	// Ingress is how frontends without an ingress block of their own are
	// exposed; they are not while both its class and its gateway are empty.
	Ingress Ingress

	// SSHSecret is the Secret with the key pair of TensorRT-LLM over several
	// nodes, used where the namespace holds it.
	SSHSecret string

	// PlannerClusterRole and PickerClusterRole are bound to the accounts of
	// planners and endpoint pickers.
	PlannerClusterRole string
	PickerClusterRole  string

	// PullSecrets to add by the registry of an image, in the order given.
	PullSecrets []PullSecret
}

// Ingress are a site's defaults of exposure. What is empty was not given.
type Ingress struct {
	Class, TLSSecret string
	// HostSuffix follows the name of the graph, after a dot.
	HostSuffix string
	// Gateway of Istio, as namespace/name.
	Gateway string
}

// Names that the settings have where the input says nothing.
const (
	DefaultSSHSecret          = "mpi-run-ssh-secret"
	DefaultPlannerClusterRole = "function-dynamo:planner"
	DefaultPickerClusterRole  = "function-dynamo:picker"
)

// PullSecret names the Secret for the images of a registry.
type PullSecret struct {
	Registry, Name string
}

// Default is what applies where the input says nothing.
func Default() Settings {
	return Settings{
		DiscoveryBackend:   v1beta1.DiscoveryKubernetes,
		SSHSecret:          DefaultSSHSecret,
		PlannerClusterRole: DefaultPlannerClusterRole,
		PickerClusterRole:  DefaultPickerClusterRole,
	}
}

// Decode reads the input of a pipeline step; nothing at all means the defaults.
// It is strict: every unknown, doubled or ill-typed field is a fault.
func Decode(raw []byte) (Settings, field.ErrorList) {
	if len(raw) == 0 {
		return Default(), nil
	}
	in := v1beta1.Settings{}
	strict, err := kjson.UnmarshalStrict(raw, &in)
	root := field.NewPath("input")
	if err != nil {
		return Default(), field.ErrorList{field.Invalid(root, "Settings", fmt.Sprintf("cannot be read: %v", err))}
	}
	faults := field.ErrorList{}
	for _, e := range strict {
		faults = append(faults, field.Invalid(root, "Settings", e.Error()+": correct or remove it"))
	}
	faults = append(faults, validate(in, root)...)
	return fold(Default(), in), faults
}

func validate(in v1beta1.Settings, root *field.Path) field.ErrorList {
	faults := field.ErrorList{}
	known := []string{v1beta1.DiscoveryKubernetes, v1beta1.DiscoveryEtcd}
	if b := in.Discovery.Backend; b != "" && b != known[0] && b != known[1] {
		faults = append(faults, field.NotSupported(root.Child("discovery", "backend"), b, known))
	}
	for i, s := range in.ImagePullSecrets {
		p := root.Child("imagePullSecrets").Index(i)
		if s.Registry == "" {
			faults = append(faults, field.Required(p.Child("registry"), "name the registry whose images need the Secret"))
		}
		if s.Name == "" {
			faults = append(faults, field.Required(p.Child("name"), "name the Secret"))
		}
	}
	return faults
}

func fold(base Settings, in v1beta1.Settings) Settings {
	out := base
	set(&out.DiscoveryBackend, in.Discovery.Backend)
	set(&out.NATSAddress, in.Infrastructure.NATSAddress)
	set(&out.EtcdAddress, in.Infrastructure.EtcdAddress)
	set(&out.ModelExpressURL, in.Infrastructure.ModelExpressURL)
	set(&out.PrometheusEndpoint, in.Infrastructure.PrometheusEndpoint)
	if len(in.ImagePullSecrets) > 0 {
		out.PullSecrets = make([]PullSecret, 0, len(in.ImagePullSecrets))
	}
	for _, s := range in.ImagePullSecrets {
		out.PullSecrets = append(out.PullSecrets, PullSecret{Registry: s.Registry, Name: s.Name})
	}
	return out
}

func set(dst *string, v string) {
	if v != "" {
		*dst = v
	}
}
