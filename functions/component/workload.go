package component

import (
	"fmt"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/readiness"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// observedWorkload is the workload's state, and the spec hash of the component
// that it was rendered from.
type observedWorkload struct {
	readiness.Workload

	specHash string
}

// running is the object that runs the component's pods.
func running(c dynamo.Component, in layer.In) (part, readiness.Workload, error) {
	main, state, err := deployment(c, in)
	return part{children: []layer.Child{main}}, state, err
}

func deployment(c dynamo.Component, in layer.In) (layer.Child, readiness.Workload, error) {
	out, err := layer.Hashed(KeyDeployment, workload.Deployment(c, in.Settings))
	if err != nil {
		return layer.Child{}, readiness.Workload{}, fmt.Errorf("cannot render Deployment %q: %w", c.Name, err)
	}
	o, ok := in.Observed[KeyDeployment]
	if !ok {
		return out, readiness.Workload{}, nil
	}
	state, err := readiness.Deployment(o, out.Hash, c.Replicas)
	out.Ready = state.Available
	return out, state, err
}
