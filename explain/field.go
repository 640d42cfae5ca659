package explain

import (
	"maps"
	"reflect"
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// field is a place in a manifest: what its schema and its Go type say of it.
type field struct {
	name     string
	path     string
	required bool
	schema   apiextensionsv1.JSONSchemaProps
	typ      reflect.Type
	// swagger is what Kubernetes says of it.
	swagger string
	// around is the field that it is in; nil for a whole object.
	around *field
}

// root is a whole object.
func root(k Kind, v Version) *field {
	out := &field{name: k.Name, schema: *v.schema.DeepCopy(), typ: typeOf(k.Name, v.Name)}
	addMeta(&out.schema)
	return out
}

// addMeta adds the fields that all objects have, and definitions leave to Crossplane.
func addMeta(s *apiextensionsv1.JSONSchemaProps) {
	for name, typ := range map[string]string{"apiVersion": "string", "kind": "string", "metadata": "object"} {
		s.Properties[name] = apiextensionsv1.JSONSchemaProps{Type: typ}
	}
}

// children are the fields in a field of its own form, by name. Those of a list or map are
// the fields of its values.
func (f *field) children() []*field {
	at := f.values()
	known := members(at.typ)
	var out []*field
	for _, name := range slices.Sorted(maps.Keys(at.schema.Properties)) {
		m, found := known[name]
		if !found && isOurs(at.typ) {
			continue
		}
		out = append(out, &field{
			name: name, path: join(at.path, name), schema: at.schema.Properties[name], typ: m.typ, swagger: m.swagger,
			required: slices.Contains(at.schema.Required, name), around: at,
		})
	}
	return out
}

// child is the field of that name; nil if there is none.
func (f *field) child(name string) *field {
	for _, c := range f.children() {
		if c.name == name {
			return c
		}
	}
	return nil
}

// values are what a list or map is of, and what is no list or map itself.
func (f *field) values() *field {
	if inside := f.value(); inside != nil {
		return inside.values()
	}
	return f
}

// value is an item of a list, or a value of a map; nil for others.
func (f *field) value() *field {
	out := &field{name: f.name, typ: inner(f.typ), around: f}
	switch s := f.schema; {
	case s.Items != nil && s.Items.Schema != nil:
		out.path, out.schema = f.path+"[]", *s.Items.Schema
	case f.isMap():
		out.path, out.schema = f.path+".<name>", *s.AdditionalProperties.Schema
	default:
		return nil
	}
	return out
}

func (f *field) isMap() bool {
	return f.schema.AdditionalProperties != nil && f.schema.AdditionalProperties.Schema != nil
}

// description is the comment of the field's Go type, or Kubernetes' own. Of a value that
// neither speaks of it is that of its list or map.
func (f *field) description() string {
	for _, text := range []string{f.schema.Description, f.swagger, typeDescription(f.typ)} {
		if text != "" {
			return text
		}
	}
	if f.around != nil && f.around.value() != nil {
		return f.around.description()
	}
	return ""
}

// typeDescription is what Kubernetes says of a type of its own.
func typeDescription(t reflect.Type) string {
	if t = plain(t); t == nil {
		return ""
	}
	return swagger(t)[""]
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
