package graph

import (
	"strconv"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/graph/restart"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// TypeRestartCompleted is the condition of a graph's last restart.
const TypeRestartCompleted = "RestartCompleted"

// planRestart decides which services restart now.
func planRestart(asked dynamo.Restart, was v1alpha1.DynamoGraphDeploymentStatus, services []service) restart.Plan {
	all := make([]restart.Service, 0, len(services))
	// A graph without a status has never been composed, and where nothing runs
	// nothing can restart.
	created := true
	for _, s := range services {
		if s.child != nil {
			all = append(all, restart.Service{Name: s.Service, Mark: s.mark, Ready: s.served})
			created = created && !s.state.Exists
		}
	}
	created = created || was.ObservedGeneration == 0
	return restart.Next(restart.Request(asked), readRestartState(was.Restart), all, created)
}

// readRestartState reads what the status remembers of the last restart.
func readRestartState(s *v1alpha1.RestartStatus) restart.State {
	if s == nil {
		return restart.State{}
	}
	// A status without a count is older than counts, or that of one restart.
	return restart.State{ID: s.ObservedID, Count: max(s.Count, 1), Phase: restart.Phase(s.Phase), InProgress: s.InProgress}
}

// makeRestartStatus writes the state of the last restart; nil without one.
func makeRestartStatus(s restart.State) *v1alpha1.RestartStatus {
	if s.ID == "" {
		return nil
	}
	return &v1alpha1.RestartStatus{ObservedID: s.ID, Count: s.Count, Phase: string(s.Phase), InProgress: s.InProgress}
}

// makeRestartCondition returns the condition of the last restart; none without one.
func makeRestartCondition(s restart.State) []layer.Condition {
	if s.ID == "" {
		return nil
	}
	out := layer.Condition{Type: TypeRestartCompleted, Status: layer.False, Reason: string(s.Phase)}
	if s.Phase == restart.Completed {
		out.Status = layer.True
	}
	return []layer.Condition{out}
}

// readMark returns the restart that a service's component carries.
func readMark(key string, observed layer.Observed) restart.Mark {
	annotations := observed[key].Annotations
	id := annotations[meta.AnnotationRestartAt]
	if id == "" {
		return restart.Mark{}
	}
	count, err := strconv.ParseInt(annotations[meta.AnnotationRestartCount], 10, 64)
	if err != nil {
		count = 1 // The first restart of a graph is marked with its id alone.
	}
	return restart.Mark{ID: id, Count: count}
}

// writeMark marks a component with its last restart. Whatever changes in it changes
// the pod template, which rolls the pods.
func writeMark(c *dynamo.Component, m restart.Mark) {
	c.Restart, c.RestartCount = m.ID, ""
	if m.Count > 1 {
		c.RestartCount = strconv.FormatInt(m.Count, 10)
	}
}
