package process_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
)

// TestProbedPorts warns of probes and hooks that ask where nothing listens.
func TestProbedPorts(t *testing.T) {
	const (
		main  = "spec.extraPodSpec.mainContainer."
		fails = ", so that this always fails: "
		names = "write one of system, nixl, or a number"
	)
	named := func(name string) *corev1.Probe {
		return &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/", Port: intstr.FromString(name)}}}
	}
	numbered := func(n int32) *corev1.Probe { return &corev1.Probe{ProbeHandler: podtest.HTTPGet("/", n)} }
	own := podtest.WithMain
	frontend := podtest.OfType(dynamo.TypeFrontend, "")
	moved := args("-m dynamo.frontend --http-port 8080")
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    string
	}{
		"None": {reason: "the type's own follow"},
		"Known": {
			reason:  "a port by its name",
			options: []podtest.Option{own(func(c *corev1.Container) { c.ReadinessProbe = named("nixl") })},
		},
		"Unknown": {
			reason:  "a name that no port has",
			options: []podtest.Option{own(func(c *corev1.Container) { c.ReadinessProbe = named("metrics") })},
			want:    main + `readinessProbe.httpGet.port: the container has no port called "metrics"` + fails + names,
		},
		"Startup": {
			reason:  "whichever probe asks",
			options: []podtest.Option{own(func(c *corev1.Container) { c.StartupProbe = named("http") })},
			want:    main + `startupProbe.httpGet.port: the container has no port called "http"` + fails + names,
		},
		"Service": {
			reason:  "also those of the service",
			options: []podtest.Option{podtest.WithPod(func(p *dynamo.Pod) { p.LivenessProbe = named("http") })},
			want:    `spec.livenessProbe.httpGet.port: the container has no port called "http"` + fails + names,
		},
		"ServiceReplaced": {
			reason: "but for the one that the container's own replaces",
			options: []podtest.Option{
				podtest.WithPod(func(p *dynamo.Pod) { p.LivenessProbe = named("http") }),
				own(func(c *corev1.Container) { c.LivenessProbe = named("system") }),
			},
		},
		"ServiceUnderNumbers": {
			reason: "not by numbers alone",
			options: []podtest.Option{
				podtest.WithPod(func(p *dynamo.Pod) { p.ReadinessProbe = named("http") }),
				own(func(c *corev1.Container) { c.ReadinessProbe = &corev1.Probe{PeriodSeconds: 1} }),
			},
			want: `spec.readinessProbe.httpGet.port: the container has no port called "http"` + fails + names,
		},
		"Socket": {
			reason: "by TCP too",
			options: []podtest.Option{own(func(c *corev1.Container) {
				c.LivenessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromString("http")}}}
			})},
			want: main + `livenessProbe.tcpSocket.port: the container has no port called "http"` + fails + names,
		},
		"OtherHost": {
			reason: "ports of another host are its own",
			options: []podtest.Option{own(func(c *corev1.Container) {
				c.LivenessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Host: "db", Port: intstr.FromInt32(8000)}}}
			})},
		},
		"Hook": {
			reason: "hooks ask as probes do",
			options: []podtest.Option{own(func(c *corev1.Container) {
				c.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{HTTPGet: &corev1.HTTPGetAction{Port: intstr.FromString("http")}}}
			})},
			want: main + `lifecycle.preStop.httpGet.port: the container has no port called "http"` + fails + names,
		},
		"Exec": {
			reason: "commands ask nobody",
			options: []podtest.Option{own(func(c *corev1.Container) {
				c.LivenessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"true"}}}}
			})},
		},
		"OwnPorts": {
			reason: "the ports that the container really has",
			options: []podtest.Option{
				podtest.ContainerPorts(corev1.ContainerPort{Name: "metrics", ContainerPort: 7000}),
				own(func(c *corev1.Container) { c.ReadinessProbe = named("metrics"); c.StartupProbe = named("nixl") }),
			},
			want: main + `startupProbe.httpGet.port: the container has no port called "nixl"` + fails + "write one of metrics, system, or a number",
		},
		"NoPorts": {
			reason:  "or lacks",
			options: []podtest.Option{podtest.OfType("reranker", ""), own(func(c *corev1.Container) { c.ReadinessProbe = named("http") })},
			want:    main + `readinessProbe.httpGet.port: the container has no port called "http"` + fails + "write its number, or give it a name in ports",
		},
		"Left": {
			reason:  "a number that the process has left",
			options: []podtest.Option{frontend, moved, own(func(c *corev1.Container) { c.ReadinessProbe = numbered(8000) })},
			want:    main + `readinessProbe.httpGet.port: asks port 8000, while --http-port lets port "http" be 8080: write 8080`,
		},
		"Followed":   {reason: "not the one where it is", options: []podtest.Option{frontend, moved, own(func(c *corev1.Container) { c.ReadinessProbe = numbered(8080) })}},
		"Elsewhere":  {reason: "nor one of which nothing is known", options: []podtest.Option{frontend, moved, own(func(c *corev1.Container) { c.ReadinessProbe = numbered(9000) })}},
		"StillThere": {reason: "nor one that the user has a port for", options: []podtest.Option{frontend, moved, podtest.ContainerPorts(corev1.ContainerPort{ContainerPort: 8000}), own(func(c *corev1.Container) { c.ReadinessProbe = numbered(8000) })}},
		"Picker": {
			reason: "gRPC asks by number",
			options: []podtest.Option{podtest.OfType(dynamo.TypePicker, ""), podtest.Configured, podtest.Given(nil, []string{"--grpc-health-port=9011"}), own(func(c *corev1.Container) {
				c.LivenessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: 9003}}}
			})},
			want: main + `livenessProbe.grpc.port: asks port 9003, while --grpc-health-port lets port "grpc-health" be 9011: write 9011`,
		},
		"Others": {
			reason: "the user's other containers have ports of their own",
			options: []podtest.Option{podtest.WithSpec(func(s *corev1.PodSpec) {
				s.Containers = []corev1.Container{{Name: "log", LivenessProbe: named("system")}, {Name: "db", Ports: []corev1.ContainerPort{{Name: "sql", ContainerPort: 1}}, LivenessProbe: named("sql")}}
			})},
			want: `spec.extraPodSpec.containers[0].livenessProbe.httpGet.port: the container has no port called "system"` + fails + "write its number, or give it a name in ports",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := append([]podtest.Option{podtest.Running("dynamo.vllm")}, tc.options...)
			if diff := cmp.Diff(tc.want, strings.Join(podtest.Warnings(t, options...), "; ")); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
