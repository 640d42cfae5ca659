package object

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
)

// hashLength is that of a hash in hex digits.
const hashLength = 16

// usualSize is that of most objects in bytes, so that few need more.
const usualSize = 4096

// Digest is what is known of values without keeping them.
type Digest struct {
	// Hash has 16 hex digits. Equal values have equal hashes: maps are read in
	// the order of their keys.
	Hash string
	// Size is about how many bytes the values take when they are sent.
	Size int
}

// Hash digests JSON types.
func Hash(values ...any) (Digest, error) {
	text, err := appendList(make([]byte, 0, usualSize), values)
	if err != nil {
		return Digest{}, err
	}
	sum := sha256.Sum256(text)
	return Digest{Hash: hex.EncodeToString(sum[:])[:hashLength], Size: len(text)}, nil
}

// appendValue appends a text that no other value has: each begins with its kind,
// and with its length if that varies.
func appendValue(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, 'n'), nil
	case bool:
		if v {
			return append(b, 't'), nil
		}
		return append(b, 'f'), nil
	case int64:
		return binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v)), nil //nolint:gosec // Its bits.
	case float64:
		return binary.BigEndian.AppendUint64(append(b, 'd'), math.Float64bits(v)), nil
	case string:
		return append(appendLength(b, 's', len(v)), v...), nil
	case []any:
		return appendList(b, v)
	case map[string]any:
		return appendMap(b, v)
	}
	return nil, fmt.Errorf("cannot hash a %T: convert it to JSON types", v)
}

func appendLength(b []byte, kind byte, n int) []byte {
	return binary.AppendUvarint(append(b, kind), uint64(n)) //nolint:gosec // Never negative.
}

func appendList(b []byte, l []any) ([]byte, error) {
	b = appendLength(b, 'l', len(l))
	var err error
	for _, v := range l {
		if b, err = appendValue(b, v); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func appendMap(b []byte, m map[string]any) ([]byte, error) {
	b = appendLength(b, 'm', len(m))
	var err error
	keys := slices.AppendSeq(make([]string, 0, len(m)), maps.Keys(m))
	slices.Sort(keys)
	for _, k := range keys {
		b = append(appendLength(b, 's', len(k)), k...)
		if b, err = appendValue(b, m[k]); err != nil {
			return nil, err
		}
	}
	return b, nil
}
