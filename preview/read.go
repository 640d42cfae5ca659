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

// Sources reads the YAML or JSON documents of a stream, as YAML 1.2 has it:
// y, yes, on and off are texts. Empty documents are left out. Integers come as
// int64, as Kubernetes' own types want them.
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
	datesAsText(node)
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

// datesAsText keeps what looks like a date as it is written: JSON has no dates,
// and a label such as 2026-01-31 means its text.
func datesAsText(node *yaml.Node) {
	if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!timestamp" {
		node.Tag = "!!str"
	}
	for _, n := range node.Content {
		datesAsText(n)
	}
}
