package forms

import (
	"maps"
	"slices"
)

// values is an object of a manifest.
type values = map[string]any

// reader takes the fields of an object one by one, so that in the end those that
// nobody took are known.
type reader struct {
	from values
	at   string
	lost []string
}

// take returns a field, and that there is one that says anything.
func (r *reader) take(name string) (any, bool) {
	value, found := r.from[name]
	r.from = maps.Clone(r.from)
	delete(r.from, name)

	return value, found && value != nil
}

// copyTo copies a field under the name that it has in out.
func (r *reader) copyTo(out values, from, to string) {
	if value, found := r.take(from); found {
		out[to] = value
	}
}

// lose says of a field that is not empty that it has no place.
func (r *reader) lose(name string, value any) {
	switch v := value.(type) {
	case values:
		if len(v) == 0 {
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	}

	r.lost = append(r.lost, r.at+"."+name)
}

// unplaced names what nobody took, and what was taken and has no place.
func (r *reader) unplaced() []string {
	for name, value := range r.from {
		if value != nil {
			r.lose(name, value)
		}
	}

	slices.Sort(r.lost)

	return r.lost
}

// merged returns a with what b has.
func merged(a, b values) values {
	out := values{}
	maps.Copy(out, a)
	maps.Copy(out, b)

	return out
}

// nameOf is the name of an item of a list.
func nameOf(item any) any {
	fields, _ := item.(values)
	return fields["name"]
}
