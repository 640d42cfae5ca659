package wire

import (
	"google.golang.org/protobuf/types/known/structpb"
)

// The constructors below do what structpb's do, with one allocation for a value
// and what it consists of: there are thousands of values in a request.

func newString(s string) *structpb.Value {
	v := &struct {
		structpb.Value

		kind structpb.Value_StringValue
	}{}
	v.kind.StringValue = s
	v.Kind = &v.kind
	return &v.Value
}

func newNumber(n float64) *structpb.Value {
	v := &struct {
		structpb.Value

		kind structpb.Value_NumberValue
	}{}
	v.kind.NumberValue = n
	v.Kind = &v.kind
	return &v.Value
}

func newBool(b bool) *structpb.Value {
	v := &struct {
		structpb.Value

		kind structpb.Value_BoolValue
	}{}
	v.kind.BoolValue = b
	v.Kind = &v.kind
	return &v.Value
}

// newStruct returns a value and the empty struct that it is.
func newStruct() (*structpb.Value, *structpb.Struct) {
	v := &struct {
		structpb.Value

		kind structpb.Value_StructValue
		is   structpb.Struct
	}{}
	v.kind.StructValue = &v.is
	v.Kind = &v.kind
	return &v.Value, &v.is
}

// newList returns a value and the empty list that it is.
func newList() (*structpb.Value, *structpb.ListValue) {
	v := &struct {
		structpb.Value

		kind structpb.Value_ListValue
		is   structpb.ListValue
	}{}
	v.kind.ListValue = &v.is
	v.Kind = &v.kind
	return &v.Value, &v.is
}
