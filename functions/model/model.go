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
	if found.Fatal() {
		out := found.Refuse(in, layer.Out{Children: layer.KeepAll(in.Observed), Status: makeBaseStatus(m)}, m.Status.Conditions)
		out.Needs = needs
		return out, nil
	}
	slicesFound, answered := in.Answers.Objects[needSlices]
	if !answered {
		status := m.Status
		status.Conditions = nil // They stay without being sent.
		return layer.Out{Children: layer.KeepAll(in.Observed), Status: &status, Needs: needs, Pace: layer.PaceProgressing}, nil
	}
	endpoints, err := readEndpoints(slicesFound)
	if err != nil {
		return layer.Out{}, err
	}
	total := len(endpoints)
	endpoints = endpoints[:min(total, maxEndpoints)]
	s := scope{model: m, in: in, total: total, services: haveServices(slicesFound)}
	out, err := s.render(endpoints, &found)
	out.Needs = needs
	found.Report(&out, m.Status.Conditions)
	return out, err
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
	states := make([]state, 0, len(endpoints))
	for _, e := range endpoints {
		states = append(states, state{endpoint: e, ready: e.ready})
	}
	out := layer.Out{}
	if isLoRA(s.model) {
		var err error
		if out.Children, err = s.loadWhereAble(states, found); err != nil {
			return out, err
		}
	}
	ready := makeEndpointsReady(s, states)
	out.Conditions = []layer.Condition{ready, makeServicesFound(s.services, len(states))}
	out.Ready = ready.Status == layer.True
	out.Pace = layer.PaceFor(out, s.in.Observed, len(found.Ignored) == 0)
	out.Status = makeStatus(s, states)
	out.Events = s.tell(ready)
	return out, nil
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
	if presence == optional.Absent {
		found.Ignored = append(found.Ignored, kind.Lacking("spec.modelType lora"))
	}
	for i := range states {
		states[i].ready = false
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
// A Request that loads the adapter from elsewhere is left out, and made again as soon as
// it is gone.
func (s scope) load(states []state) ([]layer.Child, error) {
	a := adapter{object: s.model.Name, name: s.model.Spec.ModelName}
	if s.model.Spec.Source != nil {
		a.uri = s.model.Spec.Source.URI
	}
	var out []layer.Child
	for i := range states {
		st := &states[i]
		key, err := a.key(st.endpoint)
		if err != nil {
			return nil, err
		}
		o, exists := s.in.Observed[key]
		if exists {
			st.outcome, st.reason = readOutcome(o)
		}
		if exists && a.replaces(o) {
			st.outcome, st.ready = outcomeWaiting, false
			continue
		}
		st.ready = st.endpoint.ready && st.outcome == outcomeLoaded
		if !exists && !st.endpoint.ready {
			continue
		}
		child, err := a.makeRequest(key, st.endpoint)
		if err != nil {
			return nil, err
		}
		child.Ready = st.outcome == outcomeLoaded
		out = append(out, child)
	}
	slices.SortFunc(out, compareKeys)
	return out, nil
}
