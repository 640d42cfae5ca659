package component

import (
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// hold returns the result for a component that is at fault, or asks for what the
// cluster lacks. What exists stays as it was written last, with the replicas that
// the component asks for; status and conditions say what is observed now.
func hold(in layer.In, dcd *v1alpha1.DynamoComponentDeployment, c dynamo.Component, found layer.Findings) (layer.Out, error) {
	why := explainHeld(c, found)
	c.Orchestrator = findRunning(c, in)
	running, err := readRunning(c, in)
	if err != nil {
		return layer.Out{}, err
	}
	status := makeIdleStatus(in, dcd, c)
	status.ObservedSpecHash = dcd.Status.ObservedSpecHash
	status.SettingsHash, status.GraphSettingsHash = dcd.Status.SettingsHash, dcd.Status.GraphSettingsHash
	if running.Exists {
		status.Service = convert.WriteCounts(c, running)
	}
	if running.Available {
		status.AvailableSpecHash = status.ObservedSpecHash
	}
	status.Reason, status.Message = why.Reason, why.Message
	exposed := makeExposure(c, in)
	found.Ignored = append(append(found.Ignored, exposed.lacking...), findUnused(c, in.Settings)...)
	status.MissingKinds = exposed.kinds
	out := layer.Out{
		Children:   keepScaled(c, in),
		Status:     convert.WriteComponentStatus(status),
		Conditions: makeConditions(c, running.Available, running.Cause),
	}
	out = found.Refuse(in, out, dcd.Status.Conditions)
	if !found.Fatal() {
		// Nothing tells when the cluster gets the kind that it lacks.
		out.Pace = layer.PaceProgressing
	}
	return out, nil
}

// wait returns the result while core has not told yet which settings the site has:
// everything stays.
func wait(in layer.In, dcd *v1alpha1.DynamoComponentDeployment, c dynamo.Component, needs layer.Needs) layer.Out {
	c.Orchestrator = findRunning(c, in)
	status := dcd.Status
	status.Conditions = nil // They stay without being sent.
	return layer.Out{Children: keepScaled(c, in), Status: convert.WriteComponentStatus(&status), Needs: needs}
}

// findRunning returns the orchestrator of the workload that is there, which may be
// another than the one that the component asks for now.
func findRunning(c dynamo.Component, in layer.In) dynamo.Orchestrator {
	if in.Observed.Has(c.Orchestrator.Workload().Key) {
		return c.Orchestrator
	}
	for _, o := range workload.All() {
		if in.Observed.Has(o.Workload().Key) {
			return o
		}
	}
	return c.Orchestrator
}

// readRunning reads the workload that is there against what it was asked for last.
func readRunning(c dynamo.Component, in layer.In) (dynamo.State, error) {
	o, ok := in.Observed[c.Orchestrator.Workload().Key]
	if !ok {
		return dynamo.State{}, nil
	}
	return c.Orchestrator.Read(o, o.Annotations[meta.AnnotationSpecHash], c.Replicas)
}

// keepScaled keeps all children, the workload with the replicas that the component
// asks for.
func keepScaled(c dynamo.Component, in layer.In) []layer.Child {
	out := layer.KeepAll(in.Observed)
	for i, child := range out {
		if child.Key == c.Orchestrator.Workload().Key {
			out[i] = child.WithReplicas(c.Replicas)
		}
	}
	return out
}
