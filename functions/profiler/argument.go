package profiler

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// MaxArgument is how many bytes Linux takes as one argument of a program: 128 KiB with
// the zero byte at its end.
const MaxArgument = 128<<10 - 1

// CheckArgument refuses a document that cannot be handed over.
func CheckArgument(at *field.Path, document, form string) field.ErrorList {
	if len(document) <= MaxArgument {
		return nil
	}
	fault := field.TooLong(at, "", MaxArgument)
	fault.Detail = fmt.Sprintf("is %d bytes of %s, and the profiler takes it as one argument, of at most %d: shorten it", len(document), form, MaxArgument)
	return field.ErrorList{fault}
}
