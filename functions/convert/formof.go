package convert

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
)

// FormOf returns the version whose form the spec of a kind has, whatever its apiVersion
// says: kubectl get prints an object in the version that it is asked for. It is empty for
// what both versions spell alike, and a fault says why nobody can tell.
func FormOf(kind string, spec map[string]any) (string, *field.Error) {
	switch kind {
	case v1alpha1.GraphKind:
		return findFormOfGraph(spec)
	case v1alpha1.ComponentKind:
		old, recent := findForms(spec)
		if len(old) > 0 && len(recent) > 0 {
			return "", explainMixed(old[0], recent[0])
		}
		return chooseForm(len(old) > 0, len(recent) > 0), nil
	case v1alpha1.RequestKind:
		old := spec["profilingConfig"] != nil
		return chooseForm(old, !old), nil
	case v1alpha1.ScalingAdapterKind:
		ref, _ := spec["dgdRef"].(map[string]any)
		old, recent := ref["serviceName"] != nil, ref["componentName"] != nil
		if old && recent {
			return "", field.Forbidden(field.NewPath("spec", "dgdRef", "serviceName"), "componentName says the same in v1beta1: remove one of the two")
		}
		return chooseForm(old, recent), nil
	}
	return "", nil
}

func findFormOfGraph(spec map[string]any) (string, *field.Error) {
	old, recent := spec["services"] != nil, spec["components"] != nil
	switch {
	case old && recent:
		return "", explainBothForms()
	case !old && !recent:
		return "", explainNoForm()
	}
	return chooseForm(old, recent), nil
}

// chooseForm returns the version that fields of one of the two speak for.
func chooseForm(old, recent bool) string {
	switch {
	case old:
		return v1alpha1.Version
	case recent:
		return v1beta1.Version
	}
	return ""
}
