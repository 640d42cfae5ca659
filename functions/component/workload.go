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

// composeRunning returns the object that runs the component's pods, if the cluster has
// its kind, and what ran them until now while that is not known.
func composeRunning(c dynamo.Component, in layer.In) (part, dynamo.State, error) {
	switch findPresence(c, in) {
	case optional.Present:
		return composeWorkload(c, in)
	case optional.Absent:
		return part{lacking: []string{describeLacking(c)}, kinds: []string{c.Orchestrator.Workload().Requires.Kind}}, dynamo.State{}, nil
	case optional.Unknown:
	}
	// What ran until now stays until it can be replaced.
	return part{children: keepOthers(c, in)}, dynamo.State{}, nil
}

// findPresence reports whether the workload can be made.
func findPresence(c dynamo.Component, in layer.In) optional.Presence {
	w := c.Orchestrator.Workload()
	switch {
	case waits(c, in):
		return optional.Unknown
	case w.Requires == nil:
		return optional.Present
	}
	return w.Requires.In(in, w.Key)
}

// keepOthers keeps the workloads of other orchestrators that are there.
func keepOthers(c dynamo.Component, in layer.In) []layer.Child {
	var out []layer.Child
	for _, o := range workload.All() {
		key := o.Workload().Key
		if observed, ok := in.Observed[key]; ok && key != c.Orchestrator.Workload().Key {
			out = append(out, layer.Keep(key, observed))
		}
	}
	return out
}

// isDisplaced reports whether another workload runs what the component asks for now,
// on a cluster that lacks the kind that it asks for. That workload had to go, with
// nothing in its place.
func isDisplaced(c dynamo.Component, in layer.In) bool {
	w := c.Orchestrator.Workload()
	return w.Requires != nil && len(keepOthers(c, in)) > 0 && w.Requires.In(in, w.Key) == optional.Absent
}

// describeLacking says which kind the component's workload lacks, and what to install.
func describeLacking(c dynamo.Component) string {
	return c.Orchestrator.Workload().Requires.Lacking(c.At.At(dynamo.FieldMultinode).String())
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
	return part{children: []layer.Child{out.Emptied(in.Observed)}}, state, err
}
