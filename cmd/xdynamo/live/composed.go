package live

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Composed is an object that a composite of the cluster composes.
type Composed struct {
	Object map[string]any
	// Parent composes it.
	Parent map[string]any
}

// Composed returns all that a composite or claim composes, and what that composes, as the
// cluster holds it. A composite lists what it composes.
func (c *Cluster) Composed(ctx context.Context, parent map[string]any) ([]Composed, error) {
	var out []Composed
	for _, ref := range references(parent) {
		object, err := c.Read(ctx, ref)
		if err != nil {
			return nil, err
		}
		if object == nil {
			continue
		}
		below, err := c.Composed(ctx, object)
		if err != nil {
			return nil, err
		}
		out = append(out, Composed{Object: object, Parent: parent})
		out = append(out, below...)
	}
	return out, nil
}

// references are to what a composite composes, and a claim to its composite. In older
// forms they stand in the spec itself.
func references(parent map[string]any) []map[string]any {
	var all []any
	for _, path := range [][]string{{"spec", "crossplane", "resourceRefs"}, {"spec", "resourceRefs"}} {
		refs, _, _ := unstructured.NestedSlice(parent, path...)
		all = append(all, refs...)
	}
	if ref, ok, _ := unstructured.NestedMap(parent, "spec", "resourceRef"); ok {
		all = append(all, ref)
	}
	namespace := (&unstructured.Unstructured{Object: parent}).GetNamespace()
	out := make([]map[string]any, 0, len(all))
	for _, r := range all {
		ref, _ := r.(map[string]any)
		if u := refer(ref, namespace); u.GetKind() != "" && u.GetName() != "" {
			out = append(out, u.Object)
		}
	}
	return out
}

// refer is an object that has nothing but what a reference says of it.
func refer(ref map[string]any, namespace string) unstructured.Unstructured {
	text := func(name string) string { out, _ := ref[name].(string); return out }
	out := unstructured.Unstructured{Object: map[string]any{"apiVersion": text("apiVersion"), "kind": text("kind")}}
	out.SetName(text("name"))
	out.SetNamespace(namespace)
	if own := text("namespace"); own != "" {
		out.SetNamespace(own)
	}
	return out
}
