package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Condition types of models.
const (
	TypeEndpointsReady = "EndpointsReady"
	TypeServicesFound  = "ServicesFound"
)

// Reasons of the conditions, as the published API names them.
const (
	ReasonAllEndpointsReady   = "AllEndpointsReady"
	ReasonEndpointsDiscovered = "EndpointsDiscovered"
	ReasonNoEndpoints         = "NoEndpoints"
	ReasonNotReady            = "NotReady"

	ReasonServicesFound   = "ServicesFound"
	ReasonNoServicesFound = "NoServicesFound"
)

// Reasons of events that are no reasons of conditions.
const (
	EventNoEndpoints    = "NoEndpointsFound"
	eventEndpointsReady = "EndpointsReady"
)

// state is how a pod does with regard to the model.
type state struct {
	endpoint endpoint
	// ready says whether it serves the model; covered, that it need not.
	ready, covered bool
	outcome        outcome
	// reason in the words of the worker, where it failed.
	reason string
}

func compareKeys(a, b layer.Child) int { return cmp.Compare(a.Key, b.Key) }

// cover marks the prefill workers that cannot load the adapter and need not, since
// another one of their group has it.
func cover(states []state) {
	has := map[string]bool{}
	for _, s := range states {
		if s.ready && s.endpoint.prefill {
			has[s.endpoint.group] = true
		}
	}
	for i, s := range states {
		states[i].covered = s.outcome == outcomeNoManagement && s.endpoint.prefill && s.endpoint.ready && has[s.endpoint.group]
	}
}

// makeEndpointsReady makes the condition that sums up the pods.
func makeEndpointsReady(s scope, states []state) layer.Condition {
	out := layer.Condition{Type: TypeEndpointsReady, Status: layer.False}
	good := 0
	for _, st := range states {
		if st.ready || st.covered {
			good++
		}
	}
	switch {
	case len(states) == 0:
		out.Reason = ReasonNoEndpoints
		out.Message = fmt.Sprintf("no pod serves %q: a component serves it whose modelRef.name is that", s.model.Spec.BaseModelName)
	case good == len(states):
		out.Status, out.Reason = layer.True, ReasonAllEndpointsReady
		if !isLoRA(s.model) {
			out.Reason = ReasonEndpointsDiscovered
		}
		out.Message = tellUnfollowed(s.total - len(states))
	default:
		out.Reason = ReasonNotReady
		texts := append([]string{fmt.Sprintf("%d of %d endpoints are ready", good, len(states))}, explain(states)...)
		out.Message = join(append(texts, tellUnfollowed(s.total-len(states)))...)
	}
	return out
}

// tellUnfollowed says how many pods are left out.
func tellUnfollowed(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf("a model follows %d endpoints: %d more are left out", maxEndpoints, n)
}

// complaint is what is told of endpoints with an outcome.
type complaint struct {
	outcome outcome
	text    string
	// reason says that the words of one worker stand behind it: those of all may differ.
	reason bool
}

// complaints in the order in which they are told.
func complaints() []complaint {
	return []complaint{
		{outcome: outcomeWaiting, text: "have not answered yet"},
		{outcome: outcomeUncalled, text: "are not called yet: provider-http has not looked at their Requests"},
		{outcome: outcomeUnasked, text: "are not asked: ", reason: true},
		{outcome: outcomeReplaced, text: "have still to unload what the model was before"},
		{outcome: outcomeNoRoutes, text: "take no adapters (HTTP 404): set DYN_LORA_ENABLED=true in the workers"},
		{outcome: outcomeNoManagement, text: "have no LoRA management, and no other prefill worker of their graph has the adapter"},
		{outcome: outcomeFailed, text: "cannot load it: ", reason: true},
	}
}

// explain says why pods are not ready, each reason once with the number of its pods.
func explain(states []state) []string {
	unready, count, reasons := 0, map[outcome]int{}, map[outcome]string{}
	for _, s := range states {
		switch {
		case s.ready, s.covered:
		case !s.endpoint.ready:
			unready++
		default:
			if count[s.outcome] == 0 || s.reason < reasons[s.outcome] {
				reasons[s.outcome] = s.reason
			}
			count[s.outcome]++
		}
	}
	var out []string
	if unready > 0 {
		out = append(out, fmt.Sprintf("%d of pods that are not ready themselves", unready))
	}
	for _, c := range complaints() {
		if n := count[c.outcome]; n > 0 {
			text := fmt.Sprintf("%d %s", n, c.text)
			if c.reason {
				text += reasons[c.outcome]
			}
			out = append(out, text)
		}
	}
	return out
}

// join returns the texts that say something as one.
func join(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), "; ")
}

// makeServicesFound makes the condition that says whether pods could be found.
func makeServicesFound(services bool, endpoints int) layer.Condition {
	if services && endpoints > 0 {
		return layer.Condition{Type: TypeServicesFound, Status: layer.True, Reason: ReasonServicesFound}
	}
	return layer.Condition{Type: TypeServicesFound, Status: layer.False, Reason: ReasonNoServicesFound}
}

// tell returns the event of a condition that has another reason than before.
func (s scope) tell(ready layer.Condition) []layer.Event {
	for _, was := range s.model.Status.Conditions {
		if was.Type == ready.Type && was.Reason == ready.Reason {
			return nil
		}
	}
	switch ready.Reason {
	case ReasonNoEndpoints:
		return []layer.Event{{Warning: true, Reason: EventNoEndpoints, Message: ready.Message}}
	case ReasonNotReady:
		return []layer.Event{{Warning: true, Reason: ReasonNotReady, Message: ready.Message}}
	case ReasonEndpointsDiscovered:
		return []layer.Event{{Reason: ReasonEndpointsDiscovered, Message: "the pods that serve the model are found"}}
	}
	return []layer.Event{{Reason: eventEndpointsReady, Message: "all pods have loaded the model"}}
}

func makeBaseStatus(m *v1alpha1.DynamoModel) *v1alpha1.DynamoModelStatus {
	out := m.Status.DeepCopy()
	out.Conditions, out.ObservedGeneration = nil, m.Generation
	return out
}

func makeStatus(s scope, states []state) *v1alpha1.DynamoModelStatus {
	out := &v1alpha1.DynamoModelStatus{ObservedGeneration: s.model.Generation, TotalEndpoints: ptr.To(int32(len(states)))} //nolint:gosec // There are at most maxEndpoints.
	var ready int32
	for _, st := range states {
		out.Endpoints = append(out.Endpoints, v1alpha1.ModelEndpoint{
			Address:             st.endpoint.address,
			LoRAFallbackCovered: st.covered,
			PodName:             st.endpoint.pod,
			Ready:               st.ready,
		})
		if st.ready {
			ready++
		}
		if st.covered {
			out.LoRAFallbackCoveredEndpoints++
		}
	}
	out.ReadyEndpoints = &ready
	return out
}
