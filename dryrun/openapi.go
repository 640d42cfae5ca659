package dryrun

import (
	"fmt"
	"math"
	"strings"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/internal/mistype"
)

// noField is how a nil field.Path prints.
const noField = "<nil>"

// noQuantity is what is said of a text that is no amount of anything.
const noQuantity = "is no quantity: write a number with a unit, such as 500m or 64Gi"

// quantities begins the pattern of a quantity, which nobody wants to read.
const quantities = `should match '^(\+|-)?(([0-9]+`

// openAPIFaults returns the faults of object against its schema, rules aside:
// one for each place.
func (s *Schema) openAPIFaults(object map[string]any) field.ErrorList {
	var out field.ErrorList

	seen := map[string]bool{}

	for _, err := range validation.ValidateCustomResource(nil, object, s.openAPI) {
		path, detail := splitDetail(err)
		err.Detail = detail

		at := s.locate(path, object)
		if better := at.judge(); better != nil {
			err = better
		}

		err.Field = at.path.String()
		if text := err.Error(); !seen[text] {
			seen[text] = true
			out = append(out, reword(err))
		}
	}

	return out
}

// judge returns the error of a value whose type or size is not that of its
// place; nil where it is.
func (c cursor) judge() *field.Error {
	want := wanted(c.schema)
	if c.value == nil {
		return nil // It is missing, which is another fault.
	}

	if !mistype.Fits(want, c.value) {
		return mistype.Fault(c.path, want, c.value)
	}

	least, most := float64(math.MinInt64), float64(math.MaxInt64)
	if c.schema != nil && c.schema.ValueValidation != nil && c.schema.ValueValidation.Format == "int32" {
		least, most = math.MinInt32, math.MaxInt32
	}

	number, ok := asFloat(c.value)
	if want != mistype.Integer || !ok || (least <= number && number <= most) {
		return nil
	}

	return field.Invalid(c.path, c.value, fmt.Sprintf("must be between %.0f and %.0f", least, most))
}

// asFloat returns a number that was read from JSON.
func asFloat(value any) (float64, bool) {
	switch v := value.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	default:
		return 0, false
	}
}

// reword puts an error into words that say what to do.
func reword(err *field.Error) *field.Error {
	if strings.HasPrefix(err.Detail, quantities) {
		err.Detail = noQuantity
	}

	return err
}

// splitDetail returns the path and then the text of an error of the OpenAPI
// validator, which has the path in its text, too, and for formats and choices
// nowhere else.
func splitDetail(err *field.Error) (string, string) {
	if err.Field != noField {
		return err.Field, strings.TrimPrefix(err.Detail, err.Field+" in body ")
	}

	if path, detail, ok := strings.Cut(strings.TrimPrefix(err.Detail, `"`), `" must validate `); ok {
		return path, "must validate " + detail
	}

	if format := strings.LastIndex(err.Detail, " in "); format >= 0 {
		return err.Detail[format+len(" in "):], err.Detail[:format]
	}

	return err.Field, err.Detail
}

// wanted is the type that a schema asks for.
func wanted(s *structural.Structural) string {
	switch {
	case s == nil:
		return ""
	case s.XIntOrString:
		return mistype.IntegerOrString
	default:
		return s.Type
	}
}
