package convert

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// faultCase is a spec, and the one fault that reading it finds in the graph or in its first
// component; none where it is empty.
type faultCase struct {
	reason string
	spec   string
	want   string
}

func (tc faultCase) check(t *testing.T) {
	t.Helper()
	g := decode(t, tc.spec)
	faults := g.Faults
	for _, c := range g.Components[:min(1, len(g.Components))] {
		faults = append(faults, c.Faults...)
	}
	got := ""
	if len(faults) > 0 {
		got = faults.ToAggregate().Error()
	}
	if diff := cmp.Diff(tc.want, got); diff != "" {
		t.Errorf("\n%s\nDecodeGraph(...): -want fault, +got:\n%s", tc.reason, diff)
	}
}

// TestUnreadable has what a definition of one version lets through in the form of the
// other: the innermost field is named, and never its value.
func TestUnreadable(t *testing.T) {
	cases := map[string]faultCase{
		"Integer":  {"a text for a number", "{components: [{name: A}, {name: B, replicas: many}]}", "spec.components[B].replicas: Invalid value: must be an integer of at most 32 bits"},
		"Boolean":  {"a text for a switch", "{components: [{name: A, globalDynamoNamespace: 'yes'}]}", "spec.components[A].globalDynamoNamespace: Invalid value: must be true or false"},
		"Text":     {"a number for a text", "{services: {A: {componentType: 5}}}", "spec.services[A].componentType: Invalid value: must be a text"},
		"List":     {"an object for a list", "{services: {A: {envs: {B: C}}}}", "spec.services[A].envs: Invalid value: must be a list"},
		"Object":   {"a list for an object", "{components: [{name: A, podTemplate: []}]}", "spec.components[A].podTemplate: Invalid value: must be an object"},
		"Quantity": {"lots are no quantity", "{services: {A: {sharedMemory: {size: lots}}}}", "spec.services[A].sharedMemory.size: Invalid value: must be a quantity, such as 2, 500m or 8Gi"},
		"Element":  {"an element without a name is counted", "{components: [{name: A, podTemplate: {spec: {tolerations: [{}, {tolerationSeconds: x}]}}}]}", "spec.components[A].podTemplate.spec.tolerations[1].tolerationSeconds: Invalid value: must be an integer of at most 64 bits"},
		"Secret":   {"a value may be one that nobody should see", "{components: [{name: A, podTemplate: {spec: {containers: [{name: main, env: [{name: TOKEN, value: [hf_abc]}]}]}}}]}", "spec.components[A].podTemplate.spec.containers[main].env[TOKEN].value: Invalid value: must be a text"},
		"Large":    {"what does not fit is not cut", "{components: [{name: A, replicas: 4294967298}]}", "spec.components[A].replicas: Invalid value: must be an integer of at most 32 bits"},
		"Seconds":  {"64 bits are enough for others", "{components: [{name: A, podTemplate: {spec: {terminationGracePeriodSeconds: 4294967298}}}]}", ""},
		"Service":  {"services are read alike", "{services: {A: {multinode: {nodeCount: 99999999999}}}}", "spec.services[A].multinode.nodeCount: Invalid value: must be an integer of at most 32 bits"},
		"Null":     {"what is null is not there", "{components: [{name: A, replicas: null}]}", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) { tc.check(t) })
	}
}

// TestCounts has the counts that a definition checks in the form of its own version alone.
func TestCounts(t *testing.T) {
	cases := map[string]faultCase{
		"None":     {"no replicas park a component", "{components: [{name: A, replicas: 0}]}", ""},
		"Negative": {"less than none are a slip", "{components: [{name: A, replicas: -1}]}", "spec.components[A].replicas: Invalid value: -1: must be 0 or more"},
		"Service":  {"of a service too", "{services: {A: {replicas: -1}}}", "spec.services[A].replicas: Invalid value: -1: must be 0 or more"},
		"Memory":   {"less than no memory", "{components: [{name: A, sharedMemorySize: -5Gi}]}", "spec.components[A].sharedMemorySize: Invalid value: \"-5Gi\": must be 0 or more"},
		"Default":  {"an empty block is two nodes", "{components: [{name: A, multinode: {}}]}", ""},
		"OneNode":  {"several nodes are two or more", "{components: [{name: A, multinode: {nodeCount: 1}}]}", "spec.components[A].multinode.nodeCount: Invalid value: 1: must be 2 or more: leave multinode out for one node"},
		"NoModel":  {"a reference to nothing", "{components: [{name: A, modelRef: {name: ''}}]}", "spec.components[A].modelRef.name: Required value: name the base model, or leave modelRef out"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) { tc.check(t) })
	}
}
