package request

import (
	"cmp"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Reasons of Profiling of requests of version v1beta1: the phases of the profiler, each
// with a suffix where it has failed in it.
const (
	ReasonInitializing    = "Initializing"
	ReasonSweepingPrefill = "SweepingPrefill"
	ReasonSweepingDecode  = "SweepingDecode"
	ReasonSelectingConfig = "SelectingConfig"
	ReasonBuildingCurves  = "BuildingCurves"
	ReasonGeneratingDGD   = "GeneratingDGD"
	ReasonCompleted       = "Completed"

	failedSuffix = "Failed"
)

// phaseDone is the profiler's last phase, in which nothing can fail any more.
const phaseDone = "Done"

// Reasons of Succeeded beside those of the conditions that it sums up.
const (
	ReasonProfiling = "Profiling"
	ReasonReady     = "Ready"
	ReasonDeploying = "Deploying"
	ReasonDeployed  = "Deployed"
)

// isPhase says whether a text is the name of a phase: what a profiler writes ends in
// conditions, whose reasons are words.
func isPhase(text string) bool {
	return slices.Contains([]string{
		ReasonInitializing, ReasonSweepingPrefill, ReasonSweepingDecode, ReasonSelectingConfig,
		ReasonBuildingCurves, ReasonGeneratingDGD, phaseDone,
	}, text)
}

// phase is how far the profiler says that it is, as far as that is a word; empty where
// it says nothing.
func (s scope) phase() string {
	if isPhase(s.published.Phase) {
		return s.published.Phase
	}
	return ""
}

// running is the reason of Profiling while the profiler runs.
func (s scope) running() string {
	if phase := s.phase(); s.isV1Beta1() && phase != "" && phase != phaseDone {
		return phase
	}
	return ReasonProfilingRunning
}

// progress is the message beside it.
func (s scope) progress() string {
	if s.running() != ReasonProfilingRunning {
		return s.published.Message
	}
	return joinCause(s.published.Phase, s.published.Message)
}

// completed is the reason of Profiling once there is a result.
func (s scope) completed() string {
	if s.isV1Beta1() {
		return ReasonCompleted
	}
	return ReasonProfilingCompleted
}

// failed is the reason of Profiling where it has failed.
func (s scope) failed() string {
	if phase := cmp.Or(s.phase(), s.dgdr.Status.ProfilingPhase); s.isV1Beta1() && phase != "" && phase != phaseDone {
		return phase + failedSuffix
	}
	return ReasonProfilingFailed
}

// profilingPhase is the phase that status shows while the profiler runs.
func (s scope) profilingPhase(l life) string {
	if l.state != v1alpha1.RequestStateProfiling {
		return ""
	}
	if s.isV1Beta1() {
		return cmp.Or(s.phase(), ReasonInitializing)
	}
	return s.phase()
}

// phaseOf is a state in the words of version v1beta1.
func phaseOf(l life) v1alpha1.RequestPhase {
	switch l.state {
	case v1alpha1.RequestStateProfiling:
		return v1alpha1.RequestPhaseProfiling
	case v1alpha1.RequestStateDeploying:
		return v1alpha1.RequestPhaseDeploying
	case v1alpha1.RequestStateReady:
		if l.deployment != nil && l.deployment.Created {
			return v1alpha1.RequestPhaseDeployed
		}
		return v1alpha1.RequestPhaseReady
	case v1alpha1.RequestStateDeploymentDeleted, v1alpha1.RequestStateFailed:
		return v1alpha1.RequestPhaseFailed
	case v1alpha1.RequestStateNew, v1alpha1.RequestStatePending:
	}
	return v1alpha1.RequestPhasePending
}

// summarize sums up how a request does: where it stands and, in the words of the
// condition that decides, why.
func (s scope) summarize(l life) layer.Condition {
	out := layer.Condition{Type: TypeSucceeded, Status: layer.False}
	decides := TypeProfiling
	switch l.state {
	case v1alpha1.RequestStateReady:
		out.Status, out.Reason = layer.True, ReasonReady
		if phaseOf(l) == v1alpha1.RequestPhaseDeployed {
			out.Reason = ReasonDeployed
		}
		return out
	case v1alpha1.RequestStateNew, v1alpha1.RequestStatePending:
		out.Reason = ReasonPending
		if l.conditions[TypeValidation].Status == layer.False {
			decides = TypeValidation
		}
	case v1alpha1.RequestStateProfiling:
		out.Reason = ReasonProfiling
		if running := s.running(); running != ReasonProfilingRunning {
			out.Reason = running
		}
	case v1alpha1.RequestStateDeploying:
		decides, out.Reason = TypeDeploymentReady, ReasonDeploying
	case v1alpha1.RequestStateDeploymentDeleted:
		decides, out.Reason = TypeDeploymentReady, ReasonDeploymentDeleted
	case v1alpha1.RequestStateFailed:
		if l.conditions[TypeSpecGenerated].Reason == ReasonGenerationFailed {
			decides = TypeSpecGenerated
		}
		out.Reason = cmp.Or(l.conditions[decides].Reason, ReasonProfilingFailed)
	}
	out.Message = l.conditions[decides].Message
	return out
}
