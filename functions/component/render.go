package component

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/expose"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/readiness"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// rendered is the layer's result and what it knows of the workload.
type rendered struct {
	layer.Out

	workload observedWorkload
}

// observedWorkload is the workload's state, and the spec hash of the component
// that it was rendered from.
type observedWorkload struct {
	readiness.Workload

	specHash string
}

// render composes a component without faults. SpecHash is the one that its
// graph put on it, empty without a graph.
func render(c dynamo.Component, in layer.In, specHash string) (rendered, error) {
	d := pod.DiscoveryOf(c, in.Settings)
	main, state, err := deployment(c, in)
	if err != nil {
		return rendered{}, err
	}
	out := layer.Out{Children: []layer.Child{main}}
	if expose.HasService(c, d) {
		out.Children = append(out.Children, child(in, KeyService, expose.Service(c, d)))
	}
	if c.Standalone && d.Kubernetes {
		out.Children = append(out.Children, discovery.Children(c.Owner(), c.Namespace, in.Observed)...)
	}
	out.Ready = layer.AllReady(out.Children)
	out.Pace = layer.PaceFor(out.Ready)
	out.Conditions = conditions(state.Available)
	return rendered{Out: out, workload: observedWorkload{Workload: state, specHash: specHash}}, nil
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

// child is ready as soon as it exists.
func child(in layer.In, key string, o runtime.Object) layer.Child {
	return layer.Child{Key: key, Object: o, Ready: in.Observed.Has(key)}
}
