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
	// Restarts says which pods a change restarts.
	Restarts string
}

// restarting begins the sentence of a description that says which pods a change
// restarts. It is the last one.
const restarting = "A change restarts "

// without begins the sentence of a description that says what applies without the field,
// where the schema does not: as a default there it would count as given.
const without = "Without it `"

// foreign is what a description says of a block that is described elsewhere: it has one row,
// and its fields have none.
const foreign = "fields are those of Kubernetes."

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
	return root.fields(Row{})
}

// fields are the rows of the fields of an object. They restart what its own row says,
// if it has one, where they say nothing else.
func (s schema) fields(of Row) ([]Row, error) {
	var out []Row
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		field := Row{Path: join(of.Path, name), Restarts: of.Restarts}
		rows, err := s.Properties[name].rows(field, slices.Contains(s.Required, name))
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
// objects has both. An object in an item, such as a selector, is one of Kubernetes'
// own: whoever writes it knows its fields.
func (s schema) rows(of Row, needed bool) ([]Row, error) {
	if inItem := strings.Contains(of.Path, "[]"); inItem {
		row, err := s.row(of, needed)
		return []Row{row}, err
	}
	whole := strings.Contains(s.sentence(), foreign)
	if len(s.Properties) > 0 && !whole {
		return s.fields(of)
	}
	row, err := s.row(of, needed)
	if err != nil || s.Items == nil || whole {
		return []Row{row}, err
	}
	items, err := s.Items.fields(Row{Path: row.Path + "[]", Restarts: row.Restarts})
	return append([]Row{row}, items...), err
}

func (s schema) row(of Row, needed bool) (Row, error) {
	if s.Description == "" {
		return Row{}, fmt.Errorf("%s: has no description: comment the field of the Go type", of.Path)
	}
	out := of
	effect, restarts, ok := strings.Cut(s.sentence(), restarting)
	if ok {
		out.Restarts = strings.TrimSuffix(restarts, ".")
	}
	if out.Restarts == "" {
		return Row{}, fmt.Errorf("%s: does not say what a change restarts: end the comment with %q", of.Path, restarting+"no pods.")
	}
	out.Default, out.Effect = s.described(), strings.TrimSpace(effect)+s.values()
	switch {
	case s.Default != nil:
		out.Default = code(s.Default)
	case needed:
		out.Default = required
	}
	return out, nil
}

// described is what the description says that applies without the field.
func (s schema) described() string {
	_, rest, _ := strings.Cut(s.sentence(), without)
	value, _, ok := strings.Cut(rest, "`")
	if !ok {
		return noDefault
	}
	return code(value)
}

// sentence is the description as one line.
func (s schema) sentence() string { return strings.Join(strings.Fields(s.Description), " ") }

// values are those that are allowed; empty where all are.
func (s schema) values() string {
	if len(s.Enum) == 0 {
		return ""
	}
	values := make([]string, 0, len(s.Enum))
	for _, v := range s.Enum {
		values = append(values, code(v))
	}
	return " One of " + strings.Join(values, ", ") + "."
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
