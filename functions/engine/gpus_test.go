package engine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// amounts are resources: names and numbers in turn.
func amounts(of ...string) corev1.ResourceList {
	out := corev1.ResourceList{}
	for i := 0; i < len(of); i += 2 {
		out[corev1.ResourceName(of[i])] = resource.MustParse(of[i+1])
	}
	return out
}

func TestGPUs(t *testing.T) {
	limits := func(of ...string) corev1.ResourceRequirements {
		return corev1.ResourceRequirements{Limits: amounts(of...)}
	}
	cases := map[string]struct {
		reason string
		args   corev1.ResourceRequirements
		want   int64
	}{
		"None":        {reason: "no resources"},
		"Limit":       {reason: "the limit of the usual one", args: limits("nvidia.com/gpu", "8", "cpu", "4"), want: 8},
		"Request":     {reason: "else the request", args: corev1.ResourceRequirements{Requests: amounts("nvidia.com/gpu", "4")}, want: 4},
		"Named":       {reason: "one that the service names", args: limits("example.org/h100", "2"), want: 2},
		"NamedFirst":  {reason: "which counts before others", args: limits("example.org/h100", "2", "amd.com/gpu", "8"), want: 2},
		"MIG":         {reason: "slices of a GPU", args: limits("nvidia.com/mig-1g.5gb", "1"), want: 1},
		"MIGs":        {reason: "of all sizes", args: limits("nvidia.com/mig-1g.5gb", "1", "nvidia.com/mig-3g.20gb", "2"), want: 3},
		"MIGRequest":  {reason: "also requested", args: corev1.ResourceRequirements{Requests: amounts("nvidia.com/mig-1g.5gb", "3")}, want: 3},
		"OtherVendor": {reason: "GPUs of others", args: limits("amd.com/gpu", "8"), want: 8},
		"XPU":         {reason: "by their names", args: limits("gpu.intel.com/xe", "4"), want: 4},
		"Shared":      {reason: "GPUs that are shared", args: limits("nvidia.com/gpu.shared", "2"), want: 2},
		"Zero":        {reason: "none of the usual ones is none", args: limits("nvidia.com/gpu", "0", "nvidia.com/mig-1g.5gb", "1")},
		"Network":     {reason: "network devices are no GPUs", args: limits("rdma/ib", "8", "vpc.amazonaws.com/efa", "4")},
		"Memory":      {reason: "nor is a GPU's memory", args: limits("nvidia.com/gpumem", "3000", "nvidia.com/gpucores", "30", "gpu.intel.com/memory.max", "8")},
		"Plain":       {reason: "nor is memory", args: limits("memory", "8Gi", "hugepages-2Mi", "8Mi")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, GPUs(tc.args, "nvidia.com/gpu", "", "example.org/h100")); diff != "" {
				t.Errorf("%s: GPUs(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
