package request

import (
	"fmt"
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
)

// Reasons of the conditions, as the published API names them but for ReasonPending
// and ReasonNameTaken.
const (
	ReasonValidationPassed = "ValidationPassed"
	ReasonValidationFailed = "ValidationFailed"

	ReasonPending            = "Pending"
	ReasonProfilingRunning   = "ProfilingRunning"
	ReasonProfilingCompleted = "ProfilingCompleted"
	ReasonProfilingFailed    = "ProfilingFailed"

	ReasonSpecGenerated    = "SpecGenerated"
	ReasonGenerationFailed = "GenerationFailed"

	ReasonDeploymentCreated  = "DeploymentCreated"
	ReasonDeploymentReady    = "DeploymentReady"
	ReasonDeploymentDegraded = "DeploymentDegraded"
	ReasonDeploymentDeleted  = "DeploymentDeleted"
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
	return l
}

// step takes a request to its next state, or stays.
func (s scope) step(l *life, found layer.Findings) {
	switch l.state {
	case v1alpha1.RequestStateProfiling:
		s.followProfiling(l)
	case v1alpha1.RequestStateDeploying, v1alpha1.RequestStateReady:
		s.followGraph(l)
	case v1alpha1.RequestStateDeploymentDeleted:
		s.recall(l)
	case v1alpha1.RequestStateFailed:
		l.validate(found)
		if s.attempt != s.dgdr.Status.ObservedSpecHash {
			l.startOver()
		}
	case v1alpha1.RequestStateNew, v1alpha1.RequestStatePending:
		s.prepare(l, found)
	}
}

// set sets a condition.
func (l *life) set(conditionType string, status layer.Status, reason, message string) {
	l.conditions[conditionType] = layer.Condition{Type: conditionType, Status: status, Reason: reason, Message: message}
}

// tell adds an event.
func (l *life) tell(reason, message string) {
	l.events = append(l.events, layer.Event{Reason: reason, Message: message})
}

// warn adds a warning event.
func (l *life) warn(reason, message string) {
	l.events = append(l.events, layer.Event{Warning: true, Reason: reason, Message: message})
}

// validate says that the spec can be profiled, with what its user should know.
func (l *life) validate(found layer.Findings) {
	l.set(TypeValidation, layer.True, ReasonValidationPassed, strings.Join(found.Warnings, "; "))
}

// startOver begins a further attempt after one that failed.
func (l *life) startOver() {
	l.state = v1alpha1.RequestStatePending
	for _, t := range []string{TypeProfiling, TypeSpecGenerated, TypeDeploymentReady} {
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
	if lacking := s.listLacking(); len(lacking) > 0 {
		l.set(TypeValidation, layer.False, ReasonValidationFailed, strings.Join(lacking, "; "))
		return
	}
	if s.job.current {
		l.state = v1alpha1.RequestStateProfiling
		l.set(TypeProfiling, layer.False, ReasonProfilingRunning, "")
		l.tell(eventJobCreated, fmt.Sprintf("Job %s profiles the model", jobName(s.request)))
		return
	}
	if s.job.exists {
		l.set(TypeProfiling, layer.False, ReasonPending, "the Job of the attempt before ends first")
	}
	l.startable = s.isJobAway()
}

// followProfiling waits for what the profiler finds.
func (s scope) followProfiling(l *life) {
	switch {
	case s.published.State == relay.Success:
		l.set(TypeProfiling, layer.True, ReasonProfilingCompleted, "")
		s.generate(l)
	case s.published.State == relay.Failed:
		l.fail(joinCause("profiling failed", s.published.Error))
	case !s.job.exists:
		l.fail("the Job is gone before it has published a result: change the spec to profile again")
	case s.job.failed:
		l.fail(joinCause("profiling job failed", s.job.message))
	case s.job.complete:
		l.set(TypeProfiling, layer.False, ReasonProfilingRunning, fmt.Sprintf(
			"Job %s is complete, and ConfigMap %s has no result of it yet: if that lasts, delete the Job, and change the spec to profile again",
			jobName(s.request), outputName(s.request)))
	default:
		l.set(TypeProfiling, layer.False, ReasonProfilingRunning, joinCause(s.published.Phase, s.published.Message))
	}
}

// fail ends an attempt.
func (l *life) fail(message string) {
	l.state = v1alpha1.RequestStateFailed
	l.set(TypeProfiling, layer.False, ReasonProfilingFailed, message)
	l.warn(eventJobFailed, message)
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
		message := fmt.Sprintf("%s in ConfigMap %s: %v", s.resultFile(), outputName(s.request), err)
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
