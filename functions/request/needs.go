package request

import (
	"fmt"
	"maps"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
)

// Names that a request asks for objects by, beside those of its inputs and of the
// result's ConfigMaps, which are their keys.
const (
	needJob    = "job"
	needGraph  = "graph"
	needOutput = "output"
)

// computeNeeds asks for the site's settings, for what may be in the way of what the
// request makes and, until it is profiled, for what the profiler reads.
func (s scope) computeNeeds(l life) layer.Needs {
	out := layer.AskForSettings(s.request.Namespace)
	out[needJob] = s.selectByName("batch/v1", "Job", jobName(s.request))
	if s.takesOver {
		out[needOutput] = s.selectByName("v1", "ConfigMap", outputName(s.request))
	}
	if s.needsAccount(l) || s.isAhead() {
		maps.Copy(out, others.Ask(s.request.Namespace, s.makeAccount(), s.in))
	}
	if !isProfiled(s.dgdr.Status.State) {
		for _, input := range s.protocol.Needs(s.request) {
			selector := s.selectByName("v1", input.Kind, input.Name)
			selector.Example = input.Example()
			out[inputNeed(input)] = selector
		}
	}
	if name := l.graphName(); name != "" {
		out[needGraph] = s.selectByName(v1alpha1.GroupVersion().String(), v1alpha1.GraphKind, name)
	}
	for _, name := range l.generated.configMapNames() {
		out[ConfigMapKey(name)] = s.selectByName("v1", "ConfigMap", name)
	}
	return layer.Needs{Objects: out}
}

// isAhead says whether a request has no Job yet, as far as its status tells. What it then asks
// for does not follow from what core answers, so that core asks this function once.
func (s scope) isAhead() bool {
	state := s.dgdr.Status.State
	return state == v1alpha1.RequestStateNew || state == v1alpha1.RequestStatePending
}

// graphName is the name of the graph; empty before there is one.
func (l *life) graphName() string {
	switch {
	case l.deployment != nil && l.deployment.Created:
		return l.deployment.Name
	case l.generated != nil:
		return l.generated.name()
	}
	return ""
}

// isGone says whether an object is known not to exist.
func (s scope) isGone(need string) bool {
	found, answered := s.in.Answers.Objects[need]
	return answered && len(found) == 0
}

func (s scope) selectByName(apiVersion, kind, name string) layer.Selector {
	return layer.Selector{API: layer.API{APIVersion: apiVersion, Kind: kind}, Namespace: s.request.Namespace, Name: name}
}

// inputNeed is what an input is asked for by.
func inputNeed(i profiler.Input) string { return "input/" + i.Kind + "/" + i.Name }

// listLacking says which of the things are missing that must be there before the Job
// is made.
func (s scope) listLacking() []string {
	var out []string
	for _, input := range s.protocol.Needs(s.request) {
		found, answered := s.in.Answers.Objects[inputNeed(input)]
		switch {
		case answered && len(found) == 0:
			out = append(out, fmt.Sprintf("%s: %s %s/%s not found: make it, and the request goes on",
				input.At, input.Kind, s.request.Namespace, input.Name))
		case answered && input.Key != "" && !hasKey(found[0], input.Key):
			out = append(out, fmt.Sprintf("%s: %s %s/%s has no key %s: add it, and the request goes on",
				input.At, input.Kind, s.request.Namespace, input.Name, input.Key))
		}
	}
	if found := s.in.Answers.Objects[needJob]; len(found) > 0 && !s.controls(found[0]) {
		out = append(out, fmt.Sprintf("%s: there is a Job %s that this request has not made: delete it, or rename the request",
			s.request.At.Name, jobName(s.request)))
	}
	return out
}

// isJobLeaving says whether a Job of this request is being deleted: core does not observe
// it any more, since it is not asked for.
func (s scope) isJobLeaving() bool {
	found := s.in.Answers.Objects[needJob]
	return len(found) > 0 && s.controls(found[0])
}

// hasKey says whether a ConfigMap has a key.
func hasKey(o layer.Object, key string) bool {
	_, ok := o.Data()[key]
	return ok
}

// isOutputOld says whether the ConfigMap holds what an earlier attempt has published.
// That attempt may have been of the same spec, which hashes alike.
func (s scope) isOutputOld() bool {
	return !s.job.current && len(s.in.Observed[KeyOutput].Data()) > 0
}

// isJobAway says whether the Job may be made: what it reads is known to exist, and the
// Job of an earlier attempt is gone with what it published.
func (s scope) isJobAway() bool {
	for _, input := range s.protocol.Needs(s.request) {
		if _, answered := s.in.Answers.Objects[inputNeed(input)]; !answered {
			return false
		}
	}
	return s.isGone(needJob) && !s.job.exists && !s.isOutputOld()
}
