// Package compare tells in which fields two sets of Kubernetes objects differ,
// apart from what means the same to the API server, and from what is ours to
// choose. Its rules are those of the conformance cases.
package compare

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Objects reads the objects of a YAML stream. Empty documents are left out; a
// document without apiVersion, kind and name is an error.
func Objects(stream []byte) ([]map[string]any, error) {
	docs, err := documents(stream)
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for i, doc := range docs {
		if doc == nil {
			continue
		}
		object, ok := doc.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("document %d: want an object with apiVersion, kind and metadata, got %T", i+1, doc)
		}
		if err := identified(object); err != nil {
			return nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		out = append(out, object)
	}
	return out, nil
}

func identified(object map[string]any) error {
	u := unstructured.Unstructured{Object: object}
	switch {
	case u.GetAPIVersion() == "":
		return errors.New("apiVersion: missing")
	case u.GetKind() == "":
		return errors.New("kind: missing")
	case u.GetName() == "":
		return errors.New("metadata.name: missing")
	}
	return nil
}

func documents(stream []byte) ([]any, error) {
	var out []any
	decoder := yaml.NewDecoder(bytes.NewReader(stream))
	for {
		node := yaml.Node{}
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", len(out)+1, err)
		}
		resolve(&node)
		var doc any
		if err := node.Decode(&doc); err != nil {
			return nil, fmt.Errorf("document %d: %w", len(out)+1, err)
		}
		out = append(out, doc)
	}
}

// errManyDocuments says that a text is more than one YAML value.
var errManyDocuments = errors.New("more than one document")

// document reads a text that is one YAML value.
func document(text string) (any, error) {
	docs, err := documents([]byte(text))
	switch {
	case err != nil:
		return nil, err
	case len(docs) == 0:
		return nil, nil //nolint:nilnil // An empty text is no error and no value.
	case len(docs) > 1:
		return nil, errManyDocuments
	}
	return docs[0], nil
}

// tagText is YAML's tag of a text.
const tagText = "!!str"

// resolve makes the plain scalars of a tree what they are to the tool that wrote
// the cases. It has YAML 1.1's yes, no, on and off, but y and n are texts, which
// neither of Go's YAML libraries has by itself. Dates and keys are texts, since
// JSON has no others.
func resolve(node *yaml.Node) {
	for i, n := range node.Content {
		isKey := node.Kind == yaml.MappingNode && i%2 == 0
		switch {
		case n.Kind != yaml.ScalarNode:
			resolve(n)
		case !isKey:
			resolveScalar(n)
		case n.ShortTag() != "!!merge":
			n.Tag = tagText
		}
	}
}

func resolveScalar(node *yaml.Node) {
	if node.ShortTag() == "!!timestamp" {
		node.Tag = tagText
	}
	if node.Style != 0 || node.ShortTag() != tagText {
		return
	}
	switch node.Value {
	case "yes", "Yes", "YES", "on", "On", "ON":
		node.Tag, node.Value = "!!bool", "true"
	case "no", "No", "NO", "off", "Off", "OFF":
		node.Tag, node.Value = "!!bool", "false"
	}
}
