package validate

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate/trace"
)

// withoutFaulty renders a graph again without the services that have faults, so
// that all is said of the others in one go: a graph with a fault becomes nothing.
// It returns the node itself where it has no faults, or others than those of
// services.
func withoutFaulty(p *preview.Previewer, m manifest, n preview.Node) (preview.Node, error) {
	names := listServices(m.Object)
	if n.Result == nil || len(names) == 0 || len(n.Result.Children) > 0 {
		return n, nil
	}
	var faulty []string
	for _, e := range slices.Concat(n.Result.Found.Faults, n.Result.Found.Collisions) {
		if name := serviceIn(m.Object, names, e.Field); name != "" && !slices.Contains(faulty, name) {
			faulty = append(faulty, name)
		}
	}
	if len(faulty) == 0 || len(faulty) == len(names) {
		return n, nil
	}
	rest := m.DeepCopy()
	unstructured.RemoveNestedField(rest.Object, "spec", "restart") // Its order names every service.
	removeServices(rest.Object, faulty)
	return p.Render(rest.Object)
}

// listServices returns the names of a graph's services, or of its components.
func listServices(graph map[string]any) []string {
	services, _, _ := unstructured.NestedMap(graph, "spec", "services")
	out := slices.Collect(maps.Keys(services))
	components, _, _ := unstructured.NestedSlice(graph, "spec", "components")
	for _, c := range components {
		out = append(out, nameOfItem(c))
	}
	return out
}

// removeServices removes services, or components, from a graph, in place.
func removeServices(graph map[string]any, names []string) {
	for _, name := range names {
		unstructured.RemoveNestedField(graph, "spec", "services", name)
	}
	spec, _ := graph["spec"].(map[string]any)
	if components, ok := spec["components"].([]any); ok {
		spec["components"] = slices.DeleteFunc(components, func(c any) bool { return slices.Contains(names, nameOfItem(c)) })
	}
}

// nameOfItem is the name of a component of a list.
func nameOfItem(item any) string {
	component, _ := item.(map[string]any)
	name, _ := component["name"].(string)
	return name
}

// serviceIn is the service that a field path begins with.
func serviceIn(graph map[string]any, names []string, path string) string {
	for _, name := range names {
		at := trace.Origin{Manifest: graph, Service: name}.Spec()
		if rest, ok := strings.CutPrefix(path, at); ok && endsSegment(rest) {
			return name
		}
	}
	return ""
}
