package validate

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// withoutFaulty renders a graph again without the services that have faults, so
// that all is said of the others in one go: a graph with a fault becomes nothing.
// It returns the node itself where it has no faults, or others than those of
// services.
func withoutFaulty(p *preview.Previewer, m manifest, n preview.Node) (preview.Node, error) {
	services, ok, _ := unstructured.NestedMap(m.Object, "spec", "services")
	if n.Result == nil || !ok || len(n.Result.Children) > 0 {
		return n, nil
	}
	faults := slices.Concat(n.Result.Found.Faults, n.Result.Found.Collisions)
	before := len(services)
	for _, e := range faults {
		if name := serviceIn(services, e.Field); name != "" {
			delete(services, name)
		}
	}
	if len(services) == 0 || len(services) == before {
		return n, nil
	}
	rest := m.DeepCopy()
	unstructured.RemoveNestedField(rest.Object, "spec", "restart") // Its order names every service.
	if err := unstructured.SetNestedMap(rest.Object, services, "spec", "services"); err != nil {
		return n, nil //nolint:nilerr // spec is a map: services were found in it.
	}
	return p.Render(rest.Object)
}

// serviceIn is the service that a field path begins with.
func serviceIn(services map[string]any, path string) string {
	for name := range services {
		at := field.NewPath("spec", "services").Key(name).String()
		if rest, ok := strings.CutPrefix(path, at); ok && endsSegment(rest) {
			return name
		}
	}
	return ""
}
