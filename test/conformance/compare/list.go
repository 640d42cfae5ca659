package compare

import (
	"cmp"
	"reflect"
	"slices"

	"sigs.k8s.io/yaml"
)

// list returns an ordered list as a list, one whose items have a key as a map
// by that key, and any other one as a sorted list.
func (r rules) list(in []any, p path) any {
	items := make([]any, 0, len(in))
	for _, v := range in {
		items = append(items, r.normalise(v, p.child(item)))
	}
	if r.ordered.Has(p.last()) {
		return items
	}
	if p.last() == "volumeMounts" {
		items = once(items)
	}
	if keyed, ok := byKey(items, keyOf(p.last())); ok {
		return keyed
	}
	return inOrder(items)
}

// once returns items without those that were there before.
func once(items []any) []any {
	out := make([]any, 0, len(items))
	for _, it := range items {
		if !slices.ContainsFunc(out, func(o any) bool { return reflect.DeepEqual(o, it) }) {
			out = append(out, it)
		}
	}
	return out
}

// keyOf is the field that tells the items of a list apart.
func keyOf(list string) string {
	if list == "volumeMounts" {
		return "mountPath"
	}
	return "name"
}

// byKey returns the items by the text in their field key, unless an item lacks
// it or two have the same.
func byKey(items []any, key string) (map[string]any, bool) {
	out := make(map[string]any, len(items))
	for _, it := range items {
		fields, ok := it.(map[string]any)
		if !ok || fields[key] == nil {
			return nil, false
		}
		out["@"+text(fields[key])] = it
	}
	return out, len(items) > 0 && len(out) == len(items)
}

// inOrder sorts a list by what its items look like as YAML.
func inOrder(items []any) []any {
	type entry struct {
		text  string
		value any
	}
	entries := make([]entry, 0, len(items))
	for _, it := range items {
		entries = append(entries, entry{text: asYAML(it), value: it})
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.text, b.text) })
	out := make([]any, 0, len(items))
	for _, e := range entries {
		out = append(out, e.value)
	}
	return out
}

func asYAML(value any) string {
	raw, err := yaml.Marshal(value)
	if err != nil {
		return text(value)
	}
	return string(raw)
}
