package optional

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

func TestKindIn(t *testing.T) {
	const key = "leaderworkerset/main"
	kind := LeaderWorkerSet()
	answered := func(there bool) layer.Answers {
		return layer.Answers{APIs: map[string]bool{kind.Need: there}}
	}
	composed := layer.Observed{key: layer.Object{}}

	cases := map[string]struct {
		reason string
		in     layer.In
		want   Presence
	}{
		"Unanswered":    {reason: "Core has not answered yet", want: Unknown},
		"OtherAnswered": {reason: "An answer about another kind is none", in: layer.In{Answers: layer.Answers{APIs: map[string]bool{"other": true}}}, want: Unknown},
		"Absent":        {reason: "The cluster lacks it", in: layer.In{Answers: answered(false)}, want: Absent},
		"Present":       {reason: "The cluster has it", in: layer.In{Answers: answered(true)}, want: Present},
		"Composed":      {reason: "An object proves its kind before any answer", in: layer.In{Observed: composed}, want: Present},
		"Lapse":         {reason: "And against one", in: layer.In{Observed: composed, Answers: answered(false)}, want: Present},
		"OtherKey":      {reason: "Another object proves nothing", in: layer.In{Observed: layer.Observed{"other": {}}, Answers: answered(false)}, want: Absent},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := kind.In(tc.in, key); got != tc.want {
				t.Errorf("%s: In(...): want %d, got %d", tc.reason, tc.want, got)
			}
		})
	}
}

func TestKindLacking(t *testing.T) {
	want := "multinode (the cluster lacks LeaderWorkerSet of leaderworkerset.x-k8s.io/v1: install the LeaderWorkerSet controller (sigs.k8s.io/lws))"
	if diff := cmp.Diff(want, LeaderWorkerSet().Lacking("multinode")); diff != "" {
		t.Errorf("Lacking(...): -want, +got:\n%s", diff)
	}
}

// TestNeeds pins names and kinds: core calls again when they change.
func TestNeeds(t *testing.T) {
	want := map[string]layer.API{
		"leaderworkerset": {APIVersion: "leaderworkerset.x-k8s.io/v1", Kind: "LeaderWorkerSet"},
		"virtualservice":  {APIVersion: "networking.istio.io/v1beta1", Kind: "VirtualService"},
		"request":         {APIVersion: "http.m.crossplane.io/v1alpha2", Kind: "Request"},
		"resourceclaim":   {APIVersion: "resource.k8s.io/v1", Kind: "ResourceClaim"},
		"httproute":       {APIVersion: "gateway.networking.k8s.io/v1", Kind: "HTTPRoute"},
		"podmonitor":      {APIVersion: "monitoring.coreos.com/v1", Kind: "PodMonitor"},
		"inferencepool":   {APIVersion: "inference.networking.k8s.io/v1", Kind: "InferencePool"},
	}
	if diff := cmp.Diff(want, Needs(Kinds()...)); diff != "" {
		t.Errorf("Needs(...): -want, +got:\n%s", diff)
	}
	if got := Needs(); got != nil {
		t.Errorf("Needs(): want nothing, got %v", got)
	}
}
