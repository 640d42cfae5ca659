package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// Row is one setting.
type Row struct {
	// Path of the field; [] follows the name of a list.
	Path string
	// Default is what applies when the field is left out.
	Default string
	// Effect is the field's description, in one line.
	Effect string
}

// What the table says of fields without a default.
const (
	noDefault = "none"
	required  = "required"
)

// schema is what is read of an OpenAPI schema.
type schema struct {
	Description string            `json:"description"`
	Default     any               `json:"default"`
	Enum        []any             `json:"enum"`
	Items       *schema           `json:"items"`
	Properties  map[string]schema `json:"properties"`
	Required    []string          `json:"required"`
}

// crd is what is read of a CustomResourceDefinition.
type crd struct {
	Spec struct {
		Versions []struct {
			Schema struct {
				OpenAPIV3Schema schema `json:"openAPIV3Schema"`
			} `json:"schema"`
		} `json:"versions"`
	} `json:"spec"`
}

// Rows are the settings of a CRD with one version, by path.
func Rows(raw []byte) ([]Row, error) {
	c := crd{}
	if err := yaml.Unmarshal(raw, &c); err != nil {
		return nil, fmt.Errorf("cannot read the CRD: %w", err)
	}
	if len(c.Spec.Versions) != 1 {
		return nil, fmt.Errorf("the CRD has %d versions, and the table is of one", len(c.Spec.Versions))
	}
	root := c.Spec.Versions[0].Schema.OpenAPIV3Schema
	for _, name := range []string{"apiVersion", "kind", "metadata"} {
		delete(root.Properties, name)
	}
	if len(root.Properties) == 0 {
		return nil, errors.New("the CRD has no settings")
	}
	return root.fields("")
}

// fields are the rows of the fields of an object.
func (s schema) fields(path string) ([]Row, error) {
	var out []Row
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		rows, err := s.Properties[name].rows(join(path, name), slices.Contains(s.Required, name))
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// rows of a field: those of the fields in it, or one of its own. A list of
// objects has both.
func (s schema) rows(path string, needed bool) ([]Row, error) {
	if len(s.Properties) > 0 {
		return s.fields(path)
	}
	row, err := s.row(path, needed)
	if err != nil || s.Items == nil {
		return []Row{row}, err
	}
	items, err := s.Items.fields(path + "[]")
	return append([]Row{row}, items...), err
}

func (s schema) row(path string, needed bool) (Row, error) {
	if s.Description == "" {
		return Row{}, fmt.Errorf("%s: has no description: comment the field of the Go type", path)
	}
	out := Row{Path: path, Default: noDefault, Effect: s.effect()}
	switch {
	case s.Default != nil:
		out.Default = code(s.Default)
	case needed:
		out.Default = required
	}
	return out, nil
}

// effect is the description as one line, with the values that are allowed.
func (s schema) effect() string {
	out := strings.Join(strings.Fields(s.Description), " ")
	if len(s.Enum) == 0 {
		return out
	}
	values := make([]string, 0, len(s.Enum))
	for _, v := range s.Enum {
		values = append(values, code(v))
	}
	return out + " One of " + strings.Join(values, ", ") + "."
}

// code is a value as code: a text as it is, anything else as JSON.
func code(v any) string {
	if s, ok := v.(string); ok {
		return "`" + s + "`"
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("`%v`", v) // Came out of JSON, so that it goes in again.
	}
	return "`" + string(raw) + "`"
}
