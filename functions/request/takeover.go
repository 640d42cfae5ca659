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
	state := cmp.Or(was.State, stateOf(was.Phase))
	if !isOfOperator(was) || (!isProfiled(state) && state != v1alpha1.RequestStateFailed) {
		return was
	}
	out := *was.DeepCopy()
	out.State, out.ObservedSpecHash = state, s.attempt
	if was.Phase == v1alpha1.RequestPhaseDeployed {
		out.Deployment = &v1alpha1.RequestDeploymentStatus{
			Created: true, Name: cmp.Or(was.DGDName, s.protocol.NameGraph(s.request, "")), Namespace: s.request.Namespace,
		}
	}
	return out
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
