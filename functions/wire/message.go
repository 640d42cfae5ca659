package wire

import (
	"encoding/binary"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is an encoded message, or the rest of one. It is a string so that the
// texts in it are parts of it, which need no memory of their own.
type message string

// field is one field of a message.
type field struct {
	number protowire.Number
	kind   protowire.Type
	// payload of a field of kind bytes: a message or a text.
	payload message
	// scalar is the value of a field of any other kind, as bits.
	scalar uint64
}

// is says whether a field is the one of that number and of that kind.
func (f field) is(number protowire.Number, kind protowire.Type) bool {
	return f.number == number && f.kind == kind
}

// next takes the next field off a message. It returns false at the end, and
// where it finds none: then it leaves the message as it is.
func (m *message) next() (field, bool) {
	rest := *m
	tag, ok := rest.varint()
	if !ok {
		return field{}, false
	}
	f := field{}
	f.number, f.kind = protowire.DecodeTag(tag)
	switch f.kind { //nolint:exhaustive // Our messages have no other kinds.
	case protowire.BytesType:
		f.payload, ok = rest.bytes()
	case protowire.VarintType:
		f.scalar, ok = rest.varint()
	case protowire.Fixed64Type:
		f.scalar, ok = rest.fixed64()
	default:
		ok = false
	}
	if ok {
		*m = rest
	}
	return f, ok && f.number.IsValid()
}

// varint takes a number off a message that has seven of its bits in each byte,
// the lowest first. All bytes but its last have the top bit set.
func (m *message) varint() (uint64, bool) {
	var out uint64
	for i := 0; i < len(*m) && i < binary.MaxVarintLen64; i++ {
		b := (*m)[i]
		out |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			*m = (*m)[i+1:]
			return out, true
		}
	}
	return 0, false
}

// bytes takes a length and as many bytes off a message.
func (m *message) bytes() (message, bool) {
	n, ok := m.varint()
	if !ok || n > uint64(len(*m)) {
		return "", false
	}
	out := (*m)[:n]
	*m = (*m)[n:]
	return out, true
}

func (m *message) fixed64() (uint64, bool) {
	const size = 8
	if len(*m) < size {
		return 0, false
	}
	out := binary.LittleEndian.Uint64([]byte((*m)[:size]))
	*m = (*m)[size:]
	return out, true
}

// count is the number of fields that next will return.
func (m message) count() int {
	n := 0
	for _, ok := m.next(); ok; _, ok = m.next() {
		n++
	}
	return n
}

// text is a message that is a text.
func (m message) text() (string, bool) { return string(m), utf8.ValidString(string(m)) }

// entry takes the entry of a map apart.
func (m message) entry() (key string, value message, ok bool) {
	k, ok := m.next()
	if !ok || !k.is(entryKey, protowire.BytesType) {
		return "", "", false
	}
	v, ok := m.next()
	if !ok || !v.is(entryValue, protowire.BytesType) {
		return "", "", false
	}
	key, ok = k.payload.text()
	return key, v.payload, ok && m == ""
}
