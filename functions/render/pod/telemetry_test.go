package pod_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// TestTelemetry has the ports at which the GPUs of a worker tell metrics.
func TestTelemetry(t *testing.T) {
	const tooMany = "spec.resources: with NIXL_TELEMETRY_ENABLE only 8 of the 16 GPUs have a port for their metrics: take fewer for a replica, or turn it off"
	image := func(tag string) podtest.Option {
		return podtest.WithMain(func(c *corev1.Container) { c.Image = "runtime:" + tag })
	}
	gpus := func(n string) podtest.Option { return podtest.Limits(dynamo.Amounts{GPU: n}) }
	on := podtest.ServiceEnv("NIXL_TELEMETRY_ENABLE", "Y")
	referring := podtest.MainEnv("NIXL_TELEMETRY_ENABLE", "")
	fromSecret := func(c *dynamo.Component) {
		referring(c)
		c.Pod.Main.Env[0].ValueFrom = &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{Key: "k"}}
	}
	claimed := func(c *dynamo.Component) { c.Claimed.GPUs = 3 }
	two := map[string]int32{"system": 9090, "nixl": 19090}
	with := func(more map[string]int32) map[string]int32 {
		for name, number := range two {
			if _, ok := more[name]; !ok {
				more[name] = number
			}
		}
		return more
	}
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    map[string]int32
		warning string
	}{
		"On":        {reason: "each further GPU has one", options: []podtest.Option{on, gpus("3")}, want: with(map[string]int32{"nixl-1": 19091, "nixl-2": 19092})},
		"Reference": {reason: "what is not known may be on", options: []podtest.Option{fromSecret, gpus("2")}, want: with(map[string]int32{"nixl-1": 19091})},
		"Claimed":   {reason: "GPUs of claims count", options: []podtest.Option{on, claimed}, want: with(map[string]int32{"nixl-1": 19091, "nixl-2": 19092})},
		"Moved": {
			reason: "they stand behind the first", want: with(map[string]int32{"nixl": 7000, "nixl-1": 7001}),
			options: []podtest.Option{podtest.ServiceEnv("NIXL_TELEMETRY_ENABLE", "y", "NIXL_TELEMETRY_PROMETHEUS_PORT", "7000"), gpus("2")},
		},
		"Taken": {
			reason: "a number is there once", want: with(map[string]int32{"nixl": 9089, "nixl-2": 9091}),
			options: []podtest.Option{podtest.ServiceEnv("NIXL_TELEMETRY_ENABLE", "y", "NIXL_TELEMETRY_PROMETHEUS_PORT", "9089"), gpus("3")},
		},
		"Many":     {reason: "eight are the most", options: []podtest.Option{on, gpus("16")}, want: with(map[string]int32{"nixl-1": 19091, "nixl-2": 19092, "nixl-3": 19093, "nixl-4": 19094, "nixl-5": 19095, "nixl-6": 19096, "nixl-7": 19097}), warning: tooMany},
		"OneGPU":   {reason: "one has the first", options: []podtest.Option{on, gpus("1")}, want: two},
		"Off":      {reason: "nothing to tell", options: []podtest.Option{gpus("3")}, want: two},
		"OtherYes": {reason: "the engine takes no other word", options: []podtest.Option{podtest.ServiceEnv("NIXL_TELEMETRY_ENABLE", "true"), gpus("3")}, want: two},
		"Earlier":  {reason: "earlier runtimes have one port", options: []podtest.Option{on, gpus("3"), image("1.5.0")}, want: two},
		"Other":    {reason: "and so have other engines", options: []podtest.Option{on, gpus("3"), podtest.Running("dynamo.vllm")}, want: two},
		"Own":      {reason: "the user's list stands", options: []podtest.Option{on, gpus("3"), podtest.ContainerPorts(corev1.ContainerPort{Name: "system", ContainerPort: 9090})}, want: map[string]int32{"system": 9090}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := append([]podtest.Option{image("1.6.0"), podtest.Running("dynamo.sglang")}, tc.options...)
			got := map[string]int32{}
			for _, p := range podtest.RenderMain(t, settings.Default(), options...).Ports {
				got[p.Name] = p.ContainerPort
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: ports (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.warning, strings.Join(podtest.Warnings(t, options...), "; ")); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
