package convert

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// readSpec reads the spec of a composite into a typed object. What cannot be read is told
// by its innermost field: a definition takes anything in the form that its version is
// not of, so that nobody has looked at it before.
func readSpec(spec map[string]any, into any) *field.Error {
	if object.Into(inSpec(spec), into) == nil && checkSizes(spec, into) == nil {
		return nil
	}
	read := func(value any) error {
		fresh := reflect.New(reflect.TypeOf(into).Elem()).Interface()
		return errors.Join(object.Into(inSpec(value), fresh), checkSizes(value, into))
	}
	return findUnreadable(spec, field.NewPath("spec"), read)
}

// readKnown does so, and returns the paths of the fields that the typed object does not
// have. Later versions bring some, and where the other version's definition takes anything,
// nobody has told the user of a slip.
func readKnown(spec map[string]any, into any) ([]string, *field.Error) {
	unknown, err := object.IntoKnown(inSpec(spec), into)
	if err != nil || checkSizes(spec, into) != nil {
		return nil, readSpec(spec, into)
	}
	unknown = slices.DeleteFunc(unknown, func(path string) bool { return path == "spec.crossplane" })
	var out []string
	for _, path := range unknown {
		if at, value := findElement(path, spec); value != nil {
			out = append(out, at.String())
		}
	}
	slices.Sort(out)
	return out, nil
}

// findElement returns what stands in a spec at a path that has the numbers of elements, such
// as spec.components[0], and the path with their names: spec.components[Worker].
func findElement(path string, spec map[string]any) (*field.Path, any) {
	var at *field.Path
	var value any = inSpec(spec)
	for segment := range strings.SplitSeq(path, ".") {
		name, rest, _ := strings.Cut(segment, "[")
		block, _ := value.(map[string]any)
		value = block[name]
		at = at.Child(name)
		for number := range strings.SplitSeq(strings.TrimSuffix(rest, "]"), "][") {
			list, _ := value.([]any)
			i, err := strconv.Atoi(number)
			if err != nil || i >= len(list) {
				continue
			}
			value = list[i]
			at = stepInto(at, i, value)
		}
	}
	return at, value
}

func inSpec(value any) map[string]any { return map[string]any{"spec": value} }

// checkSizes returns an error where an integer is larger than its field, which the
// converter cuts without a word. JSON's decoder does not.
func checkSizes(spec any, into any) error {
	if !hasLarge(spec) {
		return nil
	}
	raw, err := json.Marshal(inSpec(spec))
	if err != nil {
		return fmt.Errorf("cannot be written as JSON: %w", err)
	}
	if err := json.Unmarshal(raw, reflect.New(reflect.TypeOf(into).Elem()).Interface()); err != nil {
		return fmt.Errorf("cannot read its fields: %w", err)
	}
	return nil
}

// hasLarge says whether a value has an integer of more than 32 bits.
func hasLarge(value any) bool {
	switch v := value.(type) {
	case int64:
		return v != int64(int32(v)) //nolint:gosec // Whether it is cut is the question.
	case map[string]any:
		for _, inner := range v {
			if hasLarge(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasLarge)
	}
	return false
}

// findUnreadable looks for the innermost of the values in one that cannot be read: read
// returns the error of an object that has nothing but the value in its place.
func findUnreadable(value any, at *field.Path, read func(any) error) *field.Error {
	switch v := value.(type) {
	case map[string]any:
		if read(map[string]any{}) != nil {
			break
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			alone := func(inner any) error { return read(map[string]any{key: inner}) }
			if alone(v[key]) != nil {
				return findUnreadable(v[key], stepTo(at, key), alone)
			}
		}
	case []any:
		if read([]any{}) != nil {
			break
		}
		for i, element := range v {
			alone := func(inner any) error { return read([]any{inner}) }
			if alone(element) != nil {
				return findUnreadable(element, stepInto(at, i, element), alone)
			}
		}
	}
	// The value itself is not said: it may be a secret that was meant for a variable.
	return field.Invalid(at, field.OmitValueType{}, sayUnreadable(read(value)))
}

// stepTo returns the path of a field, or of a service, which is named by its user.
func stepTo(at *field.Path, key string) *field.Path {
	if at.String() == "spec.services" {
		return at.Key(key)
	}
	return at.Child(key)
}

// stepInto returns the path of an element, by its name where it has one.
func stepInto(at *field.Path, i int, element any) *field.Path {
	block, _ := element.(map[string]any)
	if name, _ := block["name"].(string); name != "" {
		return at.Key(name)
	}
	return at.Index(i)
}

// sayUnreadable says what is wrong with a value in the words of manifests.
func sayUnreadable(err error) string {
	mistyped := &json.UnmarshalTypeError{}
	switch {
	case errors.As(err, &mistyped):
		return fmt.Sprintf("must be %s", sayKind(mistyped.Type))
	case errors.Is(err, resource.ErrFormatWrong):
		return "must be a quantity, such as 2, 500m or 8Gi"
	case err == nil:
		return "cannot be read"
	}
	return err.Error()
}

// sayKind names the type of a field as manifests have it.
func sayKind(t reflect.Type) string {
	switch t.Kind() { //nolint:exhaustive // Fields of manifests are of no other kinds.
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return fmt.Sprintf("an integer of at most %d bits", t.Bits())
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Pointer:
		return sayKind(t.Elem())
	}
	return "an object"
}
