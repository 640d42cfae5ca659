package compare_test

import (
	"maps"
	"slices"
)

// clone returns a copy of a JSON value that shares nothing with it.
func clone(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = clone(e)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, e := range v {
			out = append(out, clone(e))
		}
		return out
	}
	return value
}

func cloneObjects(objects []map[string]any) []map[string]any {
	out := make([]map[string]any, 0, len(objects))
	for _, o := range objects {
		out = append(out, clone(o).(map[string]any))
	}
	return out
}

// node is a map in a tree, and the key that it has in the map above it.
type node struct {
	key    string
	fields map[string]any
}

// nodesOf returns every map of the objects, from above, by key.
func nodesOf(objects []map[string]any) []node {
	var out []node
	for _, o := range objects {
		out = append(out, below("", o)...)
	}
	return out
}

func below(key string, value any) []node {
	var out []node
	switch v := value.(type) {
	case map[string]any:
		out = append(out, node{key: key, fields: v})
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = append(out, below(k, v[k])...)
		}
	case []any:
		for _, e := range v {
			out = append(out, below(key, e)...)
		}
	}
	return out
}

// leaf is a text, number or boolean in a tree.
type leaf struct {
	get func() any
	set func(any)
}

// leavesOf returns every leaf of the objects but what they are matched by.
func leavesOf(objects []map[string]any) []leaf {
	var out []leaf
	for _, n := range nodesOf(objects) {
		if n.key == "" || n.key == "metadata" {
			continue
		}
		for _, k := range slices.Sorted(maps.Keys(n.fields)) {
			out = append(out, leavesAt(n.fields, k)...)
		}
	}
	return out
}

func leavesAt(fields map[string]any, key string) []leaf {
	list, ok := fields[key].([]any)
	if _, isMap := fields[key].(map[string]any); !ok && !isMap {
		return []leaf{{get: func() any { return fields[key] }, set: func(v any) { fields[key] = v }}}
	}
	var out []leaf
	for i, e := range list {
		if _, isMap := e.(map[string]any); !isMap {
			out = append(out, leaf{get: func() any { return list[i] }, set: func(v any) { list[i] = v }})
		}
	}
	return out
}
