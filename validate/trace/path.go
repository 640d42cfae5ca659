package trace

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// path is a field path in segments: names, and in brackets what selects the item
// of a list or the key of a map.
type path []string

// parse reads a path as field.Path writes it, such as spec.containers[0].image.
// Server-side apply begins with a dot and selects by value: [name="main"].
func parse(text string) path {
	var out path
	for text != "" {
		if text[0] == '[' {
			end := closing(text)
			out, text = append(out, text[:end]), text[end:]
			continue
		}
		text = strings.TrimPrefix(text, ".")
		end := strings.IndexAny(text, ".[")
		if end < 0 {
			end = len(text)
		}
		if end > 0 {
			out = append(out, text[:end])
		}
		text = text[end:]
	}
	return out
}

// closing is the length of the brackets that a text begins with. Quoted text in
// them may have brackets of its own.
func closing(text string) int {
	quoted := false
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ']' && !quoted:
			return i + 1
		}
	}
	return len(text)
}

// Lookup is the value of an object at a path as Field returns it, and whether there is
// one.
func Lookup(object map[string]any, field string) (any, bool) {
	p := parse(field)
	out, n := p.lookup(object)
	return out, n == len(p)
}

// Steps are the segments of a path: names, and in brackets what selects the item of a
// list or the key of a map.
func Steps(field string) []string { return parse(field) }

// String is the path as field.Path writes it.
func (p path) String() string {
	b := strings.Builder{}
	for i, s := range p {
		if i > 0 && !selects(s) {
			b.WriteByte('.')
		}
		b.WriteString(s)
	}
	return b.String()
}

// with is the path followed by others.
func (p path) with(more ...string) path { return append(slices.Clip(p), more...) }

// below is what of the path follows a prefix. In the prefix [] stands for any
// item or key.
func (p path) below(prefix path) (path, bool) {
	if len(p) < len(prefix) {
		return nil, false
	}
	for i, s := range prefix {
		if s != p[i] && (s != anyItem || !selects(p[i])) {
			return nil, false
		}
	}
	return p[len(prefix):], true
}

// anyItem matches every item or key.
const anyItem = "[]"

// selects reports whether a segment is an item or a key.
func selects(segment string) bool { return strings.HasPrefix(segment, "[") }

// key is the segment that selects an item or key by its name.
func key(name string) string { return "[" + name + "]" }

// selected is what is between the brackets of a segment.
func selected(segment string) string {
	return strings.TrimSuffix(strings.TrimPrefix(segment, "["), "]")
}

// lookup goes down into a value. It returns the value there, and how many of the
// path's segments exist.
func (p path) lookup(v any) (any, int) {
	for i, s := range p {
		next, ok := step(v, s)
		if !ok {
			return nil, i
		}
		v = next
	}
	return v, len(p)
}

func step(v any, segment string) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		name := segment
		if selects(segment) {
			name = selected(segment)
		}
		out, ok := v[name]
		return out, ok
	case []any:
		i := index(v, segment)
		if i < 0 {
			return nil, false
		}
		return v[i], true
	}
	return nil, false
}

// duplicated finds the item that server-side apply says to be there twice.
var duplicated = regexp.MustCompile(`^duplicate entries for key (\[.*\])$`)

// numbered is a path in an object with the index of each item instead of what
// selects it. Of an item that is there twice it is the second one's path.
func numbered(object map[string]any, p path, text string) path {
	if m := duplicated.FindStringSubmatch(text); m != nil {
		p = p.with(m[1])
	}
	out := slices.Clone(p)
	for i, s := range p {
		v, _ := out[:i].lookup(object)
		list, ok := v.([]any)
		if n := last(list, s); ok && n >= 0 {
			out[i] = at(n)
		}
	}
	return out
}

// last is the index of the last item that a segment selects, as index is of the
// first one.
func last(list []any, segment string) int {
	out := index(list, segment)
	for i := out + 1; out >= 0 && i < len(list); i++ {
		if strings.Contains(segment, "=") && index(list[i:], segment) == 0 {
			out = i
		}
	}
	return out
}

// index of the item that a segment selects: by number, by name, or by the values
// of fields as server-side apply writes them; -1 where there is none.
func index(list []any, segment string) int {
	if !selects(segment) {
		return -1
	}
	text := selected(segment)
	if i, err := strconv.Atoi(text); err == nil {
		if i >= 0 && i < len(list) {
			return i
		}
		return -1
	}
	wanted := keys(text)
	return slices.IndexFunc(list, func(item any) bool {
		fields, ok := item.(map[string]any)
		for name, value := range wanted {
			ok = ok && asText(fields[name]) == value
		}
		return ok
	})
}

// keys are the fields that select an item: name="a",port=1, or a alone, which is
// its name.
func keys(text string) map[string]string {
	if !strings.Contains(text, "=") {
		return map[string]string{"name": text}
	}
	out := map[string]string{}
	for pair := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(pair, "=")
		if plain, err := strconv.Unquote(value); err == nil {
			value = plain
		}
		out[name] = value
	}
	return out
}

func asText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}
