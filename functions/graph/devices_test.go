package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// claiming makes the graph's worker span two nodes with GPUs of a claim each.
func claiming() changes {
	return changes{
		worker + "multinode":                       "{nodeCount: 2}",
		worker + "resources":                       "{claims: [{name: gpu}]}",
		worker + "extraPodSpec/resourceClaims":     "[{name: gpu, resourceClaimTemplateName: one-gpu}]",
		worker + "extraPodSpec/mainContainer/args": `[-m, dynamo.vllm, --tensor-parallel-size, "1"]`,
	}
}

// TestComposeDevices: a graph says of claims what its components say.
func TestComposeDevices(t *testing.T) {
	const (
		key    = "resourceclaimtemplate/one-gpu"
		oneGPU = `{kind: ResourceClaimTemplate, spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.nvidia.com}}]}}}}`
	)
	api := map[string]layer.API{"resourceclaim": {APIVersion: "resource.k8s.io/v1", Kind: "ResourceClaim"}}
	known := map[string]bool{"resourceclaim": true}
	cases := map[string]struct {
		reason  string
		answers layer.Answers
		objects bool
		want    string
	}{
		"Unanswered": {reason: "at first it asks for the API alone"},
		"Absent": {
			reason: "without the template nothing is counted", objects: true,
			answers: layer.Answers{APIs: known, Objects: map[string][]layer.Object{key: {}}},
			want:    `spec.services[Worker].resources.claims: GPUs of claim "gpu" are not counted, since the namespace has no ResourceClaimTemplate "one-gpu": create it`,
		},
		"Present": {
			reason: "with it the sizes are compared", objects: true,
			answers: layer.Answers{APIs: known, Objects: map[string][]layer.Object{key: {layer.Read(layertest.Object(t, oneGPU))}}},
			want: "spec.services[Worker].extraPodSpec.mainContainer: nothing is added for 2 nodes, since what it starts takes 1 of the 1 GPUs of one node " +
				"(no --tensor-parallel-size above 1), so that each node starts a whole copy: write sizes that take the 2 GPUs of all nodes, or take multinode away",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			given := in(t, claiming())
			given.Answers = tc.answers
			out := compose(t, given)
			if diff := cmp.Diff(tc.want, condition(t, out, layer.TypeValid).Message); diff != "" {
				t.Errorf("%s: Valid (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(api, out.Needs.APIs); diff != "" {
				t.Errorf("%s: needed APIs (-want, +got):\n%s", tc.reason, diff)
			}
			if _, ok := out.Needs.Objects[key]; ok != tc.objects {
				t.Errorf("%s: want a question about the template %t, got %v", tc.reason, tc.objects, out.Needs.Objects)
			}
		})
	}
	if needs := compose(t, running(t)).Needs; len(needs.APIs) > 0 || len(needs.Objects) > 1+len(layer.AskForSettings("team")) {
		t.Errorf("a graph without claims asks for adapters and settings alone, got %v", needs)
	}
}
