package names

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"
)

// TestClaimVolume pins names: a changed one rolls the pods that mount the claim.
func TestClaimVolume(t *testing.T) {
	long := strings.Repeat("c", MaxLength)
	cases := map[string]struct {
		reason string
		claim  string
		want   string
	}{
		"Label":   {reason: "a label is a volume's name", claim: "model-cache", want: "model-cache"},
		"Longest": {reason: "up to 63 characters", claim: long, want: long},
		"Dots":    {reason: "with dots it is none", claim: "llama-3.1-8b-cache", want: "llama-3-1-8b-cache-b17185ff"},
		"Hyphens": {reason: "what differs in dots alone stays apart", claim: "llama-3-1.8b-cache", want: "llama-3-1-8b-cache-2788a0c7"},
		"TooLong": {reason: "nor with 64 characters", claim: long + "c", want: strings.Repeat("c", 54) + "-39f4a785"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, ClaimVolume(tc.claim)); diff != "" {
				t.Errorf("%s: ClaimVolume(%q) (-want, +got):\n%s", tc.reason, tc.claim, diff)
			}
		})
	}
}

// TestClaimVolumeIsLabel makes names of random claims. The seed is fixed, so that
// a failure comes again.
func TestClaimVolumeIsLabel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		claim := random(r, "abcxyz019", "-.", 253)
		if len(validation.IsDNS1123Subdomain(claim)) > 0 {
			continue // No claim is called so.
		}
		got := ClaimVolume(claim)
		if msgs := validation.IsDNS1123Label(got); len(msgs) > 0 {
			t.Fatalf("ClaimVolume(%q) = %q: %v", claim, got, msgs)
		}
		if label := len(validation.IsDNS1123Label(claim)) == 0; label != (got == claim) {
			t.Fatalf("ClaimVolume(%q) = %q, where the claim's own name is a label: %t", claim, got, label)
		}
	}
}
