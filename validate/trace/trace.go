package trace

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Origin is what an object was rendered from.
type Origin struct {
	// Manifest is the user's graph or component.
	Manifest map[string]any
	// Service of the graph that the object belongs to; empty for what a graph
	// makes for all, and for a component on its own.
	Service string
}

// Spec is the path of what the object was rendered from: the service's, or the
// spec of the manifest.
func (o Origin) Spec() string { return o.spec().String() }

func (o Origin) spec() path {
	if o.Service == "" {
		return path{"spec"}
	}
	list := "services"
	if o.IsV1Beta1() {
		list = "components"
	}
	return path{"spec", list, key(o.Service)}
}

// Field is the user's field that a field of an object comes from. Text is what
// is wrong with it: where the API server names a map of labels, the value tells
// which of them it means. It returns false for what no field of the user's can be
// found for.
func (o Origin) Field(object map[string]any, field, text string) (string, bool) {
	in := rendered{object: object, path: numbered(object, parse(field), text), text: text}
	kind, _ := object["kind"].(string)
	for _, r := range rules(kind) {
		rest, ok := in.path.below(r.from)
		if !ok {
			continue
		}
		in.rest = rest
		found := o.best(r.to(o, in), in)
		return found.String(), found != nil
	}
	return "", false
}

// rendered is a field of a rendered object.
type rendered struct {
	object map[string]any
	path   path
	// rest of the path, behind what a rule begins with.
	rest path
	text string
}

// place is where the user may have written a value.
type place struct {
	at path
	// exact says that the place is the field itself: what follows in the
	// object's path means nothing there.
	exact bool
}

// best is the place that has most of a field, the first one of several that have
// as much. A place that the manifest lacks is none, nor is one without a value that
// the object has: that is no user's.
func (o Origin) best(places []place, in rendered) path {
	var out path
	rest := in.rest
	value, there := rest.lookup(in.parent())
	if value == "" {
		there-- // An object may have this for a field that is left out.
	}
	depth := -1
	for _, p := range places {
		if _, n := p.at.lookup(o.Manifest); n < len(p.at) {
			continue
		}
		whole, found := p.at, len(rest)
		if !p.exact {
			whole = whole.with(rest...)
			_, n := whole.lookup(o.Manifest)
			if found = n - len(p.at); found < there {
				continue
			}
		}
		if found > depth {
			out, depth = whole, found
		}
	}
	return out
}

// rule says where the fields below one of an object come from. The first one of a
// kind that begins a path holds.
type rule struct {
	from path
	to   finder
}

// finder lists the places of a field, the winning one first.
type finder func(Origin, rendered) []place

// from is a rule.
func from(field string, to finder) rule { return rule{from: parse(field), to: to} }

// below finds fields that keep their path, below fields of the service.
func below(fields ...string) finder {
	return func(o Origin, _ rendered) []place {
		var out []place
		for _, f := range fields {
			out = append(out, place{at: o.find(parse(f)...)})
		}
		return out
	}
}

// exactly finds fields of the service that the object's field is made of as a
// whole.
func exactly(fields ...string) finder {
	return func(o Origin, in rendered) []place {
		out := below(fields...)(o, in)
		for i := range out {
			out[i].exact = true
		}
		return out
	}
}

// whole finds the field of the manifest that is all of the object's field.
func whole(field string) finder {
	return func(Origin, rendered) []place { return []place{{at: parse(field), exact: true}} }
}

// either tries one finder after another.
func either(all ...finder) finder {
	return func(o Origin, in rendered) []place {
		var out []place
		for _, f := range all {
			out = append(out, f(o, in)...)
		}
		return out
	}
}

// item is the value of the object that the rule's field is in, with the segment
// that selects it.
func (in rendered) item() map[string]any {
	out, _ := in.parent().(map[string]any)
	return out
}

// parent is the value of the object at what a rule begins with.
func (in rendered) parent() any {
	v, _ := in.path[:len(in.path)-len(in.rest)].lookup(in.object)
	return v
}

// quoted is the first quoted value of the text, such as the label that is wrong.
func (in rendered) quoted() string {
	_, rest, _ := strings.Cut(in.text, `: "`)
	prefix, err := strconv.QuotedPrefix(`"` + rest)
	if err != nil {
		return ""
	}
	out, _ := strconv.Unquote(prefix) // It is a quoted text.
	return out
}

// mapsAt finds the key that the text is about in the maps at the given paths. A map
// in which it names none is no place. The path may select the key itself.
func mapsAt(o Origin, in rendered, maps []path) []place {
	var out []place
	for _, at := range maps {
		v, _ := at.lookup(o.Manifest)
		m, ok := v.(map[string]any)
		if !ok {
			continue
		}
		if k, ok := in.keyOf(m); ok {
			out = append(out, place{at: at.with(key(k)), exact: true})
		}
	}
	return out
}

// keyOf is the key of a map that the field selects or the text names, by key or
// value.
func (in rendered) keyOf(m map[string]any) (string, bool) {
	if len(in.rest) > 0 && selects(in.rest[0]) {
		k := selected(in.rest[0])
		_, ok := m[k]
		return k, ok
	}
	q := in.quoted()
	if _, ok := m[q]; ok {
		return q, true
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if m[k] == q {
			return k, true
		}
	}
	return "", false
}
