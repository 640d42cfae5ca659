package wire

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/types/known/structpb"
)

// Numbers of the fields of struct.proto.
const (
	structFields protowire.Number = 1
	listValues   protowire.Number = 1
	valueNull    protowire.Number = 1
	valueNumber  protowire.Number = 2
	valueString  protowire.Number = 3
	valueBool    protowire.Number = 4
	valueStruct  protowire.Number = 5
	valueList    protowire.Number = 6
)

// maxDepth of what is decoded here. Kubernetes' own objects have about 20 levels.
const maxDepth = 100

// decodeStruct decodes a struct without the field at path omit, if any.
func decodeStruct(m message, omit []string, depth int, out *structpb.Struct) bool {
	if depth > maxDepth {
		return false
	}
	out.Fields = make(map[string]*structpb.Value, m.count())
	for f, ok := m.next(); ok; f, ok = m.next() {
		key, value, ok := f.payload.entry()
		if !ok || !f.is(structFields, protowire.BytesType) {
			return false
		}
		below, omitted := under(omit, key)
		if omitted {
			continue
		}
		if out.Fields[key], ok = decodeValue(value, below, depth+1); !ok {
			return false
		}
	}
	return m == ""
}

// under is the rest of a path below key, and whether the path ends there.
func under(path []string, key string) ([]string, bool) {
	if len(path) == 0 || path[0] != key {
		return nil, false
	}
	return path[1:], len(path) == 1
}

func decodeList(m message, depth int, out *structpb.ListValue) bool {
	if depth > maxDepth {
		return false
	}
	out.Values = make([]*structpb.Value, 0, m.count())
	for f, ok := m.next(); ok; f, ok = m.next() {
		if !f.is(listValues, protowire.BytesType) {
			return false
		}
		v, ok := decodeValue(f.payload, nil, depth+1)
		if !ok {
			return false
		}
		out.Values = append(out.Values, v)
	}
	return m == ""
}

func decodeValue(m message, omit []string, depth int) (*structpb.Value, bool) {
	f, ok := m.next()
	if !ok || m != "" {
		return nil, false
	}
	switch {
	case f.is(valueString, protowire.BytesType):
		text, ok := f.payload.text()
		return newString(text), ok
	case f.is(valueStruct, protowire.BytesType):
		out, s := newStruct()
		return out, decodeStruct(f.payload, omit, depth, s)
	case f.is(valueList, protowire.BytesType):
		out, l := newList()
		return out, decodeList(f.payload, depth, l)
	case f.is(valueNumber, protowire.Fixed64Type):
		return newNumber(math.Float64frombits(f.scalar)), true
	case f.is(valueBool, protowire.VarintType):
		return newBool(protowire.DecodeBool(f.scalar)), true
	case f.is(valueNull, protowire.VarintType):
		return structpb.NewNullValue(), f.scalar == 0
	}
	return nil, false
}
