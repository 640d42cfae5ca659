package dryrun

import (
	"strconv"
	"strings"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// locate turns a path in the notation of the OpenAPI validator and the pruner,
// which has a dot before every key, into a field path, which has brackets around
// the keys of maps: spec.services.Frontend.replicas becomes
// spec.services[Frontend].replicas. The object says which keys there are, since
// they may have dots in them. The cursor that it returns knows the field path,
// and the schema and value there.
func (s *Schema) locate(path string, object map[string]any) cursor {
	at := cursor{rest: strings.TrimPrefix(path, "."), schema: s.structural, value: object}
	for at.rest != "" {
		at = at.step()
	}

	return at
}

// locateParent returns the cursor at what a field is in, and the field's name.
func (s *Schema) locateParent(path string, object map[string]any) (cursor, string) {
	at := cursor{rest: strings.TrimPrefix(path, "."), schema: s.structural, value: object}
	for {
		next := at.step()
		if next.rest == "" {
			return at, strings.TrimPrefix(at.rest, ".")
		}

		at = next
	}
}

// cursor is a place on the way along a path.
type cursor struct {
	path   *field.Path
	rest   string
	schema *structural.Structural
	value  any
}

// step returns the cursor one segment further.
func (c cursor) step() cursor {
	if strings.HasPrefix(c.rest, "[") {
		return c.index()
	}

	c.rest = strings.TrimPrefix(c.rest, ".")
	key := c.nextKey()
	c.rest = c.rest[len(key):]

	if values, ok := c.value.(map[string]any); ok {
		c.value = values[key]
	} else {
		c.value = nil
	}

	if c.schema != nil && c.schema.AdditionalProperties != nil {
		c.path = c.path.Key(key)
		c.schema = c.schema.AdditionalProperties.Structural

		return c
	}

	c.path = c.path.Child(key)
	c.schema = property(c.schema, key)

	return c
}

// index returns the cursor at the item that the rest of the path begins with.
func (c cursor) index() cursor {
	number, rest, _ := strings.Cut(c.rest[1:], "]")

	i, err := strconv.Atoi(number)
	if err != nil {
		// Not an index but a map key in brackets: take it as it is.
		return cursor{path: c.path.Key(number), rest: rest}
	}

	next := cursor{path: c.path.Index(i), rest: rest}
	if c.schema != nil {
		next.schema = c.schema.Items
	}

	if items, ok := c.value.([]any); ok && i < len(items) {
		next.value = items[i]
	}

	return next
}

// nextKey returns the key that the rest of the path begins with: the longest one
// of the object that fits, else all up to the next dot or bracket.
func (c cursor) nextKey() string {
	longest := ""

	if values, ok := c.value.(map[string]any); ok {
		for key := range values {
			if len(key) > len(longest) && begins(c.rest, key) {
				longest = key
			}
		}
	}

	if longest != "" {
		return longest
	}

	if end := strings.IndexAny(c.rest, ".["); end > 0 {
		return c.rest[:end]
	}

	return c.rest
}

// begins tells whether key is the first segment of path, or several of them.
func begins(path, key string) bool {
	rest, found := strings.CutPrefix(path, key)
	return found && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// property returns the schema of a field, or nil if it has none.
func property(schema *structural.Structural, name string) *structural.Structural {
	if schema == nil {
		return nil
	}

	if found, ok := schema.Properties[name]; ok {
		return &found
	}

	return nil
}
