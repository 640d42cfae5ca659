package dryrun

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Result is what an API server makes of a manifest.
type Result struct {
	// Object as it would be stored: without unknown fields, nulls and, where it
	// is new, status; with defaults, and with NameSuffix behind a name that the
	// API server would complete. It is set even when there are errors, as far as
	// the steps got.
	Object map[string]any
	// Pruned are the paths of the fields that the schema does not know, sorted.
	// An API server drops them and tells kubectl, which warns.
	Pruned []string
	// Similar are, by the path of a field that the schema does not know, the names
	// of known ones that look like it.
	Similar map[string]string
	// Errors are the reasons to refuse the object, sorted by field. None: it is
	// taken.
	Errors field.ErrorList
}

// Admit treats object as a manifest that somebody creates.
func (s *Schema) Admit(object map[string]any) Result {
	out, result := s.decode(object)
	if len(result.Errors) > 0 {
		return result
	}

	// The status subresource exists: a manifest cannot set status.
	delete(out, "status")

	generateName(out)

	return s.judge(result, out, nil)
}

// judge completes the result for object, a decoded one, and old, the object
// before or nil. What is in a place of the wrong type was never looked at, so
// that it is not unknown.
func (s *Schema) judge(result Result, object, old map[string]any) Result {
	result.Object = object
	result.Errors = s.faults(object, old)
	result.Pruned = slices.DeleteFunc(result.Pruned, func(path string) bool {
		return slices.ContainsFunc(result.Errors, func(err *field.Error) bool {
			return err.Type == field.ErrorTypeTypeInvalid && begins(path, err.Field)
		})
	})

	return result
}

// AdmitUpdate treats object as a manifest that replaces old, an object that the
// API server holds. Rules that compare with the old object are on. All of object
// is checked, also what did not change: an API server would forgive faults that
// the old object has already.
func (s *Schema) AdmitUpdate(old, object map[string]any) Result {
	held, result := s.decode(old)
	if len(result.Errors) > 0 {
		return result
	}

	out, result := s.decode(object)
	if len(result.Errors) > 0 {
		return result
	}

	delete(out, "status")

	if status, found := held["status"]; found {
		out["status"] = status
	}

	return s.judge(result, out, held)
}
