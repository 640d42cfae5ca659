package validate

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mergeKey gives a mapping what another one has.
const mergeKey = "<<"

// cursor is a place in a document.
type cursor struct {
	// node is the value there, no alias.
	node *yaml.Node
	// line where it is written: that of its key or, in a list, its own.
	line int
}

// start is the root of a document, or a value in one.
func start(n *yaml.Node) cursor {
	if n.Kind == yaml.DocumentNode {
		n = n.Content[0]
	}
	return cursor{node: dereference(n), line: n.Line}
}

// walk follows the field path that text begins with, as far as it exists.
func (c cursor) walk(text string) cursor {
	rest := "." + text
	for {
		next, further, ok := c.step(rest)
		if !ok {
			return c
		}
		c, rest = next, further
	}
}

// step follows the first segment of a path: .field, [key] or [index].
func (c cursor) step(path string) (cursor, string, bool) {
	inBrackets, bracket := strings.CutPrefix(path, "[")
	name, dot := strings.CutPrefix(path, ".")
	switch {
	case bracket && c.node.Kind == yaml.SequenceNode:
		return c.item(inBrackets)
	case c.node.Kind != yaml.MappingNode:
		return c, path, false
	case bracket:
		return c.field(inBrackets, func(rest string) bool { return strings.HasPrefix(rest, "]") })
	case dot:
		return c.field(name, endsSegment)
	}
	return c, path, false
}

// endsSegment says whether a field's name ends before rest: the path goes on, or
// the text behind it begins.
func endsSegment(rest string) bool { return rest == "" || strings.ContainsAny(rest[:1], ".[: ,;") }

// field goes to the longest key that path begins with: keys may have dots.
func (c cursor) field(path string, ends func(rest string) bool) (cursor, string, bool) {
	out, longest, found := c, -1, false
	for _, e := range entries(c.node) {
		rest, ok := strings.CutPrefix(path, e.key.Value)
		if ok && ends(rest) && len(e.key.Value) > longest {
			longest, found = len(e.key.Value), true
			out = cursor{node: dereference(e.value), line: e.key.Line}
		}
	}
	if !found {
		return c, path, false
	}
	return out, strings.TrimPrefix(path[longest:], "]"), true
}

// item goes to an item by its index or its name.
func (c cursor) item(path string) (cursor, string, bool) {
	key, rest, _ := strings.Cut(path, "]")
	index, err := strconv.Atoi(key)
	for i, n := range c.node.Content {
		if (err == nil && i == index) || (err != nil && nameOf(n) == key) {
			return cursor{node: dereference(n), line: n.Line}, rest, true
		}
	}
	return c, path, false
}

func nameOf(n *yaml.Node) string {
	for _, e := range entries(dereference(n)) {
		if e.key.Value == "name" {
			return e.value.Value
		}
	}
	return ""
}

// entry of a mapping.
type entry struct{ key, value *yaml.Node }

// entries of a mapping: its own, then those that merge keys give it.
func entries(n *yaml.Node) []entry {
	var own, merged []entry
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		e := entry{key: dereference(n.Content[i]), value: n.Content[i+1]}
		if e.key.Value != mergeKey {
			own = append(own, e)
			continue
		}
		merged = append(merged, merges(dereference(e.value))...)
	}
	return append(own, merged...)
}

// merges are the entries that the value of a merge key gives: one mapping, or a
// list of which the first wins.
func merges(n *yaml.Node) []entry {
	if n.Kind != yaml.SequenceNode {
		return entries(n)
	}
	var out []entry
	for _, item := range n.Content {
		out = append(out, entries(dereference(item))...)
	}
	return out
}

func dereference(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}
