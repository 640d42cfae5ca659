package profiler_test

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// chat is a request that says as little as it may.
func chat() dynamo.Request {
	spec := field.NewPath("spec")
	return dynamo.Request{
		Name: "chat", Namespace: "team", UID: "0-1",
		Model: "acme/chat", Backend: "vllm",
		Profiler: dynamo.Profiler{Image: "registry.example/profiler:1", Config: map[string]any{"sla": map[string]any{"ttft": int64(200)}}},
		At:       dynamo.RequestPaths{Config: spec.Child("config"), BaseConfig: spec.Child("base"), OutputClaim: spec.Child("output")},
	}
}

// full is a request that says all that its Job depends on.
func full() dynamo.Request {
	r := chat()
	r.Name = strings.Repeat("r", 55)
	r.UseMocker = true
	r.Profiler.Base = dynamo.ConfigFile{ConfigMap: "base", Key: "tep16.yaml"}
	r.Profiler.OutputClaim = "results"
	r.Profiler.NodeSelector = map[string]string{"pool": "tools"}
	r.Profiler.Tolerations = []corev1.Toleration{{Key: "nvidia.com/gpu", Operator: corev1.TolerationOpExists}}
	r.Profiler.Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("4")}
	return r
}

// site is one that has everything.
func site() settings.Settings {
	s := settings.Default()
	s.NATSAddress, s.EtcdAddress = "nats://nats:4222", "etcd:2379"
	s.HuggingFaceSecret, s.ProfilerClusterRole = "hub-token", "site-profiler"
	s.PullSecrets = []settings.PullSecret{{Registry: "nvcr.io", Name: "ngc"}, {Registry: "registry.example", Name: "own"}}
	return s
}
