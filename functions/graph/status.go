package graph

import (
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/graph/restart"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// TypeServicesReady is the condition that sums up a graph's services.
const TypeServicesReady = "ServicesReady"

// Reasons of ServicesReady that are not those of a service.
const (
	ReasonAllReady     = "AllResourcesReady"
	ReasonSomeNotReady = "SomeResourcesNotReady"
	ReasonPodsNotReady = "PodsNotReady"
)

// Why a single service is not ready, beside what its component says.
const (
	whyNotCreated = "NotCreated"
	whyUpdating   = "Updating"
	whyPods       = "PodsNotReady"
	whyStranded   = dynamo.ReasonNoOrchestrator

	// Crossplane's own: it failed before it came to the objects, or is paused.
	whyError  = "ReconcileError"
	whyPaused = "ReconcilePaused"
)

// makeStatus makes the status of a graph whose services are composed.
func (s scope) makeStatus(services []service, last restart.State) *v1alpha1.DynamoGraphDeploymentStatus {
	out := s.makeBaseStatus()
	out.State = computeState(services)
	out.Restart = makeRestartStatus(last)
	out.Services = readAllCounts(services)
	out.ScalingAdapters = s.listAdapters(services)
	return out
}

// readAllCounts returns the counts of the services that have a component.
func readAllCounts(services []service) map[string]v1alpha1.ServiceReplicaStatus {
	out := make(map[string]v1alpha1.ServiceReplicaStatus, len(services))
	for _, svc := range services {
		if svc.child != nil {
			out[svc.Service] = readCounts(svc)
		}
	}
	return out
}

// makeBaseStatus makes what the status of every graph has.
func (s scope) makeBaseStatus() *v1alpha1.DynamoGraphDeploymentStatus {
	return &v1alpha1.DynamoGraphDeploymentStatus{
		ObservedGeneration: s.dgd.Generation,
		ObservedSpecHash:   s.dgd.Annotations[meta.AnnotationSpecHash],
		Restart:            s.dgd.Status.Restart,
		Settings:           s.in.Settings.Layers,
	}
}

// computeState returns the state of a graph, which follows from its services.
func computeState(services []service) v1alpha1.GraphState {
	if allAvailable(services) {
		return v1alpha1.GraphStateSuccessful
	}
	if slices.ContainsFunc(services, isFailed) {
		return v1alpha1.GraphStateFailed
	}
	if slices.ContainsFunc(services, func(s service) bool { return s.state.Exists || s.state.Fresh }) {
		return v1alpha1.GraphStatePending
	}
	return v1alpha1.GraphStateInitializing
}

// isFailed says whether a service waits for a person.
func isFailed(s service) bool {
	reason := explainUnready(s).Reason
	return reason == whyStranded || reason == layer.ReasonInvalidSpec
}

func allAvailable(services []service) bool {
	return !slices.ContainsFunc(services, func(s service) bool { return explainUnready(s) != dynamo.Cause{} })
}

// readCounts returns the replica counts that a service's component reports; what it will
// report first before it has reported any.
func readCounts(s service) v1alpha1.ServiceReplicaStatus {
	if s.state.Counts != nil {
		return *s.state.Counts
	}
	return *convert.WriteCounts(s.Component, dynamo.State{})
}

// explainUnready says why a service is not ready; the zero value for one that is.
func explainUnready(s service) dynamo.Cause {
	switch {
	case s.stranded:
		return dynamo.Cause{Reason: whyStranded, Message: "install " + s.Orchestrator.Workload().Requires.Install}
	case len(s.refused.Keys) > 0:
		return dynamo.Cause{Reason: layer.ReasonRefused, Message: s.refused.Explain("this graph")}
	case s.state.Fresh:
		return dynamo.Cause{Reason: whyPods}
	case !s.state.Exists:
		return dynamo.Cause{Reason: whyNotCreated, Message: s.occupant}
	case s.state.Cause.Reason != "":
		return s.state.Cause
	case !s.state.Rendered:
		return dynamo.Cause{Reason: whyUpdating}
	case !s.state.Available:
		return dynamo.Cause{Reason: whyPods}
	}
	return dynamo.Cause{}
}

// makeServicesReady makes the condition that sums up the services.
func makeServicesReady(services []service) layer.Condition {
	out := layer.Condition{Type: TypeServicesReady, Status: layer.True, Reason: ReasonAllReady}
	var reasons, lines []string
	said := map[string]bool{}
	for _, s := range slices.SortedFunc(slices.Values(services), func(a, b service) int { return strings.Compare(a.Name, b.Name) }) {
		why := explainUnready(s)
		if why == (dynamo.Cause{}) {
			continue
		}
		line := s.Name + ": " + why.Reason
		if why.Message != "" && !said[why.Message] {
			line += " (" + why.Message + ")"
		}
		said[why.Message] = true
		reasons, lines = append(reasons, why.Reason), append(lines, line)
	}
	if len(lines) > 0 {
		out.Status, out.Reason, out.Message = layer.False, chooseReason(reasons), layer.Limit(strings.Join(lines, ", "))
	}
	return out
}

// ranked are the reasons of services, beginning with the one that a person has to act on
// first: what stops a service before what delays its pods, and that before what only
// takes time.
func ranked() []string {
	return []string{
		whyStranded, layer.ReasonInvalidSpec, layer.ReasonRefused, whyError, whyPaused, whyNotCreated,
		workload.ReasonReplicaSetCreateError, workload.ReasonFailedCreate, workload.ReasonPaused, workload.ReasonDeadlineExceeded,
		whyUpdating,
	}
}

// chooseReason returns the reason of the graph, given those of its services.
func chooseReason(all []string) string {
	for _, first := range ranked() {
		if !slices.Contains(all, first) {
			continue
		}
		if first == whyNotCreated {
			return ReasonSomeNotReady
		}
		return first
	}
	return ReasonPodsNotReady
}
