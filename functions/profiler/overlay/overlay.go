// Package overlay puts what a request says of its graph over the graph that profiling
// generates.
package overlay

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Where the two forms of a graph have its components: in a list and in a map.
const (
	components = "components"
	services   = "services"
)

// Apply returns the graph with the overlay over it, or what of the overlay has no place
// there. Objects are merged key by key, components and containers by name; other items
// that have names replace those of the same name, and all other lists, and empty ones, the
// whole list.
func Apply(graph, overlay map[string]any, at *field.Path) (map[string]any, field.ErrorList) {
	out := runtime.DeepCopyJSON(graph)
	spec, _ := out["spec"].(map[string]any)
	over, _ := overlay["spec"].(map[string]any)
	if faults := findStrangers(spec, over, at.Child("spec")); len(faults) > 0 {
		return nil, faults
	}
	if len(over) > 0 && spec != nil {
		mergeMap(spec, runtime.DeepCopyJSON(over))
	}
	metadata, _ := overlay["metadata"].(map[string]any)
	mergeMetadata(out, runtime.DeepCopyJSON(metadata))
	return out, nil
}

// mergeMetadata takes of an overlay's metadata what makes sense of a graph that does
// not exist yet.
func mergeMetadata(graph, over map[string]any) {
	for _, key := range taken() {
		value, given := over[key]
		if !given || value == "" { // An API server drops an empty name.
			continue
		}
		metadata, ok := graph["metadata"].(map[string]any)
		if !ok {
			metadata = map[string]any{}
			graph["metadata"] = metadata
		}
		mergeMap(metadata, map[string]any{key: value})
	}
}

// findStrangers names the components of an overlay that the graph lacks: they would be
// made of what the overlay says alone.
func findStrangers(spec, over map[string]any, at *field.Path) field.ErrorList {
	has, other := components, services
	if _, ok := spec[services]; ok {
		has, other = services, components
	}
	if _, ok := over[other]; ok {
		return field.ErrorList{field.Forbidden(at.Child(other), fmt.Sprintf("the generated graph has %s, and no %s: write under %s what to change of them", has, other, has))}
	}
	known := listNames(spec[has])
	var faults field.ErrorList
	for _, name := range listNames(over[has]) {
		if !slices.Contains(known, name) {
			faults = append(faults, field.NotSupported(at.Child(has).Key(name), name, known))
		}
	}
	return faults
}

// listNames returns the names of components in either form, sorted.
func listNames(of any) []string {
	var out []string
	switch v := of.(type) {
	case map[string]any:
		return slices.Sorted(maps.Keys(v))
	case []any:
		for _, item := range v {
			out = append(out, nameOf(item))
		}
	}
	slices.Sort(out)
	return out
}

func nameOf(item any) string {
	fields, _ := item.(map[string]any)
	name, _ := fields["name"].(string)
	return name
}
