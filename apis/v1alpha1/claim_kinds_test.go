package v1alpha1_test

import (
	"slices"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

func TestClaimKinds(t *testing.T) {
	if kinds := v1alpha1.Kinds(); !slices.IsSorted(kinds) {
		t.Errorf("Kinds(): want them sorted, got %v", kinds)
	}
	for _, kind := range v1alpha1.Kinds() {
		claim, composite := v1alpha1.ClaimKind(kind), v1alpha1.CompositeKind(kind)
		if got, ok := v1alpha1.ClaimedKind(claim); !ok || got != kind {
			t.Errorf("ClaimedKind(%s): want %s, got %s (%t)", claim, kind, got, ok)
		}
		if _, ok := v1alpha1.ClaimedKind(composite); ok {
			t.Errorf("ClaimedKind(%s): want none, since it is no claim", composite)
		}
		if !v1alpha1.IsComposite(composite) || v1alpha1.IsComposite(claim) || v1alpha1.IsComposite(kind) {
			t.Errorf("IsComposite: want it of %s alone", composite)
		}
	}
}
