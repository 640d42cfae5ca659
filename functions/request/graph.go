package request

import (
	"fmt"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// followGraph makes the graph once where it is asked for, and repeats how it does.
func (s scope) followGraph(l *life) {
	s.recall(l)
	graph, exists := s.in.Observed[KeyGraph]
	created := l.deployment != nil && l.deployment.Created
	switch {
	case exists && !graph.Going():
		s.mirror(l, graph)
	case exists:
		s.tellDeleted(l, graph.Name)
	case created:
		// One of this request's that core only does not observe is among the children by
		// now. While core has not told of any, nothing is known.
		if _, answered := s.in.Answers.Objects[needGraph]; answered {
			s.tellDeleted(l, l.deployment.Name)
		}
	case !s.request.AutoApply:
		l.state = v1alpha1.RequestStateReady
		if _, ok := l.conditions[TypeDeploymentReady]; ok {
			l.set(TypeDeploymentReady, layer.False, ReasonPending, "no graph is made while autoApply is off")
		}
	default:
		l.state = v1alpha1.RequestStateDeploying
		s.tellAbsent(l)
	}
}

// keepGraph keeps the graph with all that people have changed of it, or change just now.
func keepGraph(o layer.Object) layer.Child { return layer.Keep(KeyGraph, o).WithGuard(o) }

// tellDeleted says that somebody has deleted the graph.
func (s scope) tellDeleted(l *life, name string) {
	l.state = v1alpha1.RequestStateDeploymentDeleted
	l.deployment = &v1alpha1.RequestDeploymentStatus{Created: true, Name: name, Namespace: s.request.Namespace}
	l.setDeleted()
	l.warn(ReasonDeploymentDeleted, l.conditions[TypeDeploymentReady].Message)
}

func (l *life) setDeleted() {
	if l.deployment == nil {
		return
	}
	l.set(TypeDeploymentReady, layer.False, ReasonDeploymentDeleted,
		fmt.Sprintf("graph %q is gone and is not made again: make a new request for another one", l.deployment.Name))
}

// mirror repeats how the graph does.
func (s scope) mirror(l *life, graph layer.Object) {
	state, _ := graph.Status()["state"].(string)
	first := l.deployment == nil || !l.deployment.Created
	l.deployment = &v1alpha1.RequestDeploymentStatus{Created: true, Name: graph.Name, Namespace: s.request.Namespace, State: state}
	if first {
		l.tell(ReasonDeploymentCreated, fmt.Sprintf("graph %q is made", graph.Name))
	}
	served := l.state == v1alpha1.RequestStateReady && !first
	if state == string(v1alpha1.GraphStateSuccessful) {
		if !served {
			l.tell(ReasonDeploymentReady, fmt.Sprintf("graph %q serves", graph.Name))
		}
		l.state = v1alpha1.RequestStateReady
		l.set(TypeDeploymentReady, layer.True, ReasonDeploymentReady, "")
		return
	}
	reason := ReasonDeploymentCreated
	if was := l.conditions[TypeDeploymentReady].Reason; served || was == ReasonDeploymentReady || was == ReasonDeploymentDegraded {
		reason = ReasonDeploymentDegraded
	}
	if served {
		l.warn(reason, fmt.Sprintf("graph %q does not serve any more", graph.Name))
	}
	l.state = v1alpha1.RequestStateDeploying
	l.set(TypeDeploymentReady, layer.False, reason, explainGraph(graph))
}

// explainGraph says what is wrong with a graph, in its own words.
func explainGraph(graph layer.Object) string {
	for _, wanted := range []string{layer.TypeValid, "ServicesReady"} {
		if c := graph.Condition(wanted); c.Status == layer.False && c.Message != "" {
			return fmt.Sprintf("graph %q: %s", graph.Name, c.Message)
		}
	}
	return ""
}

// tellAbsent says why there is no graph yet: another one has its name, the API server does
// not take it, or it is about to be made.
func (s scope) tellAbsent(l *life) {
	switch {
	case l.generated == nil:
	case s.isTaken(l):
		s.tellTaken(l)
	case s.in.Refused().Has(KeyGraph):
		s.tellGraphRefused(l)
	default:
		l.set(TypeDeploymentReady, layer.False, ReasonPending,
			fmt.Sprintf("graph %q does not exist yet: if that lasts, the events of the request say why", l.generated.name()))
	}
}

// tellGraphRefused says that the API server does not take the graph, and how to put that right.
func (s scope) tellGraphRefused(l *life) {
	message := s.in.Refused().Only(KeyGraph).Explain("the request")
	if s.isOpen(l) {
		message += s.explainCure()
		if _, err := s.readResult(); err != nil {
			message += "; what is put over it now cannot be: " + s.describeGarbage(err)
		}
	}
	if l.conditions[TypeDeploymentReady].Reason != ReasonDeploymentRefused {
		l.warn(ReasonDeploymentRefused, message)
	}
	l.set(TypeDeploymentReady, layer.False, ReasonDeploymentRefused, message)
}

// tellTaken says that there is another graph of the same name.
func (s scope) tellTaken(l *life) {
	kept := "status.generatedDeployment"
	if s.isV1Beta1() {
		kept = "status.profilingResults.selectedConfig"
	}
	message := fmt.Sprintf("there is a graph %q that this request has not made: delete it, or apply that of %s under another name",
		l.generated.name(), kept)
	if l.conditions[TypeDeploymentReady].Reason != ReasonNameTaken {
		l.warn(ReasonNameTaken, message)
	}
	l.set(TypeDeploymentReady, layer.False, ReasonNameTaken, message)
}

// isTaken says whether a graph of somebody else has the name of the one that would be
// made.
func (s scope) isTaken(l *life) bool {
	found := s.in.Answers.Objects[needGraph]
	return l.generated != nil && len(found) > 0 && !s.isMine(KeyGraph, found[0])
}

// controls says whether this request controls an object.
func (s scope) controls(o layer.Object) bool {
	return layer.Controller{Kind: v1alpha1.RequestKind, Name: s.request.Name, UID: s.request.UID}.Controls(o)
}
