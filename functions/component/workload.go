package component

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// observedWorkload is the workload's state, and the spec hash of the component
// that it was rendered from.
type observedWorkload struct {
	dynamo.State

	specHash string
	// composed says whether there is a workload at all: there is none where
	// the cluster lacks its kind.
	composed bool
}

// running returns the object that runs the component's pods: one of a kind that
// the cluster has, or none.
func running(c dynamo.Component, in layer.In) (part, dynamo.State, error) {
	switch presence(c, in) {
	case optional.Present:
		return composeWorkload(c, in)
	case optional.Absent:
		return part{lacking: []string{lacking(c)}, kinds: []string{c.Orchestrator.Workload().Requires.Kind}}, dynamo.State{}, nil
	case optional.Unknown:
	}
	// What ran until now stays until it can be replaced.
	return part{children: kept(c, in)}, dynamo.State{}, nil
}

// presence says whether the workload can be made.
func presence(c dynamo.Component, in layer.In) optional.Presence {
	w := c.Orchestrator.Workload()
	switch {
	case waits(c, in):
		return optional.Unknown
	case w.Requires == nil:
		return optional.Present
	}
	return w.Requires.In(in, w.Key)
}

// kept are the workloads of other orchestrators that are there.
func kept(c dynamo.Component, in layer.In) []layer.Child {
	var out []layer.Child
	for _, o := range workload.All() {
		key := o.Workload().Key
		if observed, ok := in.Observed[key]; ok && key != c.Orchestrator.Workload().Key {
			out = append(out, layer.Keep(key, observed))
		}
	}
	return out
}

// displaced says whether another workload runs what the component asks for now,
// on a cluster that lacks the kind that it asks for: it had to go with nothing in
// its place.
func displaced(c dynamo.Component, in layer.In) bool {
	w := c.Orchestrator.Workload()
	return w.Requires != nil && len(kept(c, in)) > 0 && w.Requires.In(in, w.Key) == optional.Absent
}

// lacking tells users what to install for the component's workload.
func lacking(c dynamo.Component) string {
	return c.Orchestrator.Workload().Requires.Lacking("spec.multinode")
}

// composeWorkload returns the workload, and its state where it exists.
func composeWorkload(c dynamo.Component, in layer.In) (part, dynamo.State, error) {
	key := c.Orchestrator.Workload().Key
	object := c.Orchestrator.Render(c, func(r dynamo.Role) corev1.PodTemplateSpec { return pod.Template(c, in.Settings, r) })
	err := noteDevices(object, c)
	out := layer.Child{}
	if err == nil {
		out, err = layer.Hashed(key, object)
	}
	if err != nil {
		return part{}, dynamo.State{}, fmt.Errorf("cannot render %s of %q: %w", key, c.Name, err)
	}
	state := dynamo.State{}
	if observed, ok := in.Observed[key]; ok {
		state, err = c.Orchestrator.Read(observed, out.Hash, c.Replicas)
		out.Ready = state.Available
	}
	return part{children: []layer.Child{out}}, state, err
}
