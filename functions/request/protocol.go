package request

import (
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/legacy"
)

// chooseProtocol returns how the profiler of a request is called.
func chooseProtocol() profiler.Protocol { return legacy.Protocol{} }
