package verdict

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// Normal returns an object as an API server keeps it, with the defaults of its kind: only
// what is different then is different for its controller. What cannot be read, and what
// other servers define, is returned as it is.
func (v *Offline) Normal(object map[string]any) map[string]any {
	u := unstructured.Unstructured{Object: object}
	typed, err := v.scheme.New(u.GroupVersionKind())
	if err != nil {
		return object
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object, typed); err != nil {
		return object
	}
	v.scheme.Default(typed)
	out, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		return object
	}
	return out
}
