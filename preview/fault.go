package preview

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// hint says what may have gone wrong with a text that is no YAML; empty where
// nothing is known that is more than the error says.
func hint(err error, text string) string {
	said := err.Error()
	switch {
	case strings.Contains(text, "{{"):
		return ": it looks like a template: render it first, as with helm template"
	case strings.Contains(said, "cannot start any token") && strings.Contains(text, "\t"):
		return ": YAML is indented with spaces, and there are tabs"
	case strings.Contains(said, "mapping values are not allowed"):
		return ": look at the indentation, and put a text with a colon in it in quotes"
	}
	return ""
}

// oneLine is an error of the YAML decoder, which writes a line for each fault.
func oneLine(err error) error {
	if faults := (*yaml.TypeError)(nil); errors.As(err, &faults) {
		return errors.New(strings.Join(faults.Errors, "; "))
	}
	return err
}

// representable says where a document has what JSON has not: keys that are no
// texts, and numbers that are none.
func representable(n *yaml.Node) error {
	for i, child := range n.Content {
		isKey := n.Kind == yaml.MappingNode && i%2 == 0
		tag := child.ShortTag()
		switch {
		case isKey && child.Kind == yaml.ScalarNode && tag != textTag && tag != "!!merge":
			return fmt.Errorf("line %d: key %s is no text: put it in quotes", child.Line, child.Value)
		case child.Kind == yaml.ScalarNode && tag == "!!float" && strings.ContainsAny(child.Value, "nN"):
			return fmt.Errorf("line %d: %s is no number that JSON has: put it in quotes if it is meant as text", child.Line, child.Value)
		}
		if err := representable(child); err != nil {
			return err
		}
	}
	return nil
}
