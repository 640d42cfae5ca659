package component_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
)

// claiming makes a component span two nodes with GPUs of a claim each.
func claiming() changes {
	return changes{
		"spec/multinode":                       "{nodeCount: 2}",
		"spec/resources":                       "{claims: [{name: gpu}]}",
		"spec/extraPodSpec/resourceClaims":     "[{name: gpu, resourceClaimTemplateName: one-gpu}]",
		"spec/extraPodSpec/mainContainer/args": `[-m, dynamo.vllm, --tensor-parallel-size, "2"]`,
	}
}

const (
	oneGPU = `{kind: ResourceClaimTemplate, spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.nvidia.com}}]}}}}`

	keyTemplate = "resourceclaimtemplate/one-gpu"
	noTemplate  = `spec.resources.claims: GPUs of claim "gpu" are not counted, since the namespace has no ResourceClaimTemplate "one-gpu": create it`
)

// claims are core's answers to a component with claims: whether the cluster has
// their API, and the templates that are there.
func claims(t *testing.T, api bool, templates ...string) layer.Answers {
	t.Helper()
	out := layer.Answers{APIs: map[string]bool{"leaderworkerset": true, "resourceclaim": api}}
	if api {
		found := []layer.Object{}
		for _, m := range templates {
			found = append(found, layer.Read(layertest.Object(t, m)))
		}
		out.Objects = map[string][]layer.Object{keyTemplate: found}
	}
	return out
}

func TestComposeClaims(t *testing.T) {
	type want struct {
		// args of the leader behind the user's, and what its set notes.
		args  []any
		notes any
		valid string
		asks  bool
	}
	flags := []any{"--distributed-executor-backend", "mp", "--nnodes", "2", "--master-addr", "$(LWS_LEADER_ADDRESS)", "--master-port", "29500", "--node-rank", "0"}
	cases := map[string]struct {
		reason  string
		answers layer.Answers
		want    want
	}{
		"Unanswered": {reason: "only whether the API is there is asked at first", answers: layer.Answers{APIs: map[string]bool{"leaderworkerset": true}}, want: want{args: []any{}}},
		"Present":    {reason: "GPUs of a template count as those of limits", answers: claims(t, true, oneGPU), want: want{args: flags, notes: "1", asks: true}},
		"Absent":     {reason: "without the template nothing is known", answers: claims(t, true), want: want{args: []any{}, valid: noTemplate, asks: true}},
		"Lacking": {
			reason: "nor without the API", answers: claims(t, false),
			want: want{args: []any{}, valid: `spec.resources.claims: GPUs of claim "gpu" are not counted, since the cluster lacks ResourceClaim of resource.k8s.io/v1: ` +
				"install Kubernetes 1.34 or later, or ask for GPUs by limits"},
		},
		"Unreadable": {
			reason: "nor of one of another shape", answers: claims(t, true, "{kind: ResourceClaimTemplate, spec: {spec: 1}}"),
			want: want{args: []any{}, asks: true, valid: `spec.resources.claims: GPUs of claim "gpu" are not counted, since ResourceClaimTemplate "one-gpu" has no requests that can be read: ` +
				"correct its spec"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, composed, claiming()))
			in.Answers = tc.answers
			out := compose(t, in)
			args, notes := leader(t, out)
			_, asks := out.Needs.Objects[keyTemplate]
			got := want{args: args[4:], notes: notes, valid: valid(t, out), asks: asks}
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s: Compose(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if _, ok := out.Needs.APIs["resourceclaim"]; !ok {
				t.Errorf("%s: it asks for the API on every run, got %v", tc.reason, out.Needs.APIs)
			}
		})
	}
}

// leader is the command line of a leader, and what its set notes of claims.
func leader(t *testing.T, out layer.Out) ([]any, any) {
	t.Helper()
	set := layertest.Objects(t, out)["leaderworkerset/main"]
	path := func(m any, keys ...string) any {
		for _, k := range keys {
			fields, _ := m.(map[string]any)
			m = fields[k]
		}
		return m
	}
	containers, _ := path(set, "spec", "leaderWorkerTemplate", "leaderTemplate", "spec", "containers").([]any)
	if len(containers) == 0 {
		t.Fatalf("want a leader with a container, got %v", set)
	}
	args, _ := path(containers[0], "args").([]any)
	return args, path(set, "metadata", "annotations", "dynamo.fn.crossplane.io/claimed-gpus")
}

// valid is the message of condition Valid, which is True.
func valid(t *testing.T, out layer.Out) string {
	t.Helper()
	for _, c := range out.Conditions {
		if c.Type == layer.TypeValid && c.Status == layer.True {
			return c.Message
		}
	}
	t.Fatalf("want Valid True, got %v", out.Conditions)
	return ""
}

// TestComposeClaimsKeepsWhatRuns: pods that run are not restarted because what
// their GPUs were counted by is gone.
func TestComposeClaimsKeepsWhatRuns(t *testing.T) {
	in := layertest.In(layertest.Object(t, composed, claiming()))
	in.Answers = claims(t, true, oneGPU)
	before := compose(t, in)
	next := layertest.Next(t, in, before, nil)
	cases := map[string]struct {
		reason  string
		answers layer.Answers
		want    string
	}{
		"Unanswered": {reason: "core has not answered", want: ""},
		"Deleted":    {reason: "the template is deleted", answers: claims(t, true), want: noTemplate},
		"Lacking": {
			reason: "the API is", answers: claims(t, false),
			want: `spec.resources.claims: GPUs of claim "gpu" are not counted, since the cluster lacks ResourceClaim of resource.k8s.io/v1: install Kubernetes 1.34 or later, or ask for GPUs by limits`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			next.Answers = tc.answers
			out := compose(t, next)
			key := "leaderworkerset/main"
			if diff := cmp.Diff(layertest.Objects(t, before)[key]["spec"], layertest.Objects(t, out)[key]["spec"]); diff != "" {
				t.Errorf("%s: the set changed (-before, +after):\n%s", tc.reason, diff)
			}
			if _, notes := leader(t, out); notes != "1" {
				t.Errorf("%s: want the set to note 1 GPU, got %v", tc.reason, notes)
			}
			if diff := cmp.Diff(tc.want, valid(t, out)); diff != "" {
				t.Errorf("%s: Valid (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestComposeWithoutClaims: who has no claims asks for nothing new.
func TestComposeWithoutClaims(t *testing.T) {
	for name, c := range map[string]changes{
		"OneNode": {},
		"Nodes":   onNodes(),
		"OneNodeWithClaims": {
			"spec/resources": "{claims: [{name: gpu}]}", "spec/extraPodSpec/resourceClaims": "[{name: gpu, resourceClaimTemplateName: one-gpu}]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := layertest.In(layertest.Object(t, composed, c))
			in.Answers = claims(t, true, oneGPU)
			needs := compose(t, in).Needs
			if _, ok := needs.APIs["resourceclaim"]; ok || !cmp.Equal(layer.AskForSettings("team"), needs.Objects) {
				t.Errorf("want no question about claims, got %v", needs)
			}
		})
	}
}
