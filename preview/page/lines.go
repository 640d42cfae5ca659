package page

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/preview/origin"
)

// line of an object's YAML.
type line struct {
	Text string
	// path of the field whose value begins in the line; empty where none does.
	path string
	// paths are those of all fields that begin in the line.
	paths []string
	// ID is the anchor of a line that something links to.
	ID string
	// Sources are what set the field.
	Sources []whence
	// Same says that the line above has the same sources.
	Same bool
	// Remarks are what is said of the field.
	Remarks []remark
}

// write is an object as YAML, with the fields that stand in its lines.
func write(object map[string]any) []*line {
	raw, err := kyaml.Marshal(object)
	if err != nil {
		return []*line{{Text: "# " + err.Error()}}
	}
	var out []*line
	for text := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\n"), "\n") {
		out = append(out, &line{Text: text})
	}
	root := yaml.Node{}
	if err := yaml.Unmarshal(raw, &root); err == nil && len(root.Content) == 1 {
		mark(out, root.Content[0], object, "")
	}
	return out
}

// mark notes the paths of a value and of what is below it in the lines in which they
// begin. The value is at the node.
func mark(lines []*line, n *yaml.Node, value any, path string) {
	switch v := value.(type) {
	case map[string]any:
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := n.Content[i].Value
			below := origin.Child(path, name)
			note(lines, n.Content[i], below)
			mark(lines, n.Content[i+1], v[name], below)
		}
		if len(v) > 0 {
			return
		}
	case []any:
		for i, segment := range origin.Items(path, v) {
			note(lines, n.Content[i], path+segment)
			mark(lines, n.Content[i], v[i], path+segment)
		}
		if len(v) > 0 {
			return
		}
	}
	if at := n.Line - 1; at >= 0 && at < len(lines) && lines[at].path == "" {
		lines[at].path = path
	}
}

func note(lines []*line, n *yaml.Node, path string) {
	if at := n.Line - 1; at >= 0 && at < len(lines) {
		lines[at].paths = append(lines[at].paths, path)
	}
}

// veil hides what a Secret holds.
func veil(object map[string]any) map[string]any {
	if object["kind"] != "Secret" {
		return object
	}
	out := map[string]any{}
	for name, value := range object {
		if values, ok := value.(map[string]any); ok && (name == "data" || name == "stringData") {
			value = hidden(values)
		}
		out[name] = value
	}
	return out
}

func hidden(values map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range values {
		out[name] = fmt.Sprintf("(%d characters, not shown)", len(fmt.Sprint(value)))
	}
	return out
}
