package relay

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// legacy is a relay for the profiler of v1alpha1 requests.
func legacy() Relay {
	return Relay{
		Image:     "registry.example/vllm-runtime:0.9.0",
		Profiler:  "profiler",
		ConfigMap: "dgdr-output-chat",
		Attempt:   "5d41402a",
		Results:   []string{"config_with_planner.yaml", "mocker_config_with_planner.yaml"},
	}
}

// current is a relay for the profiler of v1beta1 requests.
func current() Relay {
	out := legacy()
	out.Results = []string{"final_config.yaml", "profiler_status.yaml"}
	out.StatusFile = "profiler_status.yaml"
	return out
}

func TestContainer(t *testing.T) {
	for name, r := range map[string]Relay{"legacy": legacy(), "current": current()} {
		t.Run(name, func(t *testing.T) {
			got := Container(r)
			if len(got.Args) != 1 {
				t.Fatalf("want the script as the only argument, got %q", got.Args)
			}
			got.Args[0] = "$SCRIPT"
			golden.Assert(t, name, got)
		})
	}
}

// TestContainerArgs holds the script to arrive as it is, whatever is in the
// container's environment.
func TestContainerArgs(t *testing.T) {
	values := map[string]string{"": "empty"}
	for i := range script {
		for j := i; j < min(i+20, len(script)); j++ {
			if script[i] == '(' && script[j] == ')' {
				values[script[i+1:j]] = "expanded"
			}
		}
	}
	got := shell.Expand(Container(legacy()).Args[0], values)
	if diff := cmp.Diff(script, got); diff != "" {
		t.Errorf("what Kubernetes hands to Python is not the script: -want, +got:\n%s", diff)
	}
}
