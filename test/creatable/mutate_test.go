package main

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

func original(t *testing.T) map[string]any {
	t.Helper()
	out, err := preview.Documents(strings.NewReader(graph))
	if err != nil {
		t.Fatal(err)
	}
	return out[0]
}

// TestMutate: one thing changes, in a copy, and the same thing each time.
func TestMutate(t *testing.T) {
	o := original(t)
	before := runtime.DeepCopyJSON(o)
	whats := map[string]bool{}
	for n := range uint64(500) {
		mutant, what := mutate(rand.New(rand.NewPCG(1, n)), o)
		again, whatAgain := mutate(rand.New(rand.NewPCG(1, n)), o)
		if diff := cmp.Diff(before, o); diff != "" {
			t.Fatalf("mutate(...) with %s changed its argument: -before, +after:\n%s", what, diff)
		}
		if diff := cmp.Diff(mutant, again); diff != "" || what != whatAgain {
			t.Fatalf("mutate(...) twice: %s, then %s: -first, +second:\n%s", what, whatAgain, diff)
		}
		whats[what] = true
	}
	if len(whats) < 200 {
		t.Errorf("500 mutations are %d different ones", len(whats))
	}
	for _, kind := range []string{"removed", "its key is", "is empty", "is reversed", "twice", "has restartPolicy", "is -1"} {
		found := false
		for what := range whats {
			found = found || strings.Contains(what, kind)
		}
		if !found {
			t.Errorf("no mutation of 500 says %q", kind)
		}
	}
}

func TestSpots(t *testing.T) {
	var got []string
	for _, s := range spots(original(t)) {
		got = append(got, s.path)
	}
	want := []string{
		"metadata.name",
		"spec.services",
		"spec.services.Worker",
		"spec.services.Worker.componentType",
		"spec.services.Worker.extraPodSpec",
		"spec.services.Worker.extraPodSpec.mainContainer",
		"spec.services.Worker.extraPodSpec.mainContainer.command",
		"spec.services.Worker.extraPodSpec.mainContainer.command[0]",
		"spec.services.Worker.extraPodSpec.mainContainer.command[1]",
		"spec.services.Worker.extraPodSpec.mainContainer.command[2]",
		"spec.services.Worker.extraPodSpec.mainContainer.image",
		"spec.services.Worker.resources",
		"spec.services.Worker.resources.limits",
		"spec.services.Worker.resources.limits.gpu",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spots(...): -want, +got:\n%s", diff)
	}
}
