package forms

import (
	"fmt"
	"maps"
	"slices"
)

// graph is the spec of a graph.
func (r *reader) graph() values {
	out := values{}
	r.copyTo(out, "envs", "env")

	if topology, found := r.take("topologyConstraint"); found {
		out["topologyConstraint"] = renameTopology(topology)
	}

	for _, name := range []string{"annotations", "backendFramework", "experimental", "labels", "priorityClassName", "providerOverride", "restart"} {
		r.copyTo(out, name, name)
	}

	if services, found := r.take("services"); found {
		out["components"] = r.components(services)
	}

	return out
}

// renameTopology is the constraint of a graph of components.
func renameTopology(constraint any) any {
	fields, ok := constraint.(values)
	if !ok {
		return constraint
	}

	out := maps.Clone(fields)
	delete(out, "topologyProfile")
	(&reader{from: fields}).copyTo(out, "topologyProfile", "clusterTopologyName")

	return out
}

// components are services, sorted by name.
func (r *reader) components(services any) any {
	byName, ok := services.(values)
	if !ok {
		return services
	}

	out := []any{}

	for _, name := range slices.Sorted(maps.Keys(byName)) {
		service, _ := byName[name].(values)
		s := &reader{from: service, at: fmt.Sprintf("%s.services[%s]", r.at, name)}
		component := s.component()
		component["name"] = name
		r.lost = append(r.lost, s.unplaced()...)
		out = append(out, component)
	}

	return out
}
