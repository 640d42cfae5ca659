package resources_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
)

func TestFaultsOfAmounts(t *testing.T) {
	const (
		noQuantity = ": is no quantity: write a number with a unit, such as 500m or 64Gi"
		negative   = ": must not be negative"
		whole      = ": must be a whole number"
		equal      = ": requests of an extended resource need an equal limit: set the limit to it"
		mainAt     = "spec.extraPodSpec.mainContainer.resources."
		configAt   = "DYN_DEPLOYMENT_CONFIG[ServiceArgs].resources."
	)
	config := func(resources string) podtest.Option {
		return podtest.ServiceEnv(pod.DeploymentConfig, `{"Worker":{"ServiceArgs":{"resources":`+resources+`}}}`)
	}

	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    []string
	}{
		"Valid": {
			reason: "Requests up to limits, GPUs equal",
			options: []podtest.Option{
				podtest.Limits(dynamo.Amounts{CPU: "2", Memory: "1Gi", GPU: "2", Custom: map[string]string{"rdma/ib": "1"}}),
				podtest.Requests(dynamo.Amounts{CPU: "1500m", Memory: "1024Mi", GPU: "2", Custom: map[string]string{"rdma/ib": "1"}}),
			},
		},
		"Zero":          {reason: "Nothing is an amount", options: []podtest.Option{podtest.Limits(dynamo.Amounts{GPU: "0"}), podtest.Requests(dynamo.Amounts{CPU: "0", GPU: "0"})}},
		"RequestsAlone": {reason: "Requests of CPU and memory need no limits", options: []podtest.Option{podtest.Requests(dynamo.Amounts{CPU: "1", Memory: "1Gi"})}},
		"NoQuantity": {
			reason: "Every amount that is none is named, in a fixed order",
			options: []podtest.Option{
				podtest.Limits(dynamo.Amounts{CPU: "lots", Memory: "64GB", GPU: "two", Custom: map[string]string{"z/z": "?", "a/a": "!"}}),
				podtest.Requests(dynamo.Amounts{CPU: "1 "}),
			},
			want: []string{
				`spec.resources.limits.cpu: Invalid value: "lots"` + noQuantity,
				`spec.resources.limits.memory: Invalid value: "64GB"` + noQuantity,
				`spec.resources.limits.gpu: Invalid value: "two"` + noQuantity,
				`spec.resources.limits.custom[a/a]: Invalid value: "!"` + noQuantity,
				`spec.resources.limits.custom[z/z]: Invalid value: "?"` + noQuantity,
				`spec.resources.requests.cpu: Invalid value: "1 "` + noQuantity,
			},
		},
		"Negative": {
			reason:  "None is negative",
			options: []podtest.Option{podtest.Limits(dynamo.Amounts{CPU: "-1"}), podtest.Requests(dynamo.Amounts{Memory: "-1Gi"})},
			want: []string{
				`spec.resources.limits.cpu: Invalid value: "-1"` + negative,
				`spec.resources.requests.memory: Invalid value: "-1Gi"` + negative,
			},
		},
		"NegativeOfMain": {
			reason:  "Nor in the main container",
			options: []podtest.Option{podtest.MainResources(podtest.ResourceList("memory", "-1Gi"), podtest.ResourceList("cpu", "-2"))},
			want: []string{
				mainAt + `limits[memory]: Invalid value: "-1Gi"` + negative,
				mainAt + `requests[cpu]: Invalid value: "-2"` + negative,
			},
		},
		"PartOfGPU": {
			reason:  "GPUs come whole; CPUs need not",
			options: []podtest.Option{podtest.Limits(dynamo.Amounts{CPU: "0.5", GPU: "1.5"})},
			want:    []string{`spec.resources.limits.gpu: Invalid value: "1.5"` + whole},
		},
		"PartOfOther": {
			reason:  "So do those of another type, and other devices",
			options: []podtest.Option{podtest.Limits(dynamo.Amounts{GPU: "500m", GPUType: "amd.com/gpu", Custom: map[string]string{"rdma/ib": "0.1"}})},
			want: []string{
				`spec.resources.limits.gpu: Invalid value: "500m"` + whole,
				`spec.resources.limits.custom[rdma/ib]: Invalid value: "0.1"` + whole,
			},
		},
		"PartOfMain": {
			reason:  "Also in the main container",
			options: []podtest.Option{podtest.MainResources(podtest.ResourceList("nvidia.com/gpu", "1500m"), nil)},
			want:    []string{mainAt + `limits[nvidia.com/gpu]: Invalid value: "1500m"` + whole},
		},
		"BigUnits":       {reason: "A whole number may have a unit", options: []podtest.Option{podtest.Limits(dynamo.Amounts{GPU: "2k"})}},
		"GPURequest":     {reason: "A request of GPUs needs a limit", options: []podtest.Option{podtest.Requests(dynamo.Amounts{GPU: "2"})}, want: []string{`spec.resources.requests.gpu: Invalid value: "2"` + equal}},
		"GPULess":        {reason: "An equal one", options: []podtest.Option{podtest.Limits(dynamo.Amounts{GPU: "4"}), podtest.Requests(dynamo.Amounts{GPU: "2"})}, want: []string{`spec.resources.requests.gpu: Invalid value: "2"` + equal}},
		"GPUOtherType":   {reason: "Of the same type", options: []podtest.Option{podtest.Limits(dynamo.Amounts{GPU: "2"}), podtest.Requests(dynamo.Amounts{GPU: "2", GPUType: "amd.com/gpu"})}, want: []string{`spec.resources.requests.gpu: Invalid value: "2"` + equal}},
		"GPULimitOfMain": {reason: "Which may be the main container's", options: []podtest.Option{podtest.MainResources(podtest.ResourceList("nvidia.com/gpu", "2"), nil), podtest.Requests(dynamo.Amounts{GPU: "2"})}},
		"AboveLimit": {
			reason:  "No request is above its limit",
			options: []podtest.Option{podtest.Limits(dynamo.Amounts{CPU: "1", Memory: "1Gi"}), podtest.Requests(dynamo.Amounts{CPU: "2", Memory: "2Gi"})},
			want: []string{
				`spec.resources.requests.cpu: Invalid value: "2": must not be above its limit of 1`,
				`spec.resources.requests.memory: Invalid value: "2Gi": must not be above its limit of 1Gi`,
			},
		},
		"AboveLimitOfMain": {
			reason:  "Also not above the main container's",
			options: []podtest.Option{podtest.Requests(dynamo.Amounts{CPU: "2"}), podtest.MainResources(podtest.ResourceList("cpu", "1"), nil)},
			want:    []string{`spec.resources.requests.cpu: Invalid value: "2": must not be above its limit of 1`},
		},
		"MainAboveLimit": {
			reason:  "Nor one of the main container, and the fault is there",
			options: []podtest.Option{podtest.Limits(dynamo.Amounts{CPU: "1"}), podtest.Requests(dynamo.Amounts{CPU: "1"}), podtest.MainResources(nil, podtest.ResourceList("cpu", "2"))},
			want:    []string{mainAt + `requests[cpu]: Invalid value: "2": must not be above its limit of 1`},
		},
		"MainRaisesLimit": {
			reason:  "What counts is what comes out",
			options: []podtest.Option{podtest.Limits(dynamo.Amounts{CPU: "1"}), podtest.Requests(dynamo.Amounts{CPU: "2"}), podtest.MainResources(podtest.ResourceList("cpu", "4"), nil)},
		},
		"CustomAboveLimit": {
			reason: "Custom resources of Kubernetes follow the rule of CPUs",
			options: []podtest.Option{
				podtest.Limits(dynamo.Amounts{Custom: map[string]string{"ephemeral-storage": "1Gi"}}),
				podtest.Requests(dynamo.Amounts{Custom: map[string]string{"ephemeral-storage": "2Gi"}}),
			},
			want: []string{`spec.resources.requests.custom[ephemeral-storage]: Invalid value: "2Gi": must not be above its limit of 1Gi`},
		},
		"KubernetesDomain": {
			reason:  "So do others in its domain",
			options: []podtest.Option{podtest.Requests(dynamo.Amounts{Custom: map[string]string{"example.kubernetes.io/x": "0.5"}})},
		},
		"Config":           {reason: "DYN_DEPLOYMENT_CONFIG is both, and so equal", options: []podtest.Option{config(`{"cpu":"1","gpu":"2"}`)}},
		"ConfigNoQuantity": {reason: "Its amounts are quantities", options: []podtest.Option{config(`{"memory":"much"}`)}, want: []string{configAt + `memory: Invalid value: "much"` + noQuantity}},
		"ConfigNegative":   {reason: "Not negative", options: []podtest.Option{config(`{"cpu":"-1"}`)}, want: []string{configAt + `cpu: Invalid value: "-1"` + negative}},
		"ConfigAboveMain":  {reason: "Not above a limit of the main container", options: []podtest.Option{config(`{"cpu":"2"}`), podtest.MainResources(podtest.ResourceList("cpu", "1"), nil)}, want: []string{configAt + `cpu: Invalid value: "2": must not be above its limit of 1`}},
		"ConfigUnreadable": {
			reason:  "Where it cannot be read, the service is named",
			options: []podtest.Option{podtest.ServiceEnv(pod.DeploymentConfig, `{"Worker":1}`)},
			want: []string{`spec.envs[DYN_DEPLOYMENT_CONFIG]: Invalid value: its entry "Worker" cannot be read: ` +
				`it is a JSON number: correct it for service "Worker"`},
		},
		"ConfigOfMainUnreadable": {
			reason:  "And the place that counts",
			options: []podtest.Option{podtest.ServiceEnv(pod.DeploymentConfig, `{}`), podtest.MainEnv(pod.DeploymentConfig, `{"Worker":1}`)},
			want: []string{`spec.extraPodSpec.mainContainer.env[DYN_DEPLOYMENT_CONFIG]: Invalid value: its entry "Worker" cannot be read: ` +
				`it is a JSON number: correct it for service "Worker"`},
		},
		"ConfigOverruled": {
			reason:  "What the main container replaces is not read",
			options: []podtest.Option{podtest.ServiceEnv(pod.DeploymentConfig, `{"Worker":1}`), podtest.MainEnv(pod.DeploymentConfig, `{}`)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, podtest.FaultTexts(t, tc.options...)); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
