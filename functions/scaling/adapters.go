package scaling

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Need is the name under which layers ask for the adapters of a namespace.
const Need = "adapters"

// Selector selects all adapters of a namespace: a small kind.
func Selector(namespace string) layer.Selector {
	return layer.Selector{
		API:       layer.API{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ScalingAdapterKind},
		Namespace: namespace,
	}
}

// Target is the service that an adapter scales.
type Target struct {
	Graph, Service string
}

// fieldService and fieldComponent are how v1alpha1 and v1beta1 name a service. An adapter
// has one of the two.
const (
	fieldService   = "serviceName"
	fieldComponent = "componentName"
)

// TargetOf reads an adapter's dgdRef.
func TargetOf(adapter layer.Object) Target {
	ref, _ := adapter.Spec()["dgdRef"].(map[string]any)
	graph, _ := ref["name"].(string)
	service, _ := ref[findField(adapter)].(string)
	return Target{Graph: graph, Service: service}
}

// Reference names a service in an adapter. One that exists and names its component as
// v1beta1 does keeps that, since it takes no second name: as the operator since 1.5 has
// made it.
func Reference(t Target, existing layer.Object) v1alpha1.ServiceReference {
	if findField(existing) == fieldComponent {
		return v1alpha1.ServiceReference{Name: t.Graph}
	}
	return v1alpha1.ServiceReference{Name: t.Graph, ServiceName: t.Service}
}

// findField returns the field by which an adapter names its service.
func findField(adapter layer.Object) string {
	ref, _ := adapter.Spec()["dgdRef"].(map[string]any)
	if _, ok := ref[fieldComponent]; ok {
		return fieldComponent
	}
	return fieldService
}

// Of lists the adapters of a service, the one that counts first: one that a
// graph composed, then the oldest, then the first by name.
func Of(t Target, adapters []layer.Object) []layer.Object {
	var out []layer.Object
	for _, a := range adapters {
		if TargetOf(a) == t {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b layer.Object) int {
		return cmp.Or(
			-cmp.Compare(rank(a), rank(b)),
			cmp.Compare(a.Metadata("creationTimestamp"), b.Metadata("creationTimestamp")),
			cmp.Compare(a.Name, b.Name),
		)
	})
	return out
}

// Counting is the name of the adapter that counts among all of a service, as Of
// lists them: the one that the graph composes, also before it exists, else the
// first. Composed is empty where the graph composes none; so is the result where
// there is no adapter at all.
func Counting(composed string, all []layer.Object) string {
	if composed == "" && len(all) > 0 {
		return all[0].Name
	}
	return composed
}

// Ignored says why an adapter has no effect. A graph says it of an adapter that
// stands beside it; the adapter's own words are those of condition Bound.
func Ignored(name, counts string) string {
	return ignores(name) + fmt.Sprintf("since %q scales the service: delete one of the two", counts)
}

// TellsOf says whether a text has Ignored's words on the adapter of a name.
func TellsOf(text, name string) bool { return strings.Contains(text, ignores(name)) }

func ignores(name string) string { return fmt.Sprintf("scaling adapter %q is ignored, ", name) }

func rank(adapter layer.Object) int {
	if adapter.Controlled() {
		return 1
	}
	return 0
}
