package request

import (
	"cmp"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
)

// takeOver returns the status of a request as we would have written it where the Dynamo
// operator has: it has tried just what is asked for, and is not made to try it once more.
func (s scope) takeOver() v1alpha1.DynamoGraphDeploymentRequestStatus {
	was := s.dgdr.Status
	if !s.takesOver {
		return was
	}
	state := readState(was)
	if !isProfiled(state) && state != v1alpha1.RequestStateFailed {
		if !s.hasRun() {
			return was
		}
		state = v1alpha1.RequestStateProfiling
	}
	out := *was.DeepCopy()
	out.State, out.ObservedSpecHash = state, s.attempt
	if name := s.nameFormer(out); name != "" && (out.Deployment == nil || !out.Deployment.Created) {
		out.Deployment = &v1alpha1.RequestDeploymentStatus{Created: true, Name: name, Namespace: s.request.Namespace}
	}
	return out
}

// readState reads how far the operator has come. A graph that somebody has deleted is not
// made again, whatever else is said: in v1beta1 the operator calls it Ready, or Failed.
func readState(status v1alpha1.DynamoGraphDeploymentRequestStatus) v1alpha1.RequestState {
	for _, c := range status.Conditions {
		if c.Type == TypeDeploymentReady && c.Reason == ReasonDeploymentDeleted {
			return v1alpha1.RequestStateDeploymentDeleted
		}
	}
	return cmp.Or(status.State, stateOf(status.Phase))
}

// nameFormer is the name of the graph that the operator has made; empty where it made none.
func (s scope) nameFormer(status v1alpha1.DynamoGraphDeploymentRequestStatus) string {
	switch {
	case status.Phase == v1alpha1.RequestPhaseDeployed, status.State == v1alpha1.RequestStateDeploymentDeleted:
		return cmp.Or(status.DGDName, s.protocol.NameGraph(s.request, ""), s.request.Name)
	case status.Phase == v1alpha1.RequestPhaseDeploying:
		return status.DGDName
	}
	return ""
}

// hasRun says whether the request controls a Job of the operator's, or what one has
// published, though no status says so: one that is restored has none.
func (s scope) hasRun() bool {
	former := func(o layer.Object) bool {
		return s.controls(o) && !o.Leaving() && o.Annotations[layer.AnnotationKey] == ""
	}
	results := listResults(s.protocol, s.request)
	published := func(o layer.Object) bool {
		return former(o) && relay.IsOfOperator(o.Data()) && relay.ReadOfOperator(o.Data(), results...).State == relay.Success
	}
	return slices.ContainsFunc(s.in.Answers.Objects[needJob], former) || slices.ContainsFunc(s.in.Answers.Objects[needOutput], published)
}

// isNew says whether nobody has written a status.
func isNew(status v1alpha1.DynamoGraphDeploymentRequestStatus) bool {
	return status.ObservedSpecHash == "" && status.State == "" && status.Phase == ""
}

// isOfOperator says whether the Dynamo operator wrote a status. Its versions write either
// a state or a phase, and none of our own conditions.
func isOfOperator(status v1alpha1.DynamoGraphDeploymentRequestStatus) bool {
	for _, c := range status.Conditions {
		if c.Type == layer.TypeUnsupportedFields {
			return false
		}
	}
	return status.ObservedSpecHash == "" && (status.State == "") != (status.Phase == "")
}

// stateOf is a phase in the words of version v1alpha1.
func stateOf(phase v1alpha1.RequestPhase) v1alpha1.RequestState {
	if phase == v1alpha1.RequestPhaseDeployed {
		return v1alpha1.RequestStateReady
	}
	return v1alpha1.RequestState(phase)
}

// isMine says whether an object that core does not observe is this request's: it controls
// it or, as operators made graphs and results, its labels name it and nobody controls it.
func (s scope) isMine(key string, o layer.Object) bool {
	if s.controls(o) {
		return true
	}
	labels := o.Labels()
	named := labels[meta.LabelRequestName] == s.request.Name && slices.Contains([]string{"", s.request.Namespace}, labels[meta.LabelRequestNamespace])
	return named && !o.Controlled() && (key == KeyGraph || key == KeyOutput) && isPastProfiling(s.dgdr.Status.State)
}

// isLeft says whether a child was made by the operator. It stays, and is not written: what
// core can refer to and cannot write would stop the request for good.
func (s scope) isLeft(key string) bool {
	o, ok := s.in.Observed[key]
	return ok && !s.observed.Has(key) && o.Annotations[layer.AnnotationKey] == "" && o.Annotations[meta.AnnotationSpecHash] == ""
}

// readPublished reads what a profiler has published of this attempt. The operator's says
// of which attempt it is by the Job alone, which then is not ours.
func (s scope) readPublished() relay.Report {
	data := s.in.Observed[KeyOutput].Data()
	made, ours := s.in.Observed[KeyJob]
	ours = ours && made.Annotations[meta.AnnotationSpecHash] != ""
	if isProfiled(s.dgdr.Status.State) && !ours && relay.IsOfOperator(data) {
		return relay.ReadOfOperator(data, listResults(s.protocol, s.request)...)
	}
	return relay.Read(data, s.attempt)
}
