// Package wire converts between protobuf's JSON types and Go's. It and package
// functions are all that knows of protobuf.
package wire

import (
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/structpb"
)

// Map converts a struct, with whole numbers as int64, as Kubernetes' own types
// want them: protobuf has doubles only. Fields called by any name in skip are
// left out at the top level of the result.
func Map(s *structpb.Struct, skip ...string) map[string]any {
	fields := s.GetFields()
	out := make(map[string]any, len(fields))
	for k, v := range fields {
		if !slices.Contains(skip, k) {
			out[k] = readValue(v)
		}
	}
	return out
}

// readValue converts a value to a JSON type.
func readValue(v *structpb.Value) any {
	switch k := v.GetKind().(type) {
	case *structpb.Value_StringValue:
		return k.StringValue
	case *structpb.Value_StructValue:
		return Map(k.StructValue)
	case *structpb.Value_ListValue:
		out := make([]any, 0, len(k.ListValue.GetValues()))
		for _, e := range k.ListValue.GetValues() {
			out = append(out, readValue(e))
		}
		return out
	case *structpb.Value_NumberValue:
		return readNumber(k.NumberValue)
	case *structpb.Value_BoolValue:
		return k.BoolValue
	}
	return nil
}

// readNumber returns an int64 where the number is a whole one that loses nothing by it.
func readNumber(f float64) any {
	const exact = 1 << 53 // Doubles hold every integer up to here.
	if f == math.Trunc(f) && math.Abs(f) <= exact {
		return int64(f)
	}
	return f
}

// Struct converts JSON types, integers of any size among them.
func Struct(m map[string]any) (*structpb.Struct, error) {
	out := &structpb.Struct{}
	return out, fill(out, m)
}

func fill(s *structpb.Struct, m map[string]any) error {
	s.Fields = make(map[string]*structpb.Value, len(m))
	for k, v := range m {
		p, err := writeValue(v)
		if err != nil {
			return fmt.Errorf("%s: %w", k, err)
		}
		s.Fields[k] = p
	}
	return nil
}

// writeValue converts a JSON type to a value.
func writeValue(v any) (*structpb.Value, error) {
	switch v := v.(type) {
	case string:
		if utf8.ValidString(v) {
			return newString(v), nil
		}
	case map[string]any:
		out, s := newStruct()
		return out, fill(s, v)
	case []any:
		return writeList(v)
	case int64:
		return newNumber(float64(v)), nil
	case bool:
		return newBool(v), nil
	}
	out, err := structpb.NewValue(v)
	if err != nil {
		return nil, fmt.Errorf("cannot send a %T: %w", v, err)
	}
	return out, nil
}

// writeList converts a list.
func writeList(l []any) (*structpb.Value, error) {
	out, list := newList()
	list.Values = make([]*structpb.Value, 0, len(l))
	for i, e := range l {
		p, err := writeValue(e)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		list.Values = append(list.Values, p)
	}
	return out, nil
}
