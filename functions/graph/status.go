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
)

// TypeServicesReady is the condition that sums up a graph's services.
const TypeServicesReady = "ServicesReady"

// Reasons of ServicesReady.
const (
	ReasonAllReady     = "AllResourcesReady"
	ReasonSomeNotReady = "SomeResourcesNotReady"
	ReasonPodsNotReady = "PodsNotReady"
	ReasonUpdating     = "Updating"

	ReasonNoOrchestrator = "NoOrchestrator"
)

// Why a single service is not ready.
const (
	whyNotCreated = "NotCreated"
	whyUpdating   = "Updating"
	whyPods       = "PodsNotReady"
	whyStranded   = "NoOrchestrator"
)

// makeStatus makes the status of a graph whose services are composed.
func (s scope) makeStatus(services []service, last restart.State) *v1alpha1.DynamoGraphDeploymentStatus {
	out := s.makeBaseStatus()
	out.State = computeState(services)
	out.Restart = makeRestartStatus(last)
	out.Services = readAllCounts(services)
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
	if slices.ContainsFunc(services, func(s service) bool { return s.stranded }) {
		return v1alpha1.GraphStateFailed
	}
	if slices.ContainsFunc(services, func(s service) bool { return s.state.Exists || s.state.Fresh }) {
		return v1alpha1.GraphStatePending
	}
	return v1alpha1.GraphStateInitializing
}

func allAvailable(services []service) bool {
	return !slices.ContainsFunc(services, func(s service) bool { return explainUnready(s) != "" })
}

// readCounts returns the replica counts that a service's component reports; what it will
// report first before it has reported any.
func readCounts(s service) v1alpha1.ServiceReplicaStatus {
	if s.state.Counts != nil {
		return *s.state.Counts
	}
	return *convert.WriteCounts(s.Component, dynamo.State{})
}

// explainUnready says why a service is not ready; empty for one that is.
func explainUnready(s service) string {
	switch {
	case s.stranded:
		return whyStranded
	case s.state.Fresh:
		return whyPods
	case !s.state.Exists:
		return whyNotCreated
	case !s.state.Rendered:
		return whyUpdating
	case !s.state.Available:
		return whyPods
	}
	return ""
}

// makeServicesReady makes the condition that sums up the services.
func makeServicesReady(services []service) layer.Condition {
	var lines, reasons []string
	for _, s := range services {
		if r := explainUnready(s); r != "" {
			lines = append(lines, s.Name+": "+r+suggestRemedy(s))
			reasons = append(reasons, r)
		}
	}
	if len(lines) == 0 {
		return layer.Condition{Type: TypeServicesReady, Status: layer.True, Reason: ReasonAllReady}
	}
	slices.Sort(lines)
	return layer.Condition{
		Type: TypeServicesReady, Status: layer.False,
		Reason: chooseReason(reasons), Message: strings.Join(lines, ", "),
	}
}

// suggestRemedy says what to do about a service that does not become ready by itself.
func suggestRemedy(s service) string {
	if s.stranded {
		return " (install " + s.Orchestrator.Workload().Requires.Install + ")"
	}
	return ""
}

// chooseReason returns the reason of the graph, given those of its services: the one
// that a person has to act on first.
func chooseReason(all []string) string {
	switch {
	case slices.Contains(all, whyStranded):
		return ReasonNoOrchestrator
	case slices.Contains(all, whyNotCreated):
		return ReasonSomeNotReady
	case slices.Contains(all, whyUpdating):
		return ReasonUpdating
	}
	return ReasonPodsNotReady
}
