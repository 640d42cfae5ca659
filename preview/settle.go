package preview

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/functions/graph/restart"
)

// Settle renders manifests over what a cluster holds that they composed before, and over
// what comes of that, until nothing changes any more: a layer leaves some fields as it
// observes them, so that what becomes of an edit also depends on what was there. Objects
// that nothing composes any more count until they are deleted, and no longer.
func (p *Previewer) Settle(manifests, before []map[string]any) ([]Node, error) {
	held := before
	for range maxRounds {
		nodes, err := p.Beside(held).All(manifests)
		if err != nil {
			return nil, err
		}
		now := Applied(nodes, p.options.namespace())
		next := p.among(before, now)
		if reflect.DeepEqual(next, held) {
			return nodes, nil
		}
		held = next
	}
	return nil, fmt.Errorf("what becomes of the manifests is something else each time it is rendered, %d times", maxRounds)
}

// among returns what was held before of the objects that there are now, followed by these.
func (p *Previewer) among(before, now []map[string]any) []map[string]any {
	ids := map[string]bool{}
	for _, o := range now {
		ids[p.identify(o)] = true
	}
	var out []map[string]any
	for _, o := range before {
		if ids[p.identify(o)] {
			out = append(out, o)
		}
	}
	return append(out, now...)
}

func (p *Previewer) identify(object map[string]any) string {
	return Identify(object, p.options.namespace())
}

// Identify returns what tells an object from all others, in whichever version it is written.
// Namespace is that of objects without one.
func Identify(object map[string]any, namespace string) string {
	u := unstructured.Unstructured{Object: object}
	return fmt.Sprintf("%s %s %s", u.GroupVersionKind().GroupKind(), cmp.Or(u.GetNamespace(), namespace), u.GetName())
}

// Applied lists all composed objects as a cluster holds them once they are written: each
// says which composite controls it, and by which key. Namespace is that of manifests
// without one.
func Applied(nodes []Node, namespace string) []map[string]any {
	var out []map[string]any
	for _, n := range nodes {
		out = append(out, appliedBelow(n, namespace)...)
	}
	return out
}

func appliedBelow(n Node, namespace string) []map[string]any {
	if n.Result == nil {
		return nil
	}
	var out []map[string]any
	owner := controllerOf(unstructured.Unstructured{Object: n.Object})
	for _, child := range n.Result.Children {
		u := unstructured.Unstructured{Object: shallow(child.Object)}
		annotations := u.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[annotationKey] = child.Key
		u.SetAnnotations(annotations)
		_ = unstructured.SetNestedSlice(u.Object, []any{owner}, "metadata", "ownerReferences") // Metadata is a map.
		if u.GetNamespace() == "" {
			u.SetNamespace(namespace)
		}
		out = append(out, u.Object)
		out = append(out, appliedBelow(child, namespace)...)
	}
	return out
}

// shallow returns an object whose metadata can be changed without changing the original.
func shallow(object map[string]any) map[string]any {
	out := maps.Clone(object)
	if metadata, ok := out["metadata"].(map[string]any); ok {
		out["metadata"] = maps.Clone(metadata)
	}
	return out
}

// controllerOf returns the reference to a composite by which it controls what it composes.
// That of a claim is the composite behind it.
func controllerOf(u unstructured.Unstructured) map[string]any {
	kind, name := u.GetKind(), u.GetName()
	if claimed, ok := v1alpha1.ClaimedKind(kind); ok {
		kind = v1alpha1.CompositeKind(claimed)
		name = cmp.Or(readComposite(u), name+"-"+dryrun.NameSuffix)
	}
	return map[string]any{"apiVersion": u.GetAPIVersion(), "kind": kind, "name": name, "controller": true}
}

// Running returns a manifest as a cluster holds it once all that it asks for is done: a
// graph without a status is one that was never composed, and whose restarts are none.
func Running(manifest map[string]any) map[string]any {
	out := unstructured.Unstructured{Object: maps.Clone(manifest)}
	if out.GetKind() != v1alpha1.GraphKind {
		return manifest
	}
	status := map[string]any{"observedGeneration": int64(1)}
	if id, _, _ := unstructured.NestedString(manifest, "spec", "restart", "id"); id != "" {
		status["restart"] = map[string]any{"observedID": id, "phase": string(restart.Completed)}
	}
	out.Object["status"] = status
	return out.Object
}
