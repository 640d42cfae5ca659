package conformance

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Feature of a service that only some manifests use.
type Feature string

// Features.
const (
	// Multinode: one replica is several pods.
	Multinode Feature = "multinode"
	// Ingress: the service is exposed by an ingress block of its own.
	Ingress Feature = "ingress"
	// EndpointPicker: the service picks workers for an inference gateway.
	EndpointPicker Feature = "epp"
	// Planner: the service scales the graph.
	Planner Feature = "planner"
	// ModelRef: the service serves a base model that others refer to.
	ModelRef Feature = "modelRef"
)

// features returns which services use what, by name and sorted. A manifest of a
// single component is a service by its own name.
func features(manifests []map[string]any) map[Feature][]string {
	out := map[Feature][]string{}
	for _, m := range manifests {
		all := services(m)
		for _, name := range slices.Sorted(maps.Keys(all)) {
			for _, f := range used(all[name]) {
				out[f] = append(out[f], name)
			}
		}
	}
	return out
}

// services returns the services of a graph or component by name.
func services(manifest map[string]any) map[string]map[string]any {
	out := map[string]map[string]any{}
	u := unstructured.Unstructured{Object: manifest}
	switch u.GetKind() {
	case "DynamoGraphDeployment":
		spec, _ := manifest["spec"].(map[string]any)
		all, _ := spec["services"].(map[string]any)
		for name, s := range all {
			if service, ok := s.(map[string]any); ok {
				out[name] = service
			}
		}
	case "DynamoComponentDeployment":
		if spec, ok := manifest["spec"].(map[string]any); ok {
			out[u.GetName()] = spec
		}
	}
	return out
}

func used(service map[string]any) []Feature {
	kind, _ := service["componentType"].(string)
	_, hasPicker := service["eppConfig"]
	uses := []struct {
		feature Feature
		yes     bool
	}{
		{Multinode, nodes(service) > 1},
		{Ingress, enabled(service["ingress"])},
		{EndpointPicker, kind == "epp" || hasPicker},
		{Planner, kind == "planner"},
		{ModelRef, service["modelRef"] != nil},
	}
	var out []Feature
	for _, u := range uses {
		if u.yes {
			out = append(out, u.feature)
		}
	}
	return out
}

func nodes(service map[string]any) int {
	block, _ := service["multinode"].(map[string]any)
	n, _ := block["nodeCount"].(int)
	return n
}

func enabled(block any) bool {
	fields, _ := block.(map[string]any)
	yes, _ := fields["enabled"].(bool)
	return yes
}
