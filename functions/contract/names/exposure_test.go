package names

import (
	"strings"
	"testing"
)

// TestExposure pins names: a changed one deletes and recreates the object.
func TestExposure(t *testing.T) {
	long := strings.Repeat("a", MaxLength)
	cases := map[string]struct {
		reason    string
		got, want string
	}{
		"PlannerAccount": {reason: "of the graph", got: PlannerAccount("chat"), want: "chat-planner"},
		"PickerAccount":  {reason: "of the graph", got: PickerAccount("chat"), want: "chat-epp"},
		"PickerConfig":   {reason: "of the graph", got: PickerConfig("chat"), want: "chat-epp-config"},
		"Pool":           {reason: "of the graph", got: Pool("chat"), want: "chat-pool"},
		"ModelHash":      {reason: "as the operator hashes it", got: ModelHash("Qwen/Qwen3-0.6B"), want: "fb68f5a6"},
		"ModelService":   {reason: "of the component", got: ModelService("Qwen/Qwen3-0.6B", "my-deployment-worker"), want: "dynamo-model-fb68f5a6-1fbfd58c"},
		"Long":           {reason: "shortened", got: Pool(long), want: Limit(long + "-pool")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if tc.got != tc.want {
				t.Errorf("%s: want %q, got %q", tc.reason, tc.want, tc.got)
			}
			if len(tc.got) > MaxLength {
				t.Errorf("%q is too long", tc.got)
			}
		})
	}
	if ModelService("m", "a") == ModelService("m", "b") {
		t.Error("two components that serve one model share no Service")
	}
}
