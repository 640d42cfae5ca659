package object_test

import (
	"regexp"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

func TestHash(t *testing.T) {
	type m = map[string]any
	base := m{"a": []any{"x", int64(1), true, nil, 0.5}, "b": m{"c": "d"}}
	cases := map[string]struct {
		reason string
		value  any
		same   bool
	}{
		"Same":        {reason: "equal values have one hash, in whatever order a map was filled", value: m{"b": m{"c": "d"}, "a": []any{"x", int64(1), true, nil, 0.5}}, same: true},
		"OtherText":   {reason: "a text counts", value: m{"a": []any{"y", int64(1), true, nil, 0.5}, "b": m{"c": "d"}}},
		"OtherOrder":  {reason: "so does the order of a list", value: m{"a": []any{int64(1), "x", true, nil, 0.5}, "b": m{"c": "d"}}},
		"OtherKind":   {reason: "a number is not its text", value: m{"a": []any{"x", "1", true, nil, 0.5}, "b": m{"c": "d"}}},
		"OtherKey":    {reason: "nor is a key another", value: m{"a": []any{"x", int64(1), true, nil, 0.5}, "b": m{"e": "d"}}},
		"OtherBool":   {reason: "true is not false", value: m{"a": []any{"x", int64(1), false, nil, 0.5}, "b": m{"c": "d"}}},
		"Less":        {reason: "nor is less the same", value: m{"a": []any{"x", int64(1), true, nil, 0.5}}},
		"FloatNumber": {reason: "a double is not the integer of its value", value: m{"a": []any{"x", 1.0, true, nil, 0.5}, "b": m{"c": "d"}}},
	}
	want, err := object.Hash(base)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(want.Hash) {
		t.Errorf("want 16 hex digits, got %q", want.Hash)
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := object.Hash(tc.value)
			if err != nil {
				t.Fatal(err)
			}
			if (got.Hash == want.Hash) != tc.same {
				t.Errorf("%s\nHash(...): %q beside %q", tc.reason, got.Hash, want.Hash)
			}
		})
	}
}

// TestHashBoundaries finds values whose texts would run into each other apart.
func TestHashBoundaries(t *testing.T) {
	seen := map[string][]any{}
	for _, values := range [][]any{{"ab", "c"}, {"a", "bc"}, {"abc"}, {[]any{"ab"}, "c"}, {[]any{"ab", "c"}}, {nil}, {""}, {}} {
		d, err := object.Hash(values...)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[d.Hash]; ok {
			t.Errorf("%v and %v have one hash", values, other)
		}
		seen[d.Hash] = values
	}
}

func TestHashSize(t *testing.T) {
	d, err := object.Hash(map[string]any{"key": string(make([]byte, 5000))})
	if err != nil || d.Size < 5000 || d.Size > 5100 {
		t.Errorf("Hash(...): want a size of about 5000 bytes, got %d and %v", d.Size, err)
	}
}

func TestHashUnknownType(t *testing.T) {
	if d, err := object.Hash([]any{map[string]any{"a": struct{}{}}}); err == nil {
		t.Errorf("Hash(...): want an error for what is no JSON type, got %v", d)
	}
}

// TestHashIsFrozen pins the hash of a value. A release that changes it makes
// every graph look as if it were being updated until all is written again.
func TestHashIsFrozen(t *testing.T) {
	d, err := object.Hash(map[string]any{"replicas": int64(2), "labels": map[string]any{"a": "b"}}, []any{"x", nil, true, 0.5})
	if err != nil {
		t.Fatal(err)
	}
	if want := "a619bd2e0fe91339"; d.Hash != want {
		t.Errorf("Hash(...): want %q, got %q", want, d.Hash)
	}
}
