package layer

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Read makes an object of JSON types, with integers as int64, readable for
// layers. They share its memory and change nothing.
func Read(object map[string]any) Object {
	u := unstructured.Unstructured{Object: object}
	return Object{
		APIVersion:  u.GetAPIVersion(),
		Kind:        u.GetKind(),
		Name:        u.GetName(),
		Generation:  u.GetGeneration(),
		Annotations: u.GetAnnotations(),
		Section: func(name string) map[string]any {
			section, _ := object[name].(map[string]any)
			return section
		},
		Whole: func() map[string]any { return object },
	}
}
