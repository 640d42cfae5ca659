package v1beta1

import (
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// TimeoutUnset leaves the timeout of requests to whoever runs the Gateway.
const TimeoutUnset = "unset"

// Ingress is how frontends are reached from outside of the cluster. What a
// service says in its own `ingress` block wins. With neither a class nor a
// gateway, only services with such a block are exposed.
type Ingress struct {
	// ClassName is the class of the Ingress of frontends without an `ingress`
	// block, and of components whose block names neither a class nor a gateway.
	// A change restarts no pods.
	// +optional
	ClassName string `json:"className,omitempty"`

	// TLSSecretName is the Secret, in the graph's namespace, with the certificate of the
	// Ingresses that are of class `ingress.className`. No HTTPRoute or VirtualService reads it.
	// A change restarts no pods.
	// +optional
	TLSSecretName string `json:"tlsSecretName,omitempty"`

	// HostSuffix is the domain of the hosts of frontends without an `ingress` block, and of
	// components whose block names neither a class nor a gateway, such as `example.com`: it
	// follows the name of the graph, or the host of the block, after a dot. Without it
	// `local`. A block that names a class or a gateway has a `hostSuffix` of its own.
	// A change restarts no pods.
	// +optional
	HostSuffix string `json:"hostSuffix,omitempty"`

	// VirtualServiceGateway is a Gateway of Istio, as `namespace/name`: frontends without an
	// `ingress` block, and components whose block names neither a class nor a gateway, have a
	// VirtualService there.
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

	// Namespace of the Gateway `ingress.gateway.name`. Without it that is the graph's own.
	// A change restarts no pods.
	// +optional
	Namespace string `json:"namespace,omitempty"`

	// SectionName is the listener of the Gateway `ingress.gateway.name`, such as `https`. Without it the
	// HTTPRoute is of all listeners that take its host.
	// A change restarts no pods.
	// +optional
	SectionName string `json:"sectionName,omitempty"`

	// RequestTimeout is how long a request may take at the Gateway `ingress.gateway.name`, such
	// as `30m`. Without it `0s`, as long as it needs, since a Gateway's own limit, often 15
	// seconds, would cut long answers. `unset` leaves it to the Gateway, for those that
	// refuse routes with a timeout.
	// A change restarts no pods.
	// +optional
	// +kubebuilder:validation:Pattern=`^(unset|([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?([0-9]{1,5}ms)?)$`
	RequestTimeout string `json:"requestTimeout,omitempty"`
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
	// percentage such as `25%`. Without it `1`: with several nodes to a replica that is one
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
