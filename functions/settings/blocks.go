package settings

import (
	"encoding/json"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Over returns a block of Kubernetes with the fields of over, and those of under that over
// leaves out. A field counts as a whole: of two profiles of seccomp, say, no half is kept.
// It shares nothing with under.
func Over[T any](under, over *T) *T {
	if under == nil {
		return over
	}
	out := readFields(under)
	maps.Copy(out, readFields(over))
	return writeFields[T](out)
}

// OverContainer is Over for security contexts of containers, of whose capabilities those to
// add and those to drop are fields of their own: whoever adds one does not take back all
// others.
func OverContainer(under, over *corev1.SecurityContext) *corev1.SecurityContext {
	out := Over(under, over)
	if under != nil && over != nil {
		out.Capabilities = Over(under.Capabilities, over.Capabilities)
	}
	return out
}

// Except returns a block without some of its fields.
func Except[T any](block *T, names ...string) *T {
	if block == nil || len(names) == 0 {
		return block
	}
	out := readFields(block)
	for _, name := range names {
		delete(out, name)
	}
	return writeFields[T](out)
}

// FieldNames are the names of the fields that a block has, sorted.
func FieldNames[T any](block *T) []string { return slices.Sorted(maps.Keys(readFields(block))) }

// readFields returns the fields of a block as JSON; none where it is nil.
func readFields[T any](block *T) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	if block == nil {
		return out
	}
	text, err := json.Marshal(block)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		panic(err) // Plain texts, numbers, lists and blocks only.
	}
	return out
}

// writeFields makes a block of fields that come from blocks of its type.
func writeFields[T any](fields map[string]json.RawMessage) *T {
	out := new(T)
	text, err := json.Marshal(fields)
	if err == nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil {
		panic(err) // They were written by the type that reads them.
	}
	return out
}
