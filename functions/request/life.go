package request

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
)

// Condition types of requests.
const (
	TypeValidation      = "Validation"
	TypeProfiling       = "Profiling"
	TypeSpecGenerated   = "SpecGenerated"
	TypeDeploymentReady = "DeploymentReady"
	// TypeSucceeded sums up the others.
	TypeSucceeded = "Succeeded"
)

// Reasons of the conditions, as the published API names them but for ReasonPending
// and ReasonNameTaken.
const (
	ReasonValidationPassed = "ValidationPassed"
	ReasonValidationFailed = "ValidationFailed"

	ReasonPending             = "Pending"
	ReasonDiscoveringHardware = "DiscoveringHardware"
	ReasonProfilingRunning    = "ProfilingRunning"
	ReasonProfilingCompleted  = "ProfilingCompleted"
	ReasonProfilingFailed     = "ProfilingFailed"
	ReasonJobCreationFailed   = "JobCreationFailed"

	ReasonSpecGenerated    = "SpecGenerated"
	ReasonGenerationFailed = "GenerationFailed"

	ReasonDeploymentCreated  = "DeploymentCreated"
	ReasonDeploymentReady    = "DeploymentReady"
	ReasonDeploymentDegraded = "DeploymentDegraded"
	ReasonDeploymentDeleted  = "DeploymentDeleted"
	ReasonDeploymentRefused  = "DeploymentRefused"
	ReasonNameTaken          = "NameTaken"
)

// Reasons of events that are no reasons of conditions.
const (
	eventInitialized = "Initialized"
	eventJobCreated  = "ProfilingJobCreated"
	eventJobFailed   = "ProfilingJobFailed"
)

// life is how far a request has come, and what is said of it.
type life struct {
	state      v1alpha1.RequestState
	conditions map[string]layer.Condition
	events     []layer.Event
	// generated is what profiling found; nil before.
	generated *generated
	// deployment is the graph that was made; nil before.
	deployment *v1alpha1.RequestDeploymentStatus
	// startable says whether the Job may be made.
	startable bool
	// ignored are the fields and objects of the result that nothing acts on.
	ignored []string
}

// maxSteps is how many states a request passes through at most in one run.
const maxSteps = 4

// live takes a request as far as what is observed allows.
func (s scope) live(found layer.Findings) life {
	l := life{
		state:      s.dgdr.Status.State,
		conditions: map[string]layer.Condition{},
		deployment: s.dgdr.Status.Deployment.DeepCopy(),
	}
	for _, c := range s.dgdr.Status.Conditions {
		l.conditions[c.Type] = layer.Condition{Type: c.Type, Status: layer.Status(c.Status), Reason: c.Reason, Message: c.Message}
	}
	for range maxSteps {
		was := l.state
		s.step(&l, found)
		if l.state == was {
			break
		}
	}
	s.settle(&l, found)
	return l
}

// settle says again what a state implies of the states before. Core writes conditions
// after the status, so that a look in between is handed those of an earlier state.
func (s scope) settle(l *life, found layer.Findings) {
	switch l.state {
	case v1alpha1.RequestStateProfiling:
		l.validate(found)
		l.takeBack(TypeSpecGenerated, TypeDeploymentReady)
	case v1alpha1.RequestStateDeploying, v1alpha1.RequestStateReady, v1alpha1.RequestStateDeploymentDeleted:
		l.validate(found)
		l.set(TypeProfiling, layer.True, s.completed(), "")
		l.set(TypeSpecGenerated, layer.True, ReasonSpecGenerated, s.describeResult(l))
	case v1alpha1.RequestStateNew, v1alpha1.RequestStatePending, v1alpha1.RequestStateFailed:
	}
}

// describeResult says what of the request its graph could not follow, and that what was
// found is gone, if so.
func (s scope) describeResult(l *life) string {
	lost := fmt.Sprintf("ConfigMap %s does not hold the result any more: no ConfigMap of the result is made again that is deleted", outputName(s.request))
	warnings := l.recallWarnings(lost)
	if s.published.State == relay.Success || l.state == v1alpha1.RequestStateDeploymentDeleted {
		return warnings
	}
	if warnings == "" {
		return lost
	}
	return warnings + "; " + lost
}

// recallWarnings returns what of the request its graph could not follow. The condition may
// also say that the result is lost.
func (l *life) recallWarnings(lost string) string {
	was := l.conditions[TypeSpecGenerated]
	was.Message = strings.TrimSuffix(strings.TrimSuffix(was.Message, lost), "; ")
	if was.Reason == ReasonSpecGenerated && was.Message != "" {
		return was.Message
	}
	if l.generated == nil {
		return ""
	}
	return strings.Join(l.generated.warnings, "; ")
}

// step takes a request to its next state, or stays. A graph that exists proves that
// profiling has succeeded, whatever the status says that core could write last.
func (s scope) step(l *life, found layer.Findings) {
	if graph, ok := s.in.Observed[KeyGraph]; ok && !graph.Going() && !isPastProfiling(l.state) {
		l.validate(found)
		l.state = v1alpha1.RequestStateDeploying
		return
	}
	switch l.state {
	case v1alpha1.RequestStateProfiling:
		s.followProfiling(l)
	case v1alpha1.RequestStateDeploying, v1alpha1.RequestStateReady:
		s.followGraph(l)
	case v1alpha1.RequestStateDeploymentDeleted:
		s.recall(l)
		l.setDeleted()
	case v1alpha1.RequestStateFailed:
		l.validate(found)
		switch {
		case s.attempt != s.dgdr.Status.ObservedSpecHash:
			l.state = v1alpha1.RequestStatePending
		case s.isCorrected(l):
			l.state = v1alpha1.RequestStateProfiling
		default:
			s.explainFailure(l)
		}
	case v1alpha1.RequestStateNew, v1alpha1.RequestStatePending:
		s.prepare(l, found)
	}
}

// isPastProfiling says whether a request has a result.
func isPastProfiling(state v1alpha1.RequestState) bool {
	return isProfiled(state) && state != v1alpha1.RequestStateProfiling
}

// set sets a condition, whose message may repeat what others wrote at any length.
func (l *life) set(conditionType string, status layer.Status, reason, message string) {
	l.conditions[conditionType] = layer.Condition{Type: conditionType, Status: status, Reason: reason, Message: layer.Limit(message)}
}

// tell adds an event.
func (l *life) tell(reason, message string) {
	l.events = append(l.events, layer.Event{Reason: reason, Message: layer.Limit(message)})
}

// warn adds a warning event.
func (l *life) warn(reason, message string) {
	l.events = append(l.events, layer.Event{Warning: true, Reason: reason, Message: layer.Limit(message)})
}

// validate says that the spec can be profiled, with what its user should know.
func (l *life) validate(found layer.Findings) {
	l.set(TypeValidation, layer.True, ReasonValidationPassed, strings.Join(found.Warnings, "; "))
}

// takeBack takes back what was said of an earlier attempt.
func (l *life) takeBack(conditionTypes ...string) {
	for _, t := range conditionTypes {
		if _, ok := l.conditions[t]; ok {
			l.set(t, layer.False, ReasonPending, "")
		}
	}
}

// prepare waits for what the profiler reads, and then for its Job.
func (s scope) prepare(l *life, found layer.Findings) {
	if l.state == v1alpha1.RequestStateNew {
		l.state = v1alpha1.RequestStatePending
		l.tell(eventInitialized, "the request is taken up")
	}
	l.validate(found)
	was := l.conditions[TypeProfiling]
	l.takeBack(TypeProfiling, TypeSpecGenerated, TypeDeploymentReady)
	if s.job.current {
		l.state = v1alpha1.RequestStateProfiling
		l.set(TypeProfiling, layer.False, ReasonProfilingRunning, "")
		l.tell(eventJobCreated, fmt.Sprintf("Job %s profiles the model", jobName(s.request)))
		return
	}
	if lacking := s.listLacking(); len(lacking) > 0 {
		l.set(TypeValidation, layer.False, ReasonValidationFailed, strings.Join(lacking, "; "))
		return
	}
	known, why := s.knowsHardware()
	switch {
	case s.isLeft(KeyJob):
		l.set(TypeProfiling, layer.False, ReasonPending, fmt.Sprintf(
			"the Dynamo operator made Job %s: delete it, and the request goes on", jobName(s.request)))
	case s.job.exists || s.isJobLeaving():
		l.set(TypeProfiling, layer.False, ReasonPending, fmt.Sprintf(
			"the Job of the attempt before ends first: if that lasts, a pod of Job %s does not end", jobName(s.request)))
	case !known:
		l.set(TypeProfiling, layer.False, ReasonDiscoveringHardware, why)
	case s.in.Refused().Has(KeyJob):
		s.tellJobRefused(l, was)
	}
	l.startable = known && s.isJobAway() && !s.account.Unready && !s.in.LacksGround(slices.Concat(s.account.Children, s.makeOutput(*l)))
}

// tellJobRefused says that the API server does not take the Job. Was is what was said before.
func (s scope) tellJobRefused(l *life, was layer.Condition) {
	message := s.in.Refused().Only(KeyJob).Explain("the request") + ", and correct the spec or what refuses it"
	l.set(TypeProfiling, layer.False, ReasonJobCreationFailed, message)
	if was.Reason != ReasonJobCreationFailed {
		l.warn(eventJobFailed, message)
	}
}

// followProfiling waits for what the profiler finds.
func (s scope) followProfiling(l *life) {
	switch {
	case s.published.State == relay.Success:
		l.set(TypeProfiling, layer.True, s.completed(), "")
		s.generate(l)
	case s.published.State == relay.Failed || s.job.failed || (!s.job.exists && s.isGone(needJob)):
		l.fail(s.failed(), s.describeFailure())
	case s.job.complete:
		l.set(TypeProfiling, layer.False, ReasonProfilingRunning, fmt.Sprintf(
			"Job %s is complete, and ConfigMap %s has no result of it yet: if that lasts, delete the Job, and change the spec to profile again",
			jobName(s.request), outputName(s.request)))
	case s.published.State == "":
		l.set(TypeProfiling, layer.False, s.running(), fmt.Sprintf(
			"no pod of Job %s has reported yet: if that lasts, its events and those of its pods say why; "+
				"where the spec is at fault, delete the Job, and then change the spec to profile again",
			jobName(s.request)))
	default:
		l.set(TypeProfiling, layer.False, s.running(), s.progress())
	}
}

// fail ends an attempt.
func (l *life) fail(reason, message string) {
	l.state = v1alpha1.RequestStateFailed
	l.set(TypeProfiling, layer.False, reason, message)
	l.warn(eventJobFailed, message)
}

// describeFailure says why profiling has failed, as far as that is still to be seen.
func (s scope) describeFailure() string {
	switch {
	case s.published.State == relay.Failed:
		return joinCause("profiling failed", s.published.Error)
	case s.job.failed:
		return joinCause("profiling job failed", s.job.message)
	}
	return jobGone
}

// jobGone is said of a Job that a person has deleted.
const jobGone = "the Job is gone before it has published a result: change the spec to profile again"

// explainFailure says again why an attempt has failed: what is observed knows more than
// conditions, which may be those of the state before.
func (s scope) explainFailure(l *life) {
	if s.published.State == relay.Success {
		if _, err := s.readResult(); err != nil {
			l.set(TypeProfiling, layer.True, s.completed(), "")
			l.set(TypeSpecGenerated, layer.False, ReasonGenerationFailed, s.describeGarbage(err))
			return
		}
	}
	if l.conditions[TypeSpecGenerated].Reason == ReasonGenerationFailed {
		return
	}
	reason, why := s.failed(), s.describeFailure()
	if was := l.conditions[TypeProfiling]; strings.HasSuffix(was.Reason, failedSuffix) {
		if s.phase() == "" {
			reason = was.Reason
		}
		// Where what was published is gone, it is not known any more why: it was.
		if s.published.State == "" && was.Message != "" {
			why = was.Message
		}
	}
	l.set(TypeProfiling, layer.False, reason, why)
	l.takeBack(TypeSpecGenerated, TypeDeploymentReady)
}

// isCorrected says whether a graph can be made of a result of which none could: what is
// put over it has changed, of which the profiler is not told.
func (s scope) isCorrected(l *life) bool {
	if !s.isV1Beta1() || s.published.State != relay.Success || l.conditions[TypeSpecGenerated].Reason != ReasonGenerationFailed {
		return false
	}
	_, err := s.readResult()
	return err == nil
}

// describeGarbage says what is wrong with a result, or with what is put over it.
func (s scope) describeGarbage(err error) string {
	if over := (&overlayError{}); errors.As(err, &over) {
		return fmt.Sprintf("%v: correct it, and the graph is made of the same result", over)
	}
	return fmt.Sprintf("%s in ConfigMap %s: %v", s.resultFile(), outputName(s.request), err)
}

// joinCause says why something failed, where that is known.
func joinCause(what, why string) string {
	if what == "" || why == "" {
		return what + why
	}
	return what + ": " + why
}

// generate reads the graph out of the result.
func (s scope) generate(l *life) {
	g, err := s.readResult()
	if err != nil {
		message := s.describeGarbage(err)
		l.state = v1alpha1.RequestStateFailed
		l.set(TypeSpecGenerated, layer.False, ReasonGenerationFailed, message)
		l.warn(ReasonGenerationFailed, message)
		return
	}
	l.generated, l.ignored = g, g.ignored
	l.set(TypeSpecGenerated, layer.True, ReasonSpecGenerated, strings.Join(g.warnings, "; "))
	l.tell(ReasonSpecGenerated, fmt.Sprintf("graph %q is generated", g.name()))
	l.state = v1alpha1.RequestStateReady
	if s.request.AutoApply {
		l.state = v1alpha1.RequestStateDeploying
	}
}
