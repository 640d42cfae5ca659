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

// Settings is what a platform team decides once for all graphs that a
// Composition serves. Everything may be left out.
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

	// ImagePullSecrets are given to pods that run an image of the registry,
	// behind those that the user named.
	// +optional
	ImagePullSecrets []RegistryPullSecret `json:"imagePullSecrets,omitempty"`
}

// Discovery is how pods find each other.
type Discovery struct {
	// Backend is kubernetes (default) or etcd. An annotation of a graph or
	// service, nvidia.com/dynamo-discovery-backend, wins.
	// +optional
	// +kubebuilder:validation:Enum=kubernetes;etcd
	Backend string `json:"backend,omitempty"`
}

// Infrastructure is where the services are that Dynamo's runtime uses. What is
// left out is not given to pods.
type Infrastructure struct {
	// EtcdAddress becomes ETCD_ENDPOINTS, as host:port.
	// +optional
	EtcdAddress string `json:"etcdAddress,omitempty"`

	// ModelExpressURL becomes MODEL_EXPRESS_URL.
	// +optional
	ModelExpressURL string `json:"modelExpressURL,omitempty"`

	// NATSAddress becomes NATS_SERVER, as nats://host:port.
	// +optional
	NATSAddress string `json:"natsAddress,omitempty"`

	// PrometheusEndpoint becomes PROMETHEUS_ENDPOINT, as a URL.
	// +optional
	PrometheusEndpoint string `json:"prometheusEndpoint,omitempty"`
}

// RegistryPullSecret names the Secret to pull images of a registry with.
type RegistryPullSecret struct {
	// Name of the Secret in the graph's namespace.
	Name string `json:"name"`

	// Registry as images name it, such as nvcr.io.
	Registry string `json:"registry"`
}
