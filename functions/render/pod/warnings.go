package pod

import (
	"slices"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/volumes"
)

// Warnings tell of what keeps no pod from being made, and is probably not what the
// user means.
func Warnings(c dynamo.Component) []string {
	return slices.Concat(process.Warnings(c), volumes.Warnings(c), engineWarnings(c))
}
