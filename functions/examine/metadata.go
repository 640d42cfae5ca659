package examine

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// metadataFaults names the labels and annotations of the user that an API server
// refuses. They are put on the component and its objects, which Crossplane then
// could not write.
func metadataFaults(c dynamo.Component) field.ErrorList {
	faults := field.ErrorList{}
	for _, key := range slices.Sorted(maps.Keys(c.Labels)) {
		at := c.At.Labels(key)
		faults = append(faults, keyFaults(key, key, at)...)
		for _, msg := range validation.IsValidLabelValue(c.Labels[key]) {
			faults = append(faults, field.Invalid(at.Key(key), c.Labels[key], msg))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.Annotations)) {
		// The API server compares keys of annotations in lower case.
		faults = append(faults, keyFaults(key, strings.ToLower(key), c.At.Annotations(key))...)
	}
	return faults
}

// keyFaults checks the key of a label or annotation, as the API server reads it.
func keyFaults(key, read string, at *field.Path) field.ErrorList {
	faults := field.ErrorList{}
	for _, msg := range validation.IsQualifiedName(read) {
		faults = append(faults, field.Invalid(at.Key(key), key, msg))
	}
	return faults
}
