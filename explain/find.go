package explain

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/internal/near"
)

// step is one of a path: a name, or what stands in brackets.
type step struct {
	name     string
	brackets bool
}

// parsePath splits a path such as spec.services[Worker].envs[0].name.
func parsePath(path string) []step {
	var out []step
	for path != "" {
		end := strings.IndexAny(path, ".[")
		switch {
		case end < 0:
			return append(out, step{name: path})
		case end > 0:
			out = append(out, step{name: path[:end]})
			path = path[end:]
		case path[0] == '.':
			path = path[1:]
		default:
			key, rest, _ := strings.Cut(path[1:], "]")
			out = append(out, step{name: key, brackets: true})
			path = rest
		}
	}
	return out
}

// missing says that there is no field at a path.
type missing struct {
	text string
	// left is how many steps of the path were not taken.
	left int
}

func (m *missing) Error() string { return m.text }

// find is the field at a path below at.
func find(at *field, steps []step) (*field, *missing) {
	if len(steps) == 0 {
		return at, nil
	}
	first, rest := steps[0], steps[1:]
	if c := at.child(first.name); c != nil && !first.brackets {
		if out, err := find(c, rest); err == nil || !at.isMap() {
			return out, err
		}
	}
	// What is no field may say which item of a list is meant, or which value of a map.
	if inside := at.value(); inside != nil && (first.brackets || at.isMap() || isIndex(first.name)) {
		return find(inside, rest)
	}
	return nil, &missing{text: describeMissing(at, first), left: len(steps)}
}

func isIndex(name string) bool {
	_, err := strconv.Atoi(name)
	return err == nil
}

// describeMissing says what there is instead of a field that is not there.
func describeMissing(at *field, s step) string {
	place := at.path
	if place == "" {
		place = at.name
	}
	var names []string
	for _, c := range at.children() {
		names = append(names, c.name)
	}
	switch typ := at.values().schema.Type; {
	case s.brackets:
		return fmt.Sprintf("%s is no list or map: leave [%s] out", place, s.name)
	case len(names) == 0 && (typ == typeObject || typ == ""):
		return fmt.Sprintf("%s has no field %q that is described: it may have any", place, s.name)
	case len(names) == 0:
		return fmt.Sprintf("%s has no field %q: it is of type %s", place, s.name, typeName(at))
	}
	return fmt.Sprintf("%s has no field %q:%s it has %s", place, s.name, guess(s.name, names), strings.Join(names, ", "))
}

// guess asks whether a name that is near was meant; empty where none is.
func guess(name string, known []string) string {
	meant := near.Name(name, known)
	if meant == "" {
		return ""
	}
	return fmt.Sprintf(" did you mean %s?", meant)
}
