package resources_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/resources"
)

func TestGPUs(t *testing.T) {
	type args struct {
		service dynamo.Resources
		main    corev1.ResourceRequirements
	}
	cases := map[string]struct {
		reason string
		args   args
		want   int64
	}{
		"None":      {reason: "no GPU at all", args: args{main: corev1.ResourceRequirements{Limits: podtest.ResourceList("cpu", "8")}}},
		"Limit":     {reason: "the limit", args: args{main: corev1.ResourceRequirements{Limits: podtest.ResourceList("nvidia.com/gpu", "8")}}, want: 8},
		"Request":   {reason: "else the request", args: args{main: corev1.ResourceRequirements{Requests: podtest.ResourceList("nvidia.com/gpu", "4")}}, want: 4},
		"LimitWins": {reason: "the limit first", args: args{main: corev1.ResourceRequirements{Limits: podtest.ResourceList("nvidia.com/gpu", "8"), Requests: podtest.ResourceList("nvidia.com/gpu", "4")}}, want: 8},
		"Type": {
			reason: "GPUs by another name",
			args: args{
				service: dynamo.Resources{Limits: dynamo.Amounts{GPUType: "example.org/h100"}},
				main:    corev1.ResourceRequirements{Limits: podtest.ResourceList("example.org/h100", "2")},
			},
			want: 2,
		},
		"TypeOfRequests": {
			reason: "also where only the requests name it",
			args: args{
				service: dynamo.Resources{Requests: dynamo.Amounts{GPUType: "example.org/h100"}},
				main:    corev1.ResourceRequirements{Requests: podtest.ResourceList("example.org/h100", "2")},
			},
			want: 2,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, resources.CountGPUs(tc.args.service, tc.args.main)); diff != "" {
				t.Errorf("%s: CountGPUs(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
