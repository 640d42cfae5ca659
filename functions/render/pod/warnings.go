package pod

import (
	"slices"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Warnings tell of pods that can be made, and may not be what the user means.
func Warnings(c dynamo.Component) []string {
	return slices.Concat(commandWarnings(c), portWarnings(c), sharedMemoryWarnings(c), engineWarnings(c))
}
