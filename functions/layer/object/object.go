// Package object turns typed Kubernetes objects into what is sent to core, and
// observed ones back. It is the only place that does.
package object

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
)

// Desired converts a typed object into the fields that we want to own: without
// status, nulls and the stubs that Go types without omitempty leave behind.
// Empty values that mean something, such as emptyDir: {}, stay, and so does all
// that a user writes into a field that takes anything.
func Desired(o runtime.Object) (map[string]any, error) {
	m, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return nil, fmt.Errorf("cannot convert %T: %w", o, err)
	}
	delete(m, "status")
	prune(m, freeForm(m))
	hideEmpty(m)
	return m, nil
}

// Status converts a typed status, zero counts included. It has no empty blocks.
func Status(s any) (map[string]any, error) {
	m, err := runtime.DefaultUnstructuredConverter.ToUnstructured(s)
	if err != nil {
		return nil, fmt.Errorf("cannot convert %T: %w", s, err)
	}
	prune(m, nil)
	takeEmpty(m, nil, "")
	return m, nil
}

// InStatus returns an object, of JSON types, as a status that holds it comes back.
func InStatus(m map[string]any) map[string]any {
	out := runtime.DeepCopyJSON(m)
	prune(out, nil)
	takeEmpty(out, nil, "")
	return out
}

// Into reads JSON types, with integers as int64, into a typed object. After an
// error the object holds nothing of use. A component has the empty blocks again that
// Desired has left out.
func Into(m map[string]any, o any) error {
	m = showEmpty(m)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(m, o); err != nil {
		return unreadable(m, o, err)
	}
	return nil
}

// IntoKnown does what Into does, and returns the paths of the fields that the typed object
// does not have, sorted, with the numbers of elements in them: spec.components[0].colour.
func IntoKnown(m map[string]any, o any) ([]string, error) {
	m = showEmpty(m)
	err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(m, o, true)
	strict, isStrict := runtime.AsStrictDecodingError(err)
	if err != nil && !isStrict {
		return nil, unreadable(m, o, err)
	}
	var out []string
	if isStrict {
		for _, unknown := range strict.Errors() {
			// The converter has no other error of this kind than: unknown field "path".
			_, path, _ := strings.Cut(unknown.Error(), `"`)
			out = append(out, strings.TrimSuffix(path, `"`))
		}
	}
	slices.Sort(out)
	return out, nil
}

// unreadable names the first field at fault. The converter names none, and goes
// through maps in any order, so that of two faults it tells now one, now the
// other; JSON is written with its keys sorted.
func unreadable(m map[string]any, o any, err error) error {
	if raw, failed := json.Marshal(m); failed == nil {
		if found := json.Unmarshal(raw, o); found != nil {
			err = found
		}
	}
	return fmt.Errorf("cannot read its fields: %w", err)
}

// Identify is what makes an object one of its kind in its namespace, as text.
func Identify(m map[string]any) string {
	metadata, _ := m["metadata"].(map[string]any)
	return fmt.Sprintf("%v %v %v", m["apiVersion"], m["kind"], metadata["name"])
}
