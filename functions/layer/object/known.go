package object

import (
	"encoding/json"
	"maps"
	"reflect"
	"strings"
)

// Open are the types whose definition keeps fields that the type does not have.
type Open map[reflect.Type]bool

// PickKnown returns what of a value, of JSON types, has a place in a type: all but the
// fields that the API server does not know. It refuses an object that is applied with
// such a field as a whole. What a type reads by itself stays as it is.
func PickKnown(value any, of reflect.Type, open Open) any {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if reflect.PointerTo(of).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		return pickKnownFields(v, of, open)
	case []any:
		return pickKnownItems(v, of, open)
	}
	return value
}

func pickKnownFields(object map[string]any, of reflect.Type, open Open) any {
	out := maps.Clone(object)
	switch of.Kind() { //nolint:exhaustive // Only these two have fields.
	case reflect.Map:
		for key, value := range object {
			out[key] = PickKnown(value, of.Elem(), open)
		}
	case reflect.Struct:
		known := map[string]reflect.Type{}
		addFields(known, of)
		for key, value := range object {
			field, ok := known[key]
			switch {
			case ok:
				out[key] = PickKnown(value, field, open)
			case !open[of]:
				delete(out, key)
			}
		}
	}
	return out
}

func pickKnownItems(list []any, of reflect.Type, open Open) any {
	if of.Kind() != reflect.Slice {
		return list
	}
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = PickKnown(item, of.Elem(), open)
	}
	return out
}

// addFields adds the types of a struct's fields by the names that they have in JSON. Those
// of an embedded struct are its own, where it has none of that name itself.
func addFields(known map[string]reflect.Type, of reflect.Type) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	var embedded []reflect.Type
	for f := range of.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "" && f.Anonymous:
			embedded = append(embedded, f.Type)
		case name != "" && name != "-":
			if _, ok := known[name]; !ok {
				known[name] = f.Type
			}
		}
	}
	for _, e := range embedded {
		addFields(known, e)
	}
}
