package fuzz

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// script are the bytes that choose what is mutated, and how. It ends where they
// do: from then on it chooses the first of everything.
type script struct{ bytes []byte }

func (s *script) next() int {
	if len(s.bytes) == 0 {
		return 0
	}
	out := s.bytes[0]
	s.bytes = s.bytes[1:]
	return int(out)
}

// pick one of n, which is above zero.
func (s *script) pick(n int) int {
	if n > 256 {
		return (s.next()<<8 | s.next()) % n
	}
	return s.next() % n
}

func (s *script) number() any {
	all := []any{
		int64(0), int64(1), int64(-1), int64(2), int64(8), int64(65536), int64(1) << 31, int64(1) << 53, float64(1 << 62), -1e18, 1e300, 0.5, math.Copysign(0, -1),
	}
	return all[s.pick(len(all))]
}

func (s *script) text() string {
	all := []string{
		"", " ", "a", "1", "-1", "true", "null", "main", "worker", "frontend", "epp", "planner", "prefill", "decode", "vllm", "sglang", "trtllm",
		"nvidia.com/gpu", "8", "1Gi", "1.5Mi", "1e3", "9999999999999999999999Ei", "-5Gi", "0", "50%", "-1%", "ä", "\u96ea🚀", "a\u0000b", "\u202e", "../..", "$(A)", "`x` $x '\"",
		"python3 -m dynamo.vllm --tensor-parallel-size 16", "--tensor-parallel-size", "--tp-size=99999999999999999999", "{\"a\":", "{\"Worker\":{}}", "{}", "[]", "kubernetes", "etcd",
		strings.Repeat("x", 64), strings.Repeat("abc-", 70), "UPPER", "a.b", "-a-", "2026-01-01T00:00:00Z", "http", "system",
	}
	return all[s.pick(len(all))]
}

func (s *script) scalar() any {
	switch s.pick(5) {
	case 0:
		return s.number()
	case 1:
		return s.text()
	case 2:
		return s.pick(2) == 1
	case 3:
		return []any{}
	}
	return map[string]any{}
}

// place is a value in a tree: a field of an object or an item of a list.
type place struct {
	object map[string]any
	key    string
	list   []any
	index  int
	// kind of the value; its zero value where that is not known.
	kind kind
}

func (p place) value() any {
	if p.object != nil {
		return p.object[p.key]
	}
	return p.list[p.index]
}

func (p place) set(v any) {
	if p.object != nil {
		p.object[p.key] = v
		return
	}
	p.list[p.index] = v
}

// find walks down from a place, as far as the script wants.
func find(s *script, at place) place {
	for s.pick(8) != 7 {
		switch v := at.value().(type) {
		case map[string]any:
			if len(v) == 0 {
				return at
			}
			key := s.key(v)
			at = place{object: v, key: key, kind: at.kind.at(key)}
		case []any:
			if len(v) == 0 {
				return at
			}
			at = place{list: v, index: s.pick(len(v)), kind: at.kind.item()}
		default:
			return at
		}
	}
	return at
}

func (s *script) key(m map[string]any) string {
	all := slices.Sorted(maps.Keys(m))
	return all[s.pick(len(all))]
}

// mutate changes one thing of a tree below a place.
func mutate(s *script, top place) {
	at := find(s, top)
	switch s.pick(9) {
	case 0:
		drop(at)
	case 1:
		at.set(nil)
	case 2:
		at.set(s.scalar())
	case 3:
		at.set(s.number())
	case 4:
		at.set(s.text())
	case 5:
		exchange(s, at)
	case 6:
		at.set(at.kind.value(s, 3))
	case 7:
		grow(s, at)
	case 8:
		repeat(s, at)
	}
}

func drop(at place) {
	if at.object != nil {
		delete(at.object, at.key)
		return
	}
	at.set(nil)
}

// exchange swaps a value with a sibling, such as a service with another.
func exchange(s *script, at place) {
	other := at
	if len(at.object)+len(at.list) == 0 {
		return
	}
	if at.object != nil {
		other.key = s.key(at.object)
	} else {
		other.index = s.pick(len(at.list))
	}
	mine, theirs := at.value(), other.value()
	at.set(theirs)
	other.set(mine)
}

// grow gives an object a field that its kind has, and a list one more item.
func grow(s *script, at place) {
	switch v := at.value().(type) {
	case map[string]any:
		if names := slices.Sorted(maps.Keys(at.kind.Properties)); len(names) > 0 {
			name := names[s.pick(len(names))]
			v[name] = at.kind.Properties[name].value(s, 3)
			return
		}
		v[s.text()] = at.kind.at("").value(s, 3)
	case []any:
		at.set(append(v, at.kind.item().value(s, 3)))
	default:
		at.set(at.kind.value(s, 3))
	}
}

// repeat has a field again under another name, and a list's items twice.
func repeat(s *script, at place) {
	if list, ok := at.value().([]any); ok {
		at.set(append(slices.Clone(list), list...))
		return
	}
	if at.object != nil {
		at.object[s.text()] = at.value()
	}
}
