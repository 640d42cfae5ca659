package preview

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// annotationKey is where core keeps the key of a composed object.
const annotationKey = "crossplane.io/composition-resource-name"

// holdings are the objects of a cluster.
type holdings []unstructured.Unstructured

// hold keeps objects as layers see them; those in lists, as kubectl get prints them,
// each. One without a namespace is in the given one.
func hold(objects []map[string]any, namespace string) holdings {
	out := make(holdings, 0, len(objects))
	for _, o := range objects {
		if items, ok := Items(o); ok {
			out = append(out, hold(items, namespace)...)
			continue
		}
		u := unstructured.Unstructured{Object: o}
		if u.GetNamespace() == "" {
			u = *u.DeepCopy()
			u.SetNamespace(namespace)
		}
		out = append(out, stored(u))
	}
	return out
}

// stored returns an object of ours in the version that core reads it in, whichever one
// it was written in. Nothing but the version changes: a definition serves both.
func stored(u unstructured.Unstructured) unstructured.Unstructured {
	gv := u.GroupVersionKind().GroupVersion()
	if gv != v1beta1.GroupVersion() {
		return u
	}
	out := unstructured.Unstructured{Object: maps.Clone(u.Object)}
	out.SetAPIVersion(v1alpha1.GroupVersion().String())
	return out
}

// observed are the held objects that the composite controls, by key.
func (h holdings) observed(owner unstructured.Unstructured) layer.Observed {
	out := layer.Observed{}
	for _, u := range h {
		key := u.GetAnnotations()[annotationKey]
		if key != "" && (owner.GetNamespace() == "" || u.GetNamespace() == owner.GetNamespace()) && controls(owner, u) {
			out[key] = layer.Read(u.Object)
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

// serverMetadata are fields that the API server writes.
func serverMetadata() []string {
	return []string{"creationTimestamp", "generation", "managedFields", "ownerReferences", "resourceVersion", "uid"}
}

// admit treats an object as one that is created or, where it is held already, as
// one that replaces the held one. It returns what the API server says of it, and
// the object as it is stored: with the status and the server's metadata.
func (h holdings) admit(s *dryrun.Schema, u unstructured.Unstructured) (dryrun.Result, map[string]any) {
	old, ok := h.held(u)
	if !ok {
		admitted := s.Admit(u.Object)
		return admitted, stored(unstructured.Unstructured{Object: admitted.Object}).Object
	}
	before := unstructured.Unstructured{Object: maps.Clone(old.Object)}
	before.SetAPIVersion(u.GetAPIVersion())
	admitted := s.AdmitUpdate(before.Object, u.Object)
	after := stored(written(old, unstructured.Unstructured{Object: admitted.Object}))
	delete(admitted.Object, "status")
	return admitted, after.Object
}

// written is what is held of an object once a manifest of it was applied: with
// the server's metadata.
func written(old, u unstructured.Unstructured) unstructured.Unstructured {
	out := *u.DeepCopy()
	for _, name := range serverMetadata() {
		if v, ok, _ := unstructured.NestedFieldCopy(old.Object, "metadata", name); ok {
			_ = unstructured.SetNestedField(out.Object, v, "metadata", name) // Fails on what Admit refuses.
		}
	}
	return out
}

// held returns the held object that has a manifest's name. One whose name is
// left to the API server is new each time.
func (h holdings) held(u unstructured.Unstructured) (unstructured.Unstructured, bool) {
	if u.GetName() == "" {
		return unstructured.Unstructured{}, false
	}
	wanted := stored(u)
	for _, old := range h {
		if old.GroupVersionKind() == wanted.GroupVersionKind() && old.GetName() == u.GetName() && old.GetNamespace() == u.GetNamespace() {
			return old, true
		}
	}
	return unstructured.Unstructured{}, false
}

// with returns the holdings plus manifests, so that layers below can require them.
// A manifest takes the place of what is held of the same object.
func (h holdings) with(manifests holdings) holdings {
	out := slices.Clone(h)
	for _, u := range manifests {
		i := slices.IndexFunc(out, func(o unstructured.Unstructured) bool {
			return same(o.Object, u.Object, "") && o.GroupVersionKind() == u.GroupVersionKind()
		})
		if i < 0 || u.GetName() == "" {
			out = append(out, u)
			continue
		}
		held := written(out[i], u)
		if status, ok := out[i].Object["status"]; ok && held.Object["status"] == nil {
			held.Object["status"] = status
		}
		out[i] = held
	}
	return out
}
