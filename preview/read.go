package preview

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// Source is an object and the text that it was read from.
type Source struct {
	Object map[string]any
	// Node is the document's root; it knows lines.
	Node *yaml.Node
}

// textTag is the tag of text in YAML.
const textTag = "!!str"

// Documents reads the objects of a stream, as Sources does.
func Documents(r io.Reader) ([]map[string]any, error) {
	sources, err := Sources(r)
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, s := range sources {
		out = append(out, s.Object)
	}
	return out, nil
}

// Sources reads the YAML or JSON documents of a stream, as kubectl does: y, yes, on
// and their opposites are booleans, which they no longer are in YAML 1.2. Empty
// documents are left out. Integers come as int64, as Kubernetes' own types want them.
func Sources(r io.Reader) ([]Source, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	var out []Source
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for n := 1; ; n++ {
		node := yaml.Node{}
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("document %d: %w%s", n, err, hint(err, string(text)))
		}
		doc, err := document(&node)
		if err != nil {
			return nil, fmt.Errorf("document %d: %w%s", n, err, hint(err, string(text)))
		}
		if doc != nil {
			out = append(out, Source{Object: doc, Node: &node})
		}
	}
}

func document(node *yaml.Node) (map[string]any, error) {
	readAsKubectl(node)
	if err := representable(node); err != nil {
		return nil, err
	}
	var v any
	if err := node.Decode(&v); err != nil {
		return nil, fmt.Errorf("cannot be read: %w", oneLine(err))
	}
	if v == nil {
		return nil, nil //nolint:nilnil // An empty document is no error and no object.
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("is not representable as JSON: %w", err)
	}
	var out map[string]any
	if err := kyaml.Unmarshal(raw, &out); err != nil {
		return nil, errors.New("is no object: a manifest has apiVersion, kind and metadata")
	}
	return out, nil
}

// readAsKubectl gives plain scalars the meaning that they have for kubectl: what looks
// like a date is text, since JSON has no dates, and a label such as 2026-01-31 means its
// text; the booleans of YAML 1.1 are booleans, and text where they are keys.
func readAsKubectl(node *yaml.Node) {
	if boolean, ok := oldBoolean(node); ok {
		node.Tag, node.Value = "!!bool", boolean
	} else if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!timestamp" {
		node.Tag = textTag
	}
	for i, n := range node.Content {
		_, wasText := oldBoolean(n)
		readAsKubectl(n)
		if isKey := node.Kind == yaml.MappingNode && i%2 == 0; isKey && wasText {
			n.Tag = textTag
		}
	}
}

// oldBoolean returns what a scalar means that is a boolean for YAML 1.1 alone.
func oldBoolean(node *yaml.Node) (string, bool) {
	if node.Kind != yaml.ScalarNode || node.Style != 0 || node.ShortTag() != textTag {
		return "", false
	}
	switch node.Value {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
		return "true", true
	case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return "false", true
	}
	return "", false
}
