// Package model follows a model on the pods that serve it, and loads adapters into
// them through provider-http.
package model

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
)

// needSlices is the name under which a model asks for the EndpointSlices of its pods.
const needSlices = "endpointslices"

// maxEndpoints is how many pods of a model are followed, so that its status stays far
// below what an object may hold.
const maxEndpoints = 500

// Compose is the model layer. It returns an error only for what is no DynamoModel at all.
func Compose(in layer.In) (layer.Out, error) {
	m := &v1alpha1.DynamoModel{}
	if err := object.Into(in.Composite, m); err != nil {
		return layer.Out{}, err
	}
	needs := computeNeeds(m)
	found := examine(m)
	slicesFound, answered := in.Answers.Objects[needSlices]
	if !answered {
		return wait(m, in, found, needs), nil
	}
	endpoints, err := readEndpoints(slicesFound)
	if err != nil {
		return layer.Out{}, err
	}
	s := scope{model: m, in: in, total: len(endpoints), services: haveServices(slicesFound)}
	endpoints = endpoints[:min(s.total, maxEndpoints)]
	if found.Fatal() {
		out := found.Refuse(in, s.keep(endpoints), m.Status.Conditions)
		out.Needs = needs
		return out, nil
	}
	out, err := s.render(endpoints, &found)
	out.Needs = needs
	found.Report(&out, m.Status.Conditions)
	return out, err
}

// wait keeps what there is until core has answered.
func wait(m *v1alpha1.DynamoModel, in layer.In, found layer.Findings, needs layer.Needs) layer.Out {
	out := layer.Out{Children: layer.KeepAll(in.Observed), Pace: layer.PaceProgressing}
	if found.Fatal() {
		out.Status = makeBaseStatus(m)
		out = found.Refuse(in, out, m.Status.Conditions)
	} else {
		status := m.Status
		status.Conditions = nil // They stay without being sent.
		out.Status = &status
	}
	out.Needs = needs
	return out
}

// scope is what all parts of the layer read.
type scope struct {
	model *v1alpha1.DynamoModel
	in    layer.In
	// total is the number of pods, those included that are not followed.
	total int
	// services says whether there is a Service of the model.
	services bool
}

// isLoRA says whether the model is loaded into workers.
func isLoRA(m *v1alpha1.DynamoModel) bool { return m.Spec.ModelType == v1alpha1.ModelTypeLoRA }

// computeNeeds asks for the EndpointSlices, to which Kubernetes copies the labels of
// their Services and, for what is loaded, for provider-http.
func computeNeeds(m *v1alpha1.DynamoModel) layer.Needs {
	out := layer.Needs{Objects: map[string]layer.Selector{needSlices: {
		API:       layer.API{APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSlice"},
		Namespace: m.Namespace,
		Labels:    map[string]string{meta.LabelBaseModelHash: names.ModelHash(m.Spec.BaseModelName)},
	}}}
	if isLoRA(m) {
		out.APIs = optional.Needs(optional.HTTPRequest())
	}
	return out
}

// examine returns the findings of a model's fields, beyond what its schema says.
func examine(m *v1alpha1.DynamoModel) layer.Findings {
	if !isLoRA(m) {
		return layer.Findings{}
	}
	spec := field.NewPath("spec")
	faults := findNameFaults(m.Spec.ModelName, spec.Child("modelName"))
	if m.Spec.Source != nil {
		faults = append(faults, findBraces(m.Spec.Source.URI, spec.Child("source", "uri"))...)
	}
	return layer.Findings{Faults: faults}
}

// render loads the model where it is to be loaded, and says how it is.
func (s scope) render(endpoints []endpoint, found *layer.Findings) (layer.Out, error) {
	states := statesOf(endpoints)
	out := layer.Out{}
	if isLoRA(s.model) {
		var err error
		if out.Children, err = s.loadWhereAble(states, found); err != nil {
			return out, err
		}
	}
	s.describe(&out, states)
	out.Pace = layer.PaceFor(out, s.in.Observed, len(found.Ignored) == 0)
	return out, nil
}

func statesOf(endpoints []endpoint) []state {
	out := make([]state, 0, len(endpoints))
	for _, e := range endpoints {
		out = append(out, state{endpoint: e, ready: e.ready})
	}
	return out
}

// describe says how the pods are.
func (s scope) describe(out *layer.Out, states []state) {
	ready := makeEndpointsReady(s, states)
	out.Conditions = []layer.Condition{ready, makeServicesFound(s.services, len(states))}
	out.Ready = ready.Status == layer.True
	out.Status = makeStatus(s, states)
	out.Events = s.tell(ready)
}

// keep leaves all as it is, and says how the pods are with what they have loaded.
func (s scope) keep(endpoints []endpoint) layer.Out {
	byAddress := map[string]string{}
	for id, o := range s.in.Observed.Below(keyPrefix) {
		byAddress[readRequest(keyPrefix+id, o, s.model.Name).address] = keyPrefix + id
	}
	states := statesOf(endpoints)
	for i := range states {
		st := &states[i]
		st.outcome, st.reason = outcomeUnasked, "the spec is refused (condition Valid)"
		if key, ok := byAddress[st.endpoint.address]; ok {
			o := s.in.Observed[key]
			st.outcome, st.reason = readOutcome(o, readRequest(key, o, s.model.Name))
		}
		st.ready = st.ready && st.outcome == outcomeLoaded
	}
	cover(states)
	out := layer.Out{Children: layer.KeepAll(s.in.Observed)}
	s.describe(&out, states)
	return out
}

// loadWhereAble returns the Requests of the pods. No pod has the model where the cluster
// lacks Requests.
func (s scope) loadWhereAble(states []state, found *layer.Findings) ([]layer.Child, error) {
	kind := optional.HTTPRequest()
	presence := kind.In(s.in, s.anyKey())
	if presence == optional.Present {
		children, err := s.load(states)
		cover(states)
		return children, err
	}
	is, reason := outcomeWaiting, ""
	if presence == optional.Absent {
		found.Ignored = append(found.Ignored, kind.Lacking("spec.modelType lora"))
		is, reason = outcomeUnasked, "the cluster lacks "+kind.Kind+" of "+kind.APIVersion
	}
	for i := range states {
		states[i].ready, states[i].outcome, states[i].reason = false, is, reason
	}
	return nil, nil
}

// anyKey is the key of a Request that exists; empty without any.
func (s scope) anyKey() string {
	for id := range s.in.Observed.Below(keyPrefix) {
		return keyPrefix + id
	}
	return ""
}

// load returns the Requests of the pods, and reads what came of those that exist. A pod
// that is not ready is not called, but what was loaded into it before is not unloaded.
func (s scope) load(states []state) ([]layer.Child, error) {
	wanted, addresses := map[string]bool{}, map[string]bool{}
	var requests []request
	for i := range states {
		addresses[states[i].endpoint.address] = true
		key, err := s.adapter().key(states[i].endpoint)
		if err != nil {
			return nil, err
		}
		wanted[key] = true
		if r, ok := s.follow(key, &states[i]); ok {
			requests = append(requests, r)
		}
	}
	requests = append(requests, s.leave(wanted, addresses)...)
	out := make([]layer.Child, 0, len(requests))
	for _, r := range requests {
		child, err := r.child()
		if err != nil {
			return nil, err
		}
		o, exists := s.in.Observed[r.key]
		child.Ready = exists && isLoaded(o, r)
		out = append(out, child)
	}
	slices.SortFunc(out, compareKeys)
	return out, nil
}

// adapter is what the model loads.
func (s scope) adapter() adapter {
	out := adapter{object: s.model.Name, name: s.model.Spec.ModelName}
	if s.model.Spec.Source != nil {
		out.uri = s.model.Spec.Source.URI
	}
	return out
}

// follow returns the Request of a pod, if it is to have one, and reads what came of it. A
// Request that loads the adapter from elsewhere has to unload it first.
func (s scope) follow(key string, st *state) (request, bool) {
	r := request{adapter: s.adapter(), key: key, address: st.endpoint.address}
	o, exists := s.in.Observed[key]
	if !exists {
		r.first = true
		return r, st.endpoint.ready
	}
	was := readRequest(key, o, s.model.Name)
	if !o.Leaving() && (was.form == formUnload || was.uri != r.uri) {
		st.outcome, st.ready = outcomeReplaced, false
		if next, done := was.retire(o); !done {
			return next, true
		}
		r.first = true
		return r, true
	}
	st.outcome, st.reason = readOutcome(o, r)
	st.ready = st.endpoint.ready && st.outcome == outcomeLoaded
	if o.Leaving() {
		return r, true
	}
	return r.await(o), true
}

// leave returns the Requests of no pod that have something to do before they go. Where
// the pod is gone they have nothing to do, and where it was called by another name they
// unload that. Where another pod has the address by now, the adapter there is that pod's.
func (s scope) leave(wanted, addresses map[string]bool) []request {
	var out []request
	for id, o := range s.in.Observed.Below(keyPrefix) {
		was := readRequest(keyPrefix+id, o, s.model.Name)
		if wanted[was.key] || o.Leaving() || !addresses[was.address] {
			continue
		}
		done := was.form == formRelease
		if was.name == s.model.Spec.ModelName {
			was.form = formRelease
		} else if !done {
			was, done = was.retire(o)
		}
		if !done {
			out = append(out, was)
		}
	}
	return out
}
