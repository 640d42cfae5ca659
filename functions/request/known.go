package request

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kjson "sigs.k8s.io/json"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// pickKnown returns a graph without the fields of its spec that the API server does not
// know: it refuses one that is applied with any.
func pickKnown(graph map[string]any) map[string]any {
	of := reflect.TypeFor[v1alpha1.DynamoGraphDeploymentSpec]()
	if isOfComponents(graph) {
		of = reflect.TypeFor[v1beta1.DynamoGraphDeploymentSpec]()
	}
	out := maps.Clone(graph)
	if spec, ok := graph["spec"].(map[string]any); ok {
		out["spec"] = object.PickKnown(spec, of, object.Open{
			reflect.TypeFor[v1beta1.GraphComponent](): true,
			reflect.TypeFor[v1beta1.Role]():           true,
		})
	}
	return out
}

// isOfComponents says whether a graph has the form of version v1beta1. What counts are the
// fields that are there: either version takes both forms.
func isOfComponents(graph map[string]any) bool {
	spec, _ := graph["spec"].(map[string]any)
	_, services := spec["services"]
	_, components := spec["components"]
	if services == components {
		return graph["apiVersion"] == v1beta1.GroupVersion().String()
	}
	return components
}

// findUnknown returns the faults of a graph's fields that its form does not have. It
// returns an error for those that no graph can be made of.
func findUnknown(graph map[string]any) ([]string, error) {
	u := unstructured.Unstructured{Object: graph}
	switch u.GetAPIVersion() {
	case v1alpha1.GroupVersion().String(), v1beta1.GroupVersion().String():
	default:
		return nil, fmt.Errorf("the graph is of %q: only %s and %s are served",
			layer.Shorten(u.GetAPIVersion()), v1alpha1.GroupVersion(), v1beta1.GroupVersion())
	}
	var typed any = &v1alpha1.DynamoGraphDeployment{}
	if isOfComponents(graph) {
		typed = &v1beta1.DynamoGraphDeployment{}
	}
	raw, err := json.Marshal(graph)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	strict, err := kjson.UnmarshalStrict(raw, typed)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	out := make([]string, 0, len(strict))
	for _, e := range strict {
		out = append(out, e.Error())
	}
	return out, nil
}
