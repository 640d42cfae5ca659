package preview

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/scaling"
)

// Items are the objects of a List, as kubectl get prints it, and whether an
// object is one.
func Items(object map[string]any) ([]map[string]any, bool) {
	u := unstructured.Unstructured{Object: object}
	items, ok := object["items"].([]any)
	if !ok || !strings.HasSuffix(u.GetKind(), "List") {
		return nil, false
	}
	out := make([]map[string]any, 0, len(items))
	for _, item := range items {
		o, _ := item.(map[string]any)
		out = append(out, o)
	}
	return out, true
}

// Spread returns manifests with what is in lists in the place of the lists.
func Spread(manifests []map[string]any) []map[string]any {
	var out []map[string]any
	for _, m := range manifests {
		items, ok := Items(m)
		if !ok {
			items = []map[string]any{m}
		}
		out = append(out, items...)
	}
	return out
}

// All renders manifests that stand beside each other, and what is in lists.
func (p *Previewer) All(manifests []map[string]any) ([]Node, error) {
	all := Spread(manifests)
	out := make([]Node, 0, len(all))
	for _, m := range all {
		n, err := p.Among(m, all)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// Among renders a manifest that stands beside others, so that an adapter finds
// its graph, and a graph the adapters of its services. The manifest itself may
// be among them.
func (p *Previewer) Among(manifest map[string]any, all []map[string]any) (Node, error) {
	others := slices.DeleteFunc(slices.Clone(all), func(o map[string]any) bool { return same(o, manifest, p.options.namespace()) })
	node, err := p.Beside(others).Render(manifest)
	if node.Result != nil {
		node.Result.Found.Warnings = slices.DeleteFunc(node.Result.Found.Warnings, func(text string) bool { return toldBy(others, text) })
	}
	return node, err
}

// same says whether two manifests are of one object. Namespace is that of those
// that name none.
func same(a, b map[string]any, namespace string) bool {
	one, other := unstructured.Unstructured{Object: a}, unstructured.Unstructured{Object: b}
	return one.GetKind() == other.GetKind() && one.GetName() == other.GetName() &&
		cmp.Or(one.GetNamespace(), namespace) == cmp.Or(other.GetNamespace(), namespace)
}

// toldBy says whether a graph's warning is about an adapter that is a manifest,
// too: that one says itself that it has no effect, and where to change that.
func toldBy(manifests []map[string]any, warning string) bool {
	return slices.ContainsFunc(manifests, func(o map[string]any) bool {
		u := unstructured.Unstructured{Object: o}
		return u.GetKind() == v1alpha1.ScalingAdapterKind && scaling.TellsOf(warning, u.GetName())
	})
}
