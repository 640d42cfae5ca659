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

// find is the field at a path below at.
func find(at *field, steps []step) (*field, error) {
	if len(steps) == 0 {
		return at, nil
	}
	first, rest := steps[0], steps[1:]
	if !first.brackets {
		if c := at.child(first.name); c != nil {
			if out, err := find(c, rest); err == nil || !at.isMap() {
				return out, err
			}
		}
	}
	// What is no field may say which item of a list is meant, or which value of a map.
	if inside := at.value(); inside != nil && (first.brackets || at.isMap() || isIndex(first.name)) {
		return find(inside, rest)
	}
	return nil, unknown(at, first)
}

func isIndex(name string) bool {
	_, err := strconv.Atoi(name)
	return err == nil
}

// unknown says what there is instead of a field that is not there.
func unknown(at *field, s step) error {
	place := at.path
	if place == "" {
		place = at.name
	}
	children := at.children()
	switch {
	case s.brackets:
		return fmt.Errorf("%s is no list or map: leave [%s] out", place, s.name)
	case len(children) > 0:
	case at.values().schema.Type == typeObject || at.values().schema.Type == "":
		return fmt.Errorf("%s has no field %q that is described: it may have any", place, s.name)
	default:
		return fmt.Errorf("%s has no field %q: it is of type %s", place, s.name, typeName(at))
	}
	names := make([]string, 0, len(children))
	for _, c := range children {
		names = append(names, c.name)
	}
	text := fmt.Sprintf("%s has no field %q", place, s.name)
	if meant := near.Name(s.name, names); meant != "" {
		text += fmt.Sprintf(": did you mean %s?", meant)
	}
	return fmt.Errorf("%s: it has %s", text, strings.Join(names, ", "))
}
