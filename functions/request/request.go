// Package request composes what turns a request into a graph: the Job that
// profiles the model, what that Job needs and writes, and the graph.
package request

import (
	"maps"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
)

// scope is what all parts of the layer read.
type scope struct {
	dgdr     *v1alpha1.DynamoGraphDeploymentRequest
	request  dynamo.Request
	protocol profiler.Protocol
	in       layer.In

	// attempt is the hash of what is asked for now.
	attempt   string
	discovery discovery
	// published is what the relay has published of this attempt.
	published relay.Report
	job       job
	// observed are the children that core observes, of those that Observed has.
	observed layer.Observed
	// takesOver says that the Dynamo operator has written the status, or nobody has.
	takesOver bool
	// account of the Job's pod and its binding, but for what others have made of them.
	account others.Left
}

// Compose is the request layer. It returns an error only for what is no
// DynamoGraphDeploymentRequest at all.
func Compose(in layer.In) (layer.Out, error) {
	dgdr, r, err := convert.DecodeRequest(in.Composite)
	if err != nil {
		return layer.Out{}, err
	}
	s, err := makeScope(dgdr, r, in)
	if err != nil {
		return layer.Out{}, err
	}
	if in.Waiting {
		return s.wait(), nil
	}
	found := s.examine()
	if found.Fatal() && !isProfiled(s.dgdr.Status.State) {
		out := s.hold(found)
		out.Needs = s.computeNeeds(life{})
		return out, nil
	}
	l := s.live(found)
	out, err := s.render(l)
	if err != nil {
		return layer.Out{}, err
	}
	out.Needs = s.computeNeeds(l).And(s.askForNodes())
	out.Found = found
	out.Found.Ignored = slices.Concat(found.Ignored, l.ignored)
	s.report(l, &out)
	return out, nil
}

func makeScope(dgdr *v1alpha1.DynamoGraphDeploymentRequest, r dynamo.Request, in layer.In) (scope, error) {
	s := scope{dgdr: dgdr, request: complete(r, in.Settings), protocol: chooseProtocol(r, in.Settings), in: in, observed: in.Observed}
	attempt, err := hashAttempt(in.Composite)
	if err != nil {
		return scope{}, err
	}
	s.attempt = attempt
	s.takesOver = isOfOperator(dgdr.Status) || isNew(dgdr.Status)
	dgdr.Status = s.takeOver()
	if isProfiled(dgdr.Status.State) {
		// What is profiled does not change any more, so that a further hash could
		// only come from another way to take it.
		s.attempt = dgdr.Status.ObservedSpecHash
	}
	s.discovery = s.discover()
	s.request.Search.Hardware = s.request.Search.Hardware.Fill(s.discovery.found)
	s.in.Observed = s.adopt()
	s.job = readJob(s.in.Observed, s.attempt)
	// From then on there is one attempt, and one Job.
	s.job.current = s.job.current || (s.job.exists && isProfiled(dgdr.Status.State))
	s.published = s.readPublished()
	s.account = others.Leave(s.makeAccount(), s.in)
	return s, nil
}

// adopt returns the observed children, with those that are this request's and core does not
// observe: where the references in the request's spec are lost, what it has made is still
// there, and so is what the Dynamo operator has made of it.
func (s scope) adopt() layer.Observed {
	out := s.in.Observed
	for need, key := range map[string]string{needJob: KeyJob, needGraph: KeyGraph, needOutput: KeyOutput} {
		found := s.in.Answers.Objects[need]
		if out.Has(key) || len(found) == 0 || !s.isMine(key, found[0]) || found[0].Going() {
			continue
		}
		out = maps.Clone(out)
		out[key] = found[0]
	}
	return out
}

// isProfiled says whether what a request asks for is settled: from then on its spec
// is not looked at any more.
func isProfiled(state v1alpha1.RequestState) bool {
	switch state {
	case v1alpha1.RequestStateProfiling, v1alpha1.RequestStateDeploying,
		v1alpha1.RequestStateReady, v1alpha1.RequestStateDeploymentDeleted:
		return true
	case v1alpha1.RequestStateNew, v1alpha1.RequestStatePending, v1alpha1.RequestStateFailed:
	}
	return false
}

// hashAttempt hashes what a request asks for: all of its spec but what may change at
// any time, what core writes into it, and what only changes the graph that is found. It
// is taken of the spec as it is stored, so that a later version of this function finds
// the same.
func hashAttempt(composite map[string]any) (string, error) {
	asked := map[string]any{}
	spec, _ := composite["spec"].(map[string]any)
	for name, value := range spec {
		if name != "autoApply" && name != "crossplane" {
			asked[name] = value
		}
	}
	if overrides, ok := spec["overrides"].(map[string]any); ok {
		told := maps.Clone(overrides)
		delete(told, "dgd")
		asked["overrides"] = told
		if len(told) == 0 {
			delete(asked, "overrides")
		}
	}
	digest, err := object.Hash(asked)
	return digest.Hash, err
}
