package origin

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
)

// unit is a field that is taken away as a whole: a value with nothing below it, or a
// list.
type unit struct {
	path string
	// keys lead to the field: names of fields, and numbers of items.
	keys  []any
	value any
}

// units are the fields of an object that can be taken away, by path, without those at
// and below the paths to leave out.
func units(object map[string]any, leave ...string) []unit {
	return unitsBelow(unit{value: object}, leave)
}

func unitsBelow(u unit, leave []string) []unit {
	if slices.Contains(leave, u.path) {
		return nil
	}
	switch v := u.value.(type) {
	case map[string]any:
		var out []unit
		for _, name := range sortedKeys(v) {
			out = append(out, unitsBelow(unit{path: Child(u.path, name), keys: append(slices.Clip(u.keys), name), value: v[name]}, leave)...)
		}
		if len(v) > 0 {
			return out
		}
	case []any:
		if u.keys[len(u.keys)-1] != "containers" {
			break
		}
		var out []unit
		for i, name := range Items(u.path, v) {
			out = append(out, unitsBelow(unit{path: u.path + name, keys: append(slices.Clip(u.keys), i), value: v[i]}, leave)...)
		}
		return out
	}
	if len(u.keys) == 0 {
		return nil // Nothing at all.
	}
	return []unit{u}
}

// variants are copies of an object in which the field is another one: first without it,
// then with another value, which tells more where a default is the same, or where there
// would be no object at all.
func (u unit) variants(object map[string]any) []map[string]any {
	out := []map[string]any{u.without(object)}
	switch v := u.value.(type) {
	case int64:
		out = append(out, u.with(object, v+1))
	case string:
		out = append(out, u.with(object, v+"-x"))
	}
	return out
}

// without is a copy of an object that lacks the field.
func (u unit) without(object map[string]any) map[string]any {
	return u.edit(object, func(parent map[string]any, name string) { delete(parent, name) })
}

// beside is the field of another name beside this one.
func (u unit) beside(name string) unit {
	return unit{keys: append(slices.Clone(u.keys[:len(u.keys)-1]), name)}
}

// with is a copy of an object with another value in the place of the field.
func (u unit) with(object map[string]any, value any) map[string]any {
	return u.edit(object, func(parent map[string]any, name string) { parent[name] = value })
}

// edit changes the field in a copy of an object.
func (u unit) edit(object map[string]any, change func(parent map[string]any, name string)) map[string]any {
	out := runtime.DeepCopyJSON(object)
	var at any = out
	last := len(u.keys) - 1
	for _, key := range u.keys[:last] {
		at = step(at, key)
	}
	parent, _ := at.(map[string]any)
	name, _ := u.keys[last].(string)
	change(parent, name)
	return out
}

func step(value, key any) any {
	switch k := key.(type) {
	case string:
		fields, _ := value.(map[string]any)
		return fields[k]
	case int:
		list, _ := value.([]any)
		return list[k]
	}
	return nil
}
