package pod

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Warnings tell of pods that can be made, and may not be what the user means.
// Path is that of the component's spec.
func Warnings(c dynamo.Component, path *field.Path) []string {
	return slices.Concat(commandWarnings(c, path), portWarnings(c, path), sharedMemoryWarnings(c, path), engineWarnings(c))
}
