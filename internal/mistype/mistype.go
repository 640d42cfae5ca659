// Package mistype tells people of values that are not of the type that their place takes.
package mistype

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Types of values, as schemas call them.
const (
	Array   = "array"
	Boolean = "boolean"
	Integer = "integer"
	Number  = "number"
	Object  = "object"
	String  = "string"
	// IntegerOrString is that of amounts and ports.
	IntegerOrString = Integer + " or " + String
)

// Fault returns the error of a value that is not of the type that its place
// has: one, where the OpenAPI validator has up to four.
func Fault(path *field.Path, want string, value any) *field.Error {
	got := typeOf(value)

	shown := value
	if got == Array || got == Object {
		shown = field.OmitValueType{}
	}

	is := article(got)
	if got == Number {
		is = "a fraction"
	}

	detail := fmt.Sprintf("must be %s, not %s", article(want), is)
	if how := remedy(want, got, value); how != "" {
		detail += ": " + how
	}

	return field.TypeInvalid(path, shown, detail)
}

// Fits tells whether a value, which was read from JSON, is of a type; any is where none is
// given.
func Fits(want string, value any) bool {
	got := typeOf(value)

	return want == "" || got == want || (want == Number && got == Integer) ||
		(want == IntegerOrString && (got == Integer || got == String))
}

// typeOf returns the type of a value that was read from JSON.
func typeOf(value any) string {
	switch v := value.(type) {
	case bool:
		return Boolean
	case string:
		return String
	case []any:
		return Array
	case map[string]any:
		return Object
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < math.MaxInt64 {
			return Integer
		}

		return Number
	default:
		return Integer
	}
}

// article returns a type as people call it.
func article(name string) string {
	switch name {
	case Array:
		return "a list"
	case Object:
		return "a map"
	case Integer:
		return "an integer"
	case IntegerOrString:
		return "an integer or a string"
	default:
		return "a " + name
	}
}

// remedy says how to write a value so that it is of the type, where that can be
// known.
func remedy(want, got string, value any) string {
	scalar := got != Array && got != Object

	switch {
	case strings.Contains(want, String) && scalar:
		return "put it in quotes"
	case want == Array && scalar:
		return "put it in brackets"
	case want == Array:
		return "begin each item with a dash"
	case want == Boolean && scalar:
		return "write true or false, without quotes"
	case (want == Integer || want == Number) && isNumber(value):
		return "leave the quotes out"
	default:
		return ""
	}
}

// isNumber tells whether a value is a text that reads like a number.
func isNumber(value any) bool {
	text, ok := value.(string)
	_, err := strconv.ParseInt(text, 10, 64)

	return ok && err == nil
}
