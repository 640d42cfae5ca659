package request

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
)

// report adds status, conditions and events to the result.
func (s scope) report(l life, out *layer.Out) {
	out.Found.Ignored = append(out.Found.Ignored, s.describeTaken(l)...)
	for _, t := range []string{TypeValidation, TypeProfiling, TypeSpecGenerated, TypeDeploymentReady} {
		if c, ok := l.conditions[t]; ok {
			out.Conditions = append(out.Conditions, c)
		}
	}
	out.Conditions = append(out.Conditions, s.summarize(l))
	out.Events = append(out.Events, l.events...)
	s.warnOnce(l.conditions[TypeValidation], out)
	unsupported := out.Found.Unsupported()
	unsupported.Message = layer.Limit(unsupported.Message)
	out.Conditions = append(out.Conditions, unsupported)
	s.warnOnce(unsupported, out)
	out.Status = s.makeStatus(l)
}

// warnOnce adds a warning event for a condition that says something new.
func (s scope) warnOnce(c layer.Condition, out *layer.Out) {
	if c.Message != "" && c.Changed(s.dgdr.Status.Conditions) {
		out.Events = append(out.Events, layer.Event{Warning: true, Reason: c.Reason, Message: c.Message})
	}
}

func (s scope) makeStatus(l life) *v1alpha1.DynamoGraphDeploymentRequestStatus {
	out := &v1alpha1.DynamoGraphDeploymentRequestStatus{
		Backend:            s.request.Backend,
		Deployment:         l.deployment,
		ObservedGeneration: s.dgdr.Generation,
		ObservedSpecHash:   s.attempt,
		Settings:           s.in.Settings.Layers,
		State:              l.state,
		Phase:              phaseOf(l),
		DGDName:            l.graphName(),
		Hardware:           convert.WriteHardware(s.discovery.found),
		ProfilingPhase:     s.profilingPhase(l),
	}
	if s.job.exists || isProfiled(l.state) {
		out.ProfilingJobName = jobName(s.request)
	}
	if l.generated != nil {
		s.record(l.generated, out)
	}
	return out
}

// record writes what profiling found, in the form of the request.
func (s scope) record(g *generated, out *v1alpha1.DynamoGraphDeploymentRequestStatus) {
	raw, err := json.Marshal(g.graph)
	switch {
	case err != nil: // What came as JSON can be written as JSON.
	case s.isV1Beta1():
		out.ProfilingResults = &runtime.RawExtension{Raw: []byte(`{"selectedConfig":` + string(raw) + `}`)}
	default:
		out.ProfilingResults = &runtime.RawExtension{Raw: []byte(`"configmap/` + outputName(s.request) + `"`)}
		out.GeneratedDeployment = &runtime.RawExtension{Raw: raw}
	}
}

// examine returns the findings of what is asked for. Settings are at fault only while
// they still decide something.
func (s scope) examine() layer.Findings {
	if len(s.request.Faults) > 0 {
		return layer.Findings{Faults: s.request.Faults}
	}
	out := s.protocol.Examine(s.request)
	out.Faults = append(out.Faults, s.findOverrideFaults()...)
	out.Faults = append(out.Faults, s.in.SettingsFaults...)
	if binding, ok := s.in.Observed[KeyBinding]; ok {
		if warning := profiler.WarnOfRole(s.request, s.in.Settings, binding); warning != "" {
			out.Warnings = append(out.Warnings, warning)
		}
	}
	out.Warnings = append(out.Warnings, s.account.Warnings...)
	return out
}

// hold returns the result for a request at fault that is not profiled yet. What exists
// of an earlier attempt stays. What is asked for counts as not tried yet, so that it
// is once the fault is gone, unless an earlier attempt at just that has failed.
func (s scope) hold(found layer.Findings) layer.Out {
	status := s.dgdr.Status.DeepCopy()
	status.Conditions = nil
	if status.State != v1alpha1.RequestStateFailed {
		status.ObservedSpecHash = ""
	}
	status.State, status.Phase = v1alpha1.RequestStateFailed, v1alpha1.RequestPhaseFailed
	status.ObservedGeneration = s.dgdr.Generation
	status.Settings = s.in.Settings.Layers
	valid := found.Valid()
	failed := layer.Condition{Type: TypeValidation, Status: layer.False, Reason: ReasonValidationFailed, Message: layer.Limit(valid.Message)}
	summary := failed
	summary.Type = TypeSucceeded
	out := layer.Out{
		Children:   s.keepAll(),
		Status:     status,
		Conditions: []layer.Condition{failed, summary, found.Unsupported()},
		Found:      found,
		Pace:       layer.PaceSteady,
	}
	s.warnOnce(failed, &out)
	if len(s.in.Observed) == 0 {
		out.Children, out.Fatal = nil, valid.Message
	}
	return out
}

// wait returns the result while core has not told yet which settings the site has:
// everything stays.
func (s scope) wait() layer.Out {
	status := s.dgdr.Status.DeepCopy()
	status.Conditions = nil // They stay without being sent.
	return layer.Out{Children: s.keepAll(), Status: status, Needs: s.computeNeeds(life{})}
}
