package takeover

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
)

// differ returns the paths at which two values are not the same, down to the order of
// lists.
func differ(before, after any, path string) []string {
	if was, is, ok := both[map[string]any](before, after); ok {
		var out []string
		for _, k := range keys(was, is) {
			out = append(out, differ(was[k], is[k], path+"."+k)...)
		}
		return out
	}
	if was, is, ok := both[[]any](before, after); ok {
		return differLists(was, is, path)
	}
	if reflect.DeepEqual(before, after) {
		return nil
	}
	return []string{path}
}

// both are two values where they are of one type.
func both[T any](a, b any) (T, T, bool) {
	first, ok := a.(T)
	second, ok2 := b.(T)
	return first, second, ok && ok2
}

// keys are those of either map, sorted.
func keys(a, b map[string]any) []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(all)
	return slices.Compact(all)
}

// differLists compares items by what names them. Where they are the same it says whether
// their order is another one.
func differLists(before, after []any, path string) []string {
	was, order := byName(before)
	is, order2 := byName(after)
	if was == nil || is == nil {
		if reflect.DeepEqual(before, after) {
			return nil
		}
		return []string{path}
	}
	var out []string
	for _, name := range keys(was, is) {
		out = append(out, differ(was[name], is[name], path+"["+name+"]")...)
	}
	if len(out) == 0 && !slices.Equal(order, order2) {
		return []string{path + " (order)"}
	}
	return out
}

// byName are the items of a list by their name, or by the path of a mount, and these in
// their order; nil where an item has none, or shares it.
func byName(list []any) (map[string]any, []string) {
	items, order := map[string]any{}, make([]string, 0, len(list))
	for _, item := range list {
		fields, _ := item.(map[string]any)
		mount, _ := fields["mountPath"].(string)
		name, _ := fields["name"].(string)
		name = cmp.Or(mount, name)
		if items[name] != nil || name == "" {
			return nil, nil
		}
		items[name] = item
		order = append(order, name)
	}
	return items, order
}
