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
	out := slices.Concat(
		process.Warnings(c),
		volumes.Warnings(c),
		runtimeWarnings(c),
		apartWarnings(c),
		telemetryWarnings(c),
		itselfWarnings(c),
	)
	if len(process.Faults(c)) > 0 {
		return out // Nothing is added to a command line that is not there, and that is told.
	}
	return append(out, engineWarnings(c)...)
}
