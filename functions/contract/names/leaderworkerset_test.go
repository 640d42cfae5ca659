package names

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"
)

// TestLeaderWorkerSet pins names, those that are shortened too: a changed one
// deletes and recreates live objects.
func TestLeaderWorkerSet(t *testing.T) {
	cases := map[string]struct {
		reason    string
		component string
		want      string
	}{
		"Short":   {reason: "the component's with a number", component: "chat-worker", want: "chat-worker-0"},
		"Dots":    {reason: "it names a Service, which has no dots", component: "chat-qwen2.5", want: "chat-qwen2-5-0"},
		"Longest": {reason: "45 characters fit", component: "chat-" + strings.Repeat("w", 38), want: "chat-" + strings.Repeat("w", 38) + "-0"},
		"TooLong": {reason: "46 do not", component: "chat-" + strings.Repeat("w", 39), want: "chat-" + strings.Repeat("w", 31) + "-efe1f544"},
		"OtherTooLong": {
			reason:    "what differs behind the cut stays apart",
			component: "chat-" + strings.Repeat("w", 39) + "x", want: "chat-" + strings.Repeat("w", 31) + "-d18cfbfe",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := LeaderWorkerSet(tc.component)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: LeaderWorkerSet(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if faults := validation.IsDNS1035Label(got); len(faults) > 0 || len(got) > 45 {
				t.Errorf("LeaderWorkerSet(%q) = %q, %d characters: %v", tc.component, got, len(got), faults)
			}
		})
	}
}
