package resources_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func TestResources(t *testing.T) {
	of := func(name string) []corev1.ResourceClaim { return []corev1.ResourceClaim{{Name: name}} }

	cases := map[string]struct {
		reason  string
		service dynamo.Resources
		main    corev1.ResourceRequirements
		config  string
		want    corev1.ResourceRequirements
	}{
		"Nothing": {reason: "Nothing asked, nothing given"},
		"Limits": {
			reason:  "Limits alone make no requests",
			service: dynamo.Resources{Limits: dynamo.Amounts{CPU: "8", Memory: "64Gi", GPU: "2"}},
			want:    corev1.ResourceRequirements{Limits: podtest.ResourceList("cpu", "8", "memory", "64Gi", "nvidia.com/gpu", "2")},
		},
		"Requests": {
			reason:  "Nor requests limits",
			service: dynamo.Resources{Requests: dynamo.Amounts{CPU: "500m", Memory: "1Gi"}},
			want:    corev1.ResourceRequirements{Requests: podtest.ResourceList("cpu", "500m", "memory", "1Gi")},
		},
		"Zero": {
			reason:  "An explicit zero is one",
			service: dynamo.Resources{Limits: dynamo.Amounts{GPU: "0"}},
			want:    corev1.ResourceRequirements{Limits: podtest.ResourceList("nvidia.com/gpu", "0")},
		},
		"GPUType": {
			reason:  "gpuType says what gpu counts",
			service: dynamo.Resources{Limits: dynamo.Amounts{GPU: "2", GPUType: "amd.com/gpu"}},
			want:    corev1.ResourceRequirements{Limits: podtest.ResourceList("amd.com/gpu", "2")},
		},
		"GPUTypeAlone": {
			reason:  "Without gpu it says nothing",
			service: dynamo.Resources{Limits: dynamo.Amounts{GPUType: "amd.com/gpu"}},
		},
		"Custom": {
			reason:  "Custom resources go by their names",
			service: dynamo.Resources{Limits: dynamo.Amounts{Custom: map[string]string{"rdma/ib": "8", "ephemeral-storage": "2Gi"}}},
			want:    corev1.ResourceRequirements{Limits: podtest.ResourceList("rdma/ib", "8", "ephemeral-storage", "2Gi")},
		},
		"Claims": {
			reason:  "Claims of the service",
			service: dynamo.Resources{Claims: of("service")},
			want:    corev1.ResourceRequirements{Claims: of("service")},
		},
		"MainClaims": {
			reason:  "Claims of the main container replace them",
			service: dynamo.Resources{Claims: of("service")},
			main:    corev1.ResourceRequirements{Claims: of("main")},
			want:    corev1.ResourceRequirements{Claims: of("main")},
		},
		"MainAlone": {
			reason: "The main container's own",
			main:   corev1.ResourceRequirements{Limits: podtest.ResourceList("cpu", "1"), Requests: podtest.ResourceList("cpu", "1")},
			want:   corev1.ResourceRequirements{Limits: podtest.ResourceList("cpu", "1"), Requests: podtest.ResourceList("cpu", "1")},
		},
		"MainAdds": {
			reason:  "The main container adds key by key",
			service: dynamo.Resources{Limits: dynamo.Amounts{GPU: "2"}},
			main:    corev1.ResourceRequirements{Limits: podtest.ResourceList("memory", "1Gi"), Requests: podtest.ResourceList("cpu", "1")},
			want:    corev1.ResourceRequirements{Limits: podtest.ResourceList("nvidia.com/gpu", "2", "memory", "1Gi"), Requests: podtest.ResourceList("cpu", "1")},
		},
		"MainWins": {
			reason:  "And wins on the same key",
			service: dynamo.Resources{Limits: dynamo.Amounts{CPU: "8", GPU: "2"}},
			main:    corev1.ResourceRequirements{Limits: podtest.ResourceList("nvidia.com/gpu", "4")},
			want:    corev1.ResourceRequirements{Limits: podtest.ResourceList("cpu", "8", "nvidia.com/gpu", "4")},
		},
		"Config": {
			reason: "DYN_DEPLOYMENT_CONFIG sets limits and requests",
			config: `{"cpu":"8","memory":"64Gi","gpu":"1","custom":{"rdma/ib":"2"}}`,
			want: corev1.ResourceRequirements{
				Limits:   podtest.ResourceList("cpu", "8", "memory", "64Gi", "nvidia.com/gpu", "1", "rdma/ib", "2"),
				Requests: podtest.ResourceList("cpu", "8", "memory", "64Gi", "nvidia.com/gpu", "1", "rdma/ib", "2"),
			},
		},
		"ConfigWins": {
			reason:  "Over the service, key by key",
			service: dynamo.Resources{Limits: dynamo.Amounts{CPU: "1", Memory: "1Gi"}, Requests: dynamo.Amounts{CPU: "1", Memory: "1Gi"}},
			config:  `{"cpu":"8"}`,
			want: corev1.ResourceRequirements{
				Limits:   podtest.ResourceList("cpu", "8", "memory", "1Gi"),
				Requests: podtest.ResourceList("cpu", "8", "memory", "1Gi"),
			},
		},
		"ConfigUnderMain": {
			reason: "Not over the main container",
			main:   corev1.ResourceRequirements{Limits: podtest.ResourceList("cpu", "16")},
			config: `{"cpu":"8"}`,
			want:   corev1.ResourceRequirements{Limits: podtest.ResourceList("cpu", "16"), Requests: podtest.ResourceList("cpu", "8")},
		},
		"ConfigGPU": {
			reason:  "Its GPUs are of the type that the service counts",
			service: dynamo.Resources{Limits: dynamo.Amounts{GPU: "1", GPUType: "amd.com/gpu"}},
			config:  `{"gpu":"4"}`,
			want:    corev1.ResourceRequirements{Limits: podtest.ResourceList("amd.com/gpu", "4"), Requests: podtest.ResourceList("amd.com/gpu", "4")},
		},
		"ConfigGPUType": {
			reason: "Unless it names one",
			config: `{"gpu":"4","gpuType":"amd.com/gpu"}`,
			want:   corev1.ResourceRequirements{Limits: podtest.ResourceList("amd.com/gpu", "4"), Requests: podtest.ResourceList("amd.com/gpu", "4")},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := []podtest.Option{
				podtest.WithPod(func(p *dynamo.Pod) { p.Resources = tc.service }),
				podtest.WithMain(func(c *corev1.Container) { c.Resources = *tc.main.DeepCopy() }),
			}
			if tc.config != "" {
				options = append(options, podtest.ServiceEnv(pod.DeploymentConfig, `{"Worker":{"ServiceArgs":{"resources":`+tc.config+`}}}`))
			}
			got := podtest.RenderMain(t, settings.Settings{}, options...).Resources
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: resources (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
