// Package optional knows the APIs that a cluster may lack. Core fails a whole
// composite that composes or requires an object of a kind that does not exist,
// so whoever wants one asks whether its API is there first.
package optional

import (
	"fmt"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Kind is a kind that a cluster may lack.
type Kind struct {
	layer.API

	// Need is the name that layers ask for it by: frozen, since core calls
	// again when names change.
	Need string
	// Install says what brings the kind.
	Install string
}

// LeaderWorkerSet runs components over several nodes.
func LeaderWorkerSet() Kind {
	return Kind{
		Need:    "leaderworkerset",
		API:     layer.API{APIVersion: "leaderworkerset.x-k8s.io/v1", Kind: "LeaderWorkerSet"},
		Install: "the LeaderWorkerSet controller (sigs.k8s.io/lws)",
	}
}

// VirtualService exposes components through Istio.
func VirtualService() Kind {
	return Kind{
		Need:    "virtualservice",
		API:     layer.API{APIVersion: "networking.istio.io/v1beta1", Kind: "VirtualService"},
		Install: "Istio",
	}
}

// HTTPRoute exposes components through the Gateway API.
func HTTPRoute() Kind {
	return Kind{
		Need:    "httproute",
		API:     layer.API{APIVersion: "gateway.networking.k8s.io/v1", Kind: "HTTPRoute"},
		Install: "the Gateway API",
	}
}

// PodMonitor is how a Prometheus finds the metrics of pods.
func PodMonitor() Kind {
	return Kind{
		Need:    "podmonitor",
		API:     layer.API{APIVersion: "monitoring.coreos.com/v1", Kind: "PodMonitor"},
		Install: "the Prometheus operator",
	}
}

// InferencePool is what an inference gateway sends requests to.
func InferencePool() Kind {
	return Kind{
		Need:    "inferencepool",
		API:     layer.API{APIVersion: "inference.networking.k8s.io/v1", Kind: "InferencePool"},
		Install: "the Gateway API Inference Extension",
	}
}

// ResourceClaim gives devices to pods, as does a ResourceClaimTemplate, which the
// same API brings. Nothing composes either: GPUs of claims are counted.
func ResourceClaim() Kind {
	return Kind{
		Need:    "resourceclaim",
		API:     layer.API{APIVersion: "resource.k8s.io/v1", Kind: "ResourceClaim"},
		Install: "Kubernetes 1.34 or later",
	}
}

// HTTPRequest is a call that provider-http makes, observes and takes back.
func HTTPRequest() Kind {
	return Kind{
		Need:    "request",
		API:     layer.API{APIVersion: "http.m.crossplane.io/v1alpha2", Kind: "Request"},
		Install: "provider-http v1.0.14 or later (docs/models.md)",
	}
}

// Kinds are all of them, sorted by kind.
func Kinds() []Kind {
	return []Kind{HTTPRoute(), InferencePool(), LeaderWorkerSet(), PodMonitor(), HTTPRequest(), ResourceClaim(), VirtualService()}
}

// Presence of a kind.
type Presence int

// Presences. Unknown lasts until core has answered, which is no reason to
// change anything.
const (
	Unknown Presence = iota
	Absent
	Present
)

// In says whether the kind is there. An object of it that was composed before,
// under key, proves it: a lapse in the answer must not delete what runs.
func (k Kind) In(in layer.In, key string) Presence {
	there, answered := in.Answers.APIs[k.Need]
	switch {
	case there, in.Observed.Has(key):
		return Present
	case answered:
		return Absent
	}
	return Unknown
}

// Lacking tells users what to install for a field that needs the kind.
func (k Kind) Lacking(field string) string {
	return fmt.Sprintf("%s (the cluster lacks %s of %s: install %s)", field, k.Kind, k.APIVersion, k.Install)
}

// Needs asks for the kinds.
func Needs(kinds ...Kind) map[string]layer.API {
	if len(kinds) == 0 {
		return nil
	}
	out := make(map[string]layer.API, len(kinds))
	for _, k := range kinds {
		out[k.Need] = k.API
	}
	return out
}
