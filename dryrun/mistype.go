package dryrun

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Types of values, as schemas call them.
const (
	typeArray   = "array"
	typeBoolean = "boolean"
	typeInteger = "integer"
	typeNumber  = "number"
	typeObject  = "object"
	typeString  = "string"
)

// mistyped returns the error of a value that is not of the type that its place
// has: one, where the OpenAPI validator has up to four.
func mistyped(path *field.Path, want string, value any) *field.Error {
	got := typeOf(value)

	shown := value
	if got == typeArray || got == typeObject {
		shown = field.OmitValueType{}
	}

	is := article(got)
	if got == typeNumber {
		is = "a fraction"
	}

	detail := fmt.Sprintf("must be %s, not %s", article(want), is)
	if how := remedy(want, got, value); how != "" {
		detail += ": " + how
	}

	return field.TypeInvalid(path, shown, detail)
}

// wanted is the type that a schema asks for.
func wanted(s *structural.Structural) string {
	switch {
	case s == nil:
		return ""
	case s.XIntOrString:
		return typeInteger + " or " + typeString
	default:
		return s.Type
	}
}

// fits tells whether a value is of a type that wanted returned.
func fits(want string, value any) bool {
	got := typeOf(value)

	return want == "" || got == want || (want == typeNumber && got == typeInteger) ||
		(strings.Contains(want, " or ") && (got == typeInteger || got == typeString))
}

// typeOf returns the type of a value that was read from JSON.
func typeOf(value any) string {
	switch v := value.(type) {
	case bool:
		return typeBoolean
	case string:
		return typeString
	case []any:
		return typeArray
	case map[string]any:
		return typeObject
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < math.MaxInt64 {
			return typeInteger
		}

		return typeNumber
	default:
		return typeInteger
	}
}

// article returns a type as people call it.
func article(name string) string {
	switch name {
	case typeArray:
		return "a list"
	case typeObject:
		return "a map"
	case typeInteger:
		return "an integer"
	case typeInteger + " or " + typeString:
		return "an integer or a string"
	default:
		return "a " + name
	}
}

// remedy says how to write a value so that it is of the type, where that can be
// known.
func remedy(want, got string, value any) string {
	scalar := got != typeArray && got != typeObject

	switch {
	case strings.Contains(want, typeString) && scalar:
		return "put it in quotes"
	case want == typeArray && scalar:
		return "put it in brackets"
	case want == typeArray:
		return "begin each item with a dash"
	case want == typeBoolean && scalar:
		return "write true or false, without quotes"
	case (want == typeInteger || want == typeNumber) && isNumber(value):
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
