package pod_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// TestTRTLLM has the templates of TensorRT-LLM's roles as golden files, scripts
// included: a changed one restarts every pod.
func TestTRTLLM(t *testing.T) {
	c := podtest.Component(func(c *dynamo.Component) {
		c.Nodes = 4
		c.SSHSecret = "chat-mpi-ssh"
		c.Pod = dynamo.Pod{
			Main: &corev1.Container{
				Image:        "nvcr.io/nvidia/ai-dynamo/tensorrtllm-runtime:1.4.0",
				Command:      []string{"python3", "-m", "dynamo.trtllm"},
				Args:         []string{"--model-path", "$(MODEL)", "--extra-engine-args", "/etc/it's here.yaml"},
				Env:          []corev1.EnvVar{{Name: "MODEL", Value: "Qwen/Qwen3-0.6B"}},
				StartupProbe: &corev1.Probe{FailureThreshold: 60},
			},
			Resources: dynamo.Resources{Limits: dynamo.Amounts{GPU: "8"}},
			Mounts:    []dynamo.Mount{{Name: "models", Path: "/models"}},
		}
	})
	for name, role := range map[string]dynamo.Role{"trtllm-leader": dynamo.RoleLeader, "trtllm-worker": dynamo.RoleWorker} {
		t.Run(name, func(t *testing.T) {
			golden.Assert(t, name, pod.Template(c, settings.Default(), role))
		})
	}
}
