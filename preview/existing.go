package preview

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// annotationKey is where core keeps the key of a composed object.
const annotationKey = "crossplane.io/composition-resource-name"

// holdings are the objects of a cluster.
type holdings []unstructured.Unstructured

func hold(objects []map[string]any) holdings {
	out := make(holdings, 0, len(objects))
	for _, o := range objects {
		u := unstructured.Unstructured{Object: o}
		if u.GetNamespace() == "" {
			u = *u.DeepCopy()
			u.SetNamespace(defaultNamespace)
		}
		out = append(out, u)
	}
	return out
}

// observed are the held objects that the composite controls, by key.
func (h holdings) observed(owner unstructured.Unstructured) layer.Observed {
	out := layer.Observed{}
	for _, u := range h {
		key := u.GetAnnotations()[annotationKey]
		if key != "" && u.GetNamespace() == owner.GetNamespace() && controls(owner, u) {
			out[key] = facts(u)
		}
	}
	return out
}

func controls(owner, u unstructured.Unstructured) bool {
	for _, r := range u.GetOwnerReferences() {
		if r.Controller != nil && *r.Controller && r.Kind == owner.GetKind() && r.Name == owner.GetName() {
			return true
		}
	}
	return false
}

func facts(u unstructured.Unstructured) layer.Object {
	return layer.Object{
		APIVersion:  u.GetAPIVersion(),
		Kind:        u.GetKind(),
		Name:        u.GetName(),
		Generation:  u.GetGeneration(),
		Annotations: u.GetAnnotations(),
		Section: func(name string) map[string]any {
			section, _ := u.Object[name].(map[string]any)
			return section
		},
	}
}

// withStatus gives a manifest the status and the generation of the held object
// that it would update.
func (h holdings) withStatus(manifest map[string]any) map[string]any {
	m := unstructured.Unstructured{Object: manifest}
	for _, u := range h {
		if u.GroupVersionKind() != m.GroupVersionKind() || u.GetName() != m.GetName() || u.GetNamespace() != m.GetNamespace() {
			continue
		}
		out := m.DeepCopy()
		out.SetGeneration(u.GetGeneration())
		if status, ok := u.Object["status"]; ok {
			out.Object["status"] = status
		}
		return out.Object
	}
	return manifest
}
