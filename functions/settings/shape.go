package settings

import (
	"encoding/json"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/internal/mistype"
	"github.com/crossplane-contrib/function-dynamo/internal/near"
)

// shapeFaults names fields that a Go type does not have, and values that are not of their
// field's type, each at its path, as users are told of the same in manifests. Go's own
// errors name the types of its fields, and stop at the first.
func shapeFaults(value any, want reflect.Type, at *field.Path) field.ErrorList {
	for want.Kind() == reflect.Pointer {
		want = want.Elem()
	}
	if value == nil {
		return nil
	}
	if name := schemaType(want); !mistype.Fits(name, value) {
		return field.ErrorList{mistype.Fault(at, name, value)}
	}
	switch v := value.(type) {
	case map[string]any:
		return mapFaults(v, want, at)
	case []any:
		return listFaults(v, want, at)
	}
	return nil
}

// mapFaults looks into an object, in the order of its keys.
func mapFaults(v map[string]any, want reflect.Type, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	if want.Kind() == reflect.Map {
		for _, key := range slices.Sorted(maps.Keys(v)) {
			faults = append(faults, shapeFaults(v[key], want.Elem(), at.Key(key))...)
		}
		return faults
	}
	known := maps.Collect(listFields(want))
	for _, key := range slices.Sorted(maps.Keys(v)) {
		if t, ok := known[key]; ok {
			faults = append(faults, shapeFaults(v[key], t, at.Child(key))...)
		} else {
			faults = append(faults, unknownFault(at.Child(key), key, maps.Keys(known)))
		}
	}
	return faults
}

func listFaults(v []any, want reflect.Type, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for i, item := range v {
		faults = append(faults, shapeFaults(item, want.Elem(), at.Index(i))...)
	}
	return faults
}

// unknownFault is that of a field that no setting has.
func unknownFault(at *field.Path, name string, known iter.Seq[string]) *field.Error {
	remedy := "correct or remove it"
	if meant := near.Name(name, slices.Collect(known)); meant != "" {
		remedy = "did you mean " + meant + "?"
	}
	return field.Invalid(at, field.OmitValueType{}, "unknown field: "+remedy)
}

// schemaType is the type that JSON has for a Go type; empty where the type reads itself.
func schemaType(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[intstr.IntOrString]():
		return mistype.IntegerOrString
	case reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()):
		return ""
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return mistype.Object
	case reflect.Slice:
		return mistype.Array
	case reflect.String:
		return mistype.String
	case reflect.Bool:
		return mistype.Boolean
	case reflect.Int32, reflect.Int64:
		return mistype.Integer
	default:
		return ""
	}
}

// listFields are the fields of a struct by their names in JSON, with those of the structs
// that it embeds.
func listFields(t reflect.Type) iter.Seq2[string, reflect.Type] {
	return func(yield func(string, reflect.Type) bool) {
		if t.Kind() != reflect.Struct {
			return
		}
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" && !yield(name, f.Type) {
				return
			}
		}
	}
}
