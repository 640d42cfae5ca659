package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
)

// spot is a value in a manifest: that of a key of a map, or an item of a list.
type spot struct {
	path  string
	value any
	// set replaces the value, and remove takes it out with its key.
	set    func(v any)
	remove func()
	// rename gives it another key; nil in lists.
	rename func(key string)
	// key that it has; empty in lists.
	key string
}

// mutate changes one leaf, list or key of a copy of a manifest. The text says
// what.
func mutate(r *rand.Rand, object map[string]any) (map[string]any, string) {
	out := runtime.DeepCopyJSON(object)
	all := spots(out)
	s := all[r.IntN(len(all))]
	changes := changesOf(r, s)
	c := changes[r.IntN(len(changes))]
	c.do()
	return out, s.path + ": " + c.what
}

// spots are all values of a manifest that a user writes for a reason.
func spots(object map[string]any) []spot {
	var out []spot
	for _, top := range []string{"metadata", "spec"} {
		if m, ok := object[top].(map[string]any); ok {
			out = append(out, inMap(m, top)...)
		}
	}
	return slices.DeleteFunc(out, func(s spot) bool { return s.path == "metadata.namespace" })
}

func inMap(m map[string]any, path string) []spot {
	var out []spot
	for _, k := range slices.Sorted(maps.Keys(m)) {
		v := m[k]
		s := spot{
			path: path + "." + k, key: k, value: v,
			set:    func(v any) { m[k] = v },
			remove: func() { delete(m, k) },
			rename: func(to string) { delete(m, k); m[to] = v },
		}
		out = append(append(out, s), below(v, s)...)
	}
	return out
}

// inList are the items of the list at a spot.
func inList(list []any, at spot) []spot {
	var out []spot
	for i, v := range list {
		s := spot{
			path: fmt.Sprintf("%s[%d]", at.path, i), value: v,
			set:    func(v any) { list[i] = v },
			remove: func() { at.set(slices.Delete(list, i, i+1)) },
		}
		out = append(append(out, s), below(v, s)...)
	}
	return out
}

// below are the values in the one at a spot.
func below(v any, at spot) []spot {
	switch v := v.(type) {
	case map[string]any:
		return inMap(v, at.path)
	case []any:
		return inList(v, at)
	}
	return nil
}

// change is one that may be made.
type change struct {
	what string
	do   func()
}

func changesOf(r *rand.Rand, s spot) []change {
	out := []change{{"removed", s.remove}}
	if s.rename != nil {
		to := renamed(r, s.key)
		out = append(out, change{fmt.Sprintf("its key is %q", to), func() { s.rename(to) }})
	}
	set := func(v any) { out = append(out, change{fmt.Sprintf("is %#v", v), func() { s.set(v) }}) }
	switch v := s.value.(type) {
	case string:
		for range 3 {
			set(text(r, v))
		}
		set(number(r))
	case int64, float64:
		for range 3 {
			set(number(r))
		}
		set(text(r, "1"))
	case bool:
		set(!v)
	case []any:
		out = append(out, ofList(r, s, v)...)
	case map[string]any:
		out = append(out, ofMap(r, s, v)...)
	default:
		set(text(r, "a"))
	}
	return out
}

func ofList(r *rand.Rand, s spot, list []any) []change {
	out := []change{{"is empty", func() { s.set([]any{}) }}}
	if len(list) == 0 {
		return out
	}
	i := r.IntN(len(list))
	again := runtime.DeepCopyJSONValue(list[i])
	return append(out,
		change{fmt.Sprintf("has item %d twice", i), func() { s.set(append(slices.Clone(list), again)) }},
		change{fmt.Sprintf("lacks item %d", i), func() { s.set(slices.Delete(slices.Clone(list), i, i+1)) }},
		change{"is reversed", func() { slices.Reverse(list) }})
}

func ofMap(r *rand.Rand, s spot, m map[string]any) []change {
	out := []change{{"is empty", func() { s.set(map[string]any{}) }}}
	for _, f := range fragments(s.key, m) {
		k := slices.Sorted(maps.Keys(f))[r.IntN(len(f))]
		out = append(out, change{fmt.Sprintf("has %s: %v", k, f[k]), func() { m[k] = runtime.DeepCopyJSONValue(f[k]) }})
	}
	return out
}

// renamed is a key a little wrong. YAML has no keys of more than 1,024 characters.
func renamed(r *rand.Rand, key string) string {
	return pick(r, key+"x", key+" y", strings.ToUpper(key), key+"/z/", "-"+key, strings.Repeat(key, 1+300/len(key)), strings.ToLower(key)+"_2")
}

// text is one a little wrong, or quite.
func text(r *rand.Rand, s string) string {
	return pick(r, "", "a b", s+"_", s+".", "-"+s, strings.ToUpper(s), s+"/x", s+s, strings.Repeat("x", 64), strings.Repeat("x", 254),
		"A_b", "1", "-1", "1Gi", "0", "true", "a/b/c", "/", "..", "$(A)", "a:b", "é", s[:len(s)/2], "Always", "Never", "Exists")
}

func number(r *rand.Rand) int64 {
	return pick[int64](r, -1, 0, 1, 2, 9, 70000, 1<<31, 1<<40)
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }
