package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// TestProbe decides readiness probes: at two places, of types with and without
// one. Liveness probes take the same way.
func TestProbe(t *testing.T) {
	typesOwn := corev1.Probe{ProbeHandler: asks("/health"), PeriodSeconds: 10, TimeoutSeconds: 4, FailureThreshold: 3}
	numbers := corev1.Probe{InitialDelaySeconds: 30, FailureThreshold: 9, TerminationGracePeriodSeconds: ptr.To(int64(0))}
	handled := corev1.Probe{ProbeHandler: podtest.TCP(1234), PeriodSeconds: 2}
	with := func(p corev1.Probe, change func(*corev1.Probe)) *corev1.Probe {
		change(&p)
		return &p
	}

	cases := map[string]struct {
		reason  string
		of      string
		service *corev1.Probe
		main    *corev1.Probe
		want    *corev1.Probe
	}{
		"TypesOwn": {reason: "The type's own", of: dynamo.TypeWorker, want: &typesOwn},
		"NoType":   {reason: "Other types have none", of: "reranker"},
		"ServiceHandler": {
			reason:  "A probe with a handler is taken as a whole: no number of the type's stays",
			of:      dynamo.TypeWorker,
			service: &handled,
			want:    &handled,
		},
		"MainHandler": {
			reason: "Also one of the main container",
			of:     dynamo.TypeWorker,
			main:   &handled,
			want:   &handled,
		},
		"HandlerWithoutType": {
			reason: "Also where the type has none",
			of:     "reranker",
			main:   &handled,
			want:   &handled,
		},
		"ServiceNumbers": {
			reason:  "Numbers alone keep the type's handler, and the numbers left out",
			of:      dynamo.TypeWorker,
			service: &numbers,
			want: with(typesOwn, func(p *corev1.Probe) {
				p.InitialDelaySeconds, p.FailureThreshold, p.TerminationGracePeriodSeconds = 30, 9, ptr.To(int64(0))
			}),
		},
		"MainNumbers": {
			reason: "Also those of the main container",
			of:     dynamo.TypeWorker,
			main:   &corev1.Probe{SuccessThreshold: 2, TimeoutSeconds: 8, PeriodSeconds: 1},
			want: with(typesOwn, func(p *corev1.Probe) {
				p.SuccessThreshold, p.TimeoutSeconds, p.PeriodSeconds = 2, 8, 1
			}),
		},
		"EmptyProbe": {
			reason: "An empty probe says nothing",
			of:     dynamo.TypeWorker,
			main:   &corev1.Probe{},
			want:   &typesOwn,
		},
		"BothNumbers": {
			reason:  "Of numbers at both places the main container's win",
			of:      dynamo.TypeWorker,
			service: &corev1.Probe{PeriodSeconds: 1, FailureThreshold: 2},
			main:    &corev1.Probe{FailureThreshold: 4},
			want:    with(typesOwn, func(p *corev1.Probe) { p.PeriodSeconds, p.FailureThreshold = 1, 4 }),
		},
		"MainNumbersOverServiceHandler": {
			reason:  "Numbers of the main container go over the service's probe, not the type's",
			of:      dynamo.TypeWorker,
			service: &handled,
			main:    &numbers,
			want: with(handled, func(p *corev1.Probe) {
				p.InitialDelaySeconds, p.FailureThreshold, p.TerminationGracePeriodSeconds = 30, 9, ptr.To(int64(0))
			}),
		},
		"MainHandlerOverServiceHandler": {
			reason:  "Of two handlers there is one, the main container's; the service's numbers stay",
			of:      dynamo.TypeWorker,
			service: &handled,
			main:    &corev1.Probe{ProbeHandler: podtest.HTTPGet("/mine", 80)},
			want:    &corev1.Probe{ProbeHandler: podtest.HTTPGet("/mine", 80), PeriodSeconds: 2},
		},
		"MainHandlerOverServiceNumbers": {
			reason:  "Numbers of the service go with the main container's handler",
			of:      dynamo.TypeWorker,
			service: &numbers,
			main:    &corev1.Probe{ProbeHandler: podtest.TCP(1)},
			want: &corev1.Probe{
				ProbeHandler: podtest.TCP(1), InitialDelaySeconds: 30, FailureThreshold: 9, TerminationGracePeriodSeconds: ptr.To(int64(0)),
			},
		},
		"Exec": {
			reason: "A command is a handler",
			of:     dynamo.TypeFrontend,
			main:   &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"true"}}}},
			want:   &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"true"}}}},
		},
		"GRPC": {
			reason: "So is gRPC",
			of:     dynamo.TypeFrontend,
			main:   &corev1.Probe{ProbeHandler: corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: 9003}}},
			want:   &corev1.Probe{ProbeHandler: corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: 9003}}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			main := podtest.RenderMain(t, settings.Settings{}, podtest.OfType(tc.of, ""),
				podtest.WithPod(func(p *dynamo.Pod) { p.ReadinessProbe = tc.service.DeepCopy() }),
				podtest.WithMain(func(c *corev1.Container) { c.ReadinessProbe = tc.main.DeepCopy() }))
			if diff := cmp.Diff(tc.want, main.ReadinessProbe); diff != "" {
				t.Errorf("%s: readiness probe (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestProbesDoNotMix gives each probe a port of its own.
func TestProbesDoNotMix(t *testing.T) {
	probeAt := func(port int32) *corev1.Probe { return &corev1.Probe{ProbeHandler: podtest.TCP(port)} }
	type probes struct{ Live, Ready, Startup *corev1.Probe }

	cases := map[string]struct {
		reason string
		option podtest.Option
		want   probes
	}{
		"Service": {
			reason: "A service has two",
			option: podtest.WithPod(func(p *dynamo.Pod) { p.LivenessProbe, p.ReadinessProbe = probeAt(1), probeAt(2) }),
			want:   probes{Live: probeAt(1), Ready: probeAt(2)},
		},
		"Main": {
			reason: "A main container has three",
			option: podtest.WithMain(func(c *corev1.Container) {
				c.LivenessProbe, c.ReadinessProbe, c.StartupProbe = probeAt(1), probeAt(2), probeAt(3)
			}),
			want: probes{Live: probeAt(1), Ready: probeAt(2), Startup: probeAt(3)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			main := podtest.RenderMain(t, settings.Settings{}, podtest.OfType("reranker", ""), tc.option)
			got := probes{Live: main.LivenessProbe, Ready: main.ReadinessProbe, Startup: main.StartupProbe}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: probes (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestStartupProbe(t *testing.T) {
	typesOwn := &corev1.Probe{ProbeHandler: asks("/live"), PeriodSeconds: 10, TimeoutSeconds: 5, FailureThreshold: 720}
	cases := map[string]struct {
		reason string
		of     string
		user   *corev1.Probe
		want   *corev1.Probe
	}{
		"Worker":   {reason: "A worker has two hours to load its model", of: dynamo.TypeWorker, want: typesOwn},
		"Prefill":  {reason: "A prefill worker too", of: dynamo.TypePrefill, want: typesOwn},
		"Frontend": {reason: "A frontend starts at once", of: dynamo.TypeFrontend},
		"Handler":  {reason: "A user's probe is taken as it is", of: dynamo.TypeWorker, user: &corev1.Probe{ProbeHandler: podtest.TCP(1)}, want: &corev1.Probe{ProbeHandler: podtest.TCP(1)}},
		"Numbers": {
			reason: "Numbers alone, as published manifests have them, keep the handler",
			of:     dynamo.TypeWorker,
			user:   &corev1.Probe{InitialDelaySeconds: 180},
			want:   &corev1.Probe{ProbeHandler: asks("/live"), InitialDelaySeconds: 180, PeriodSeconds: 10, TimeoutSeconds: 5, FailureThreshold: 720},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			main := podtest.RenderMain(t, settings.Settings{}, podtest.OfType(tc.of, ""),
				podtest.WithMain(func(c *corev1.Container) { c.StartupProbe = tc.user.DeepCopy() }))
			if diff := cmp.Diff(tc.want, main.StartupProbe); diff != "" {
				t.Errorf("%s: startup probe (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// asks is what probes of a worker ask of the Dynamo runtime.
func asks(path string) corev1.ProbeHandler {
	return corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromString("system")}}
}
