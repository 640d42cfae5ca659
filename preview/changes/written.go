package changes

import (
	"maps"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/preview/origin"
)

// Written returns what of an object that a cluster holds counts beside what is composed of
// it now: what Crossplane wrote, since it takes away what it no longer writes, and the
// fields that it is going to write, whoever wrote them. Fields of others stay as they are:
// they restart nothing.
func Written(live, now map[string]any) map[string]any {
	out := map[string]any{}
	if isWritten(live) {
		out = layer.Keep("", layer.Read(live)).Fields
	}
	out, _ = share(out, live, now, "").(map[string]any)
	u := unstructured.Unstructured{Object: out}
	u.SetNamespace((&unstructured.Unstructured{Object: live}).GetNamespace())
	return out
}

// isWritten says whether Crossplane wrote the object.
func isWritten(live map[string]any) bool {
	for _, m := range (&unstructured.Unstructured{Object: live}).GetManagedFields() {
		if strings.HasPrefix(m.Manager, layer.CoreManager) {
			return true
		}
	}
	return false
}

// share returns what is known of a value, with all that the wanted value has too and the
// live one has. A value that is none of both is taken as a whole.
func share(known, live, wanted any, path string) any {
	switch w := wanted.(type) {
	case map[string]any:
		if l, ok := live.(map[string]any); ok {
			k, _ := known.(map[string]any)
			return shareFields(k, l, w, path)
		}
	case []any:
		if l, ok := live.([]any); ok {
			k, _ := known.([]any)
			return shareItems(k, l, w, path)
		}
	}
	if known == nil && wanted != nil {
		return live
	}
	return known
}

func shareFields(known, live, wanted map[string]any, path string) any {
	out := maps.Clone(known)
	if out == nil {
		out = map[string]any{}
	}
	for name, w := range wanted {
		if l, ok := live[name]; ok {
			out[name] = share(known[name], l, w, origin.Child(path, name))
		}
	}
	return out
}

// shareItems keeps the order that the live list has.
func shareItems(known, live, wanted []any, path string) any {
	names := origin.Items(path, live)
	if isNumbered(names) || isNumbered(origin.Items(path, wanted)) {
		return live
	}
	k, w := byName(origin.Items(path, known), known), byName(origin.Items(path, wanted), wanted)
	out := []any{}
	for i, name := range names {
		item, isKnown := k[name]
		want, isWanted := w[name]
		if isKnown || isWanted {
			out = append(out, share(item, live[i], want, path+name))
		}
	}
	return out
}
