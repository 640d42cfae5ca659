package pod_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/expose"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// apart gives a worker an init container for its runtime, whose image has a tag, and a main
// container that runs an engine alone.
func apart(tag string, changes ...func(*corev1.Container)) podtest.Option {
	return func(c *dynamo.Component) {
		beside := corev1.Container{
			Name: "runtime", Image: "example.org/dynamo-sidecar:" + tag, Args: []string{"--engine", "localhost:8000"},
			RestartPolicy: ptr.To(corev1.ContainerRestartPolicyAlways),
		}
		for _, change := range changes {
			change(&beside)
		}
		c.Pod.Spec.InitContainers = []corev1.Container{{Name: "fetch", Image: "example.org/fetch:1"}, beside}
		c.Pod.Main = &corev1.Container{Image: "example.org/vllm:0.19.2", Args: []string{"--model", "m"}, Env: podtest.Env("ENGINE", "1")}
		c.Pod.Envs = podtest.Env("OF_GRAPH", "1")
	}
}

// ending makes a container one that ends before the others start.
func ending(c *corev1.Container) { c.RestartPolicy = nil }

// TestRuntimeApart has whole templates of workers whose runtime runs beside the engine.
func TestRuntimeApart(t *testing.T) {
	own := func(c *corev1.Container) {
		c.Command = []string{"dynamo-vllm-sidecar"}
		c.Env = podtest.Env("DYN_SYSTEM_PORT", "9191", "OF_GRAPH", "2")
		c.LivenessProbe = &corev1.Probe{ProbeHandler: podtest.HTTPGet("/mine", 9191)}
	}
	cases := map[string]struct {
		golden   string
		settings settings.Settings
		options  []podtest.Option
	}{
		"Alone":    {golden: "apart", settings: settings.Default(), options: []podtest.Option{apart("1.6.0")}},
		"Platform": {golden: "apart-platform", settings: podtest.Platform(), options: []podtest.Option{apart("1.6.0", own), podtest.Annotated("nvidia.com/dynamo-kube-discovery-mode", "container"), podtest.Annotated("nvidia.com/dynamo-discovery-backend", "kubernetes")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			golden.Assert(t, tc.golden, podtest.Render(t, tc.settings, tc.options...))
		})
	}
}

// TestNotApart: what only looks like a runtime beside its engine is left as it is.
func TestNotApart(t *testing.T) {
	cases := map[string]struct {
		reason  string
		options []podtest.Option
	}{
		"Earlier":  {reason: "earlier runtimes cannot run there", options: []podtest.Option{apart("1.5.9")}},
		"Unknown":  {reason: "nor what may be earlier", options: []podtest.Option{apart("latest")}},
		"Ending":   {reason: "nor one that ends", options: []podtest.Option{apart("1.6.0", ending)}},
		"Frontend": {reason: "nor one of another type", options: []podtest.Option{apart("1.6.0"), podtest.OfType(dynamo.TypeFrontend, "")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := podtest.Render(t, settings.Default(), tc.options...).Spec
			if diff := cmp.Diff(podtest.Component(tc.options...).Pod.Spec.InitContainers, got.InitContainers); diff != "" {
				t.Errorf("%s: init containers (-as written, +got):\n%s", tc.reason, diff)
			}
			if podtest.Values(got.Containers[0].Env)["DYN_NAMESPACE"] == "" {
				t.Errorf("%s: the main container has to have the runtime's variables: got %v", tc.reason, got.Containers[0].Env)
			}
		})
	}
}

// TestApartFindings has what is wrong with a runtime beside its engine.
func TestApartFindings(t *testing.T) {
	const at = "spec.extraPodSpec.initContainers[1]"
	cases := map[string]struct {
		reason           string
		options          []podtest.Option
		faults, warnings []string
	}{
		"Right":   {reason: "nothing", options: []podtest.Option{apart("1.6.0")}},
		"Earlier": {reason: "nothing that earlier runtimes know", options: []podtest.Option{apart("1.5.0", ending)}},
		"Ending": {
			reason: "it ends before the engine starts", options: []podtest.Option{apart("1.6.0", ending)},
			warnings: []string{at + ": only a container that restarts becomes the runtime beside an engine: give it restartPolicy Always, or another name"},
		},
		"EndingElsewhere": {reason: "not where it is a container like any other", options: []podtest.Option{apart("1.6.0", ending), podtest.OfType("reranker", "")}},
		"SeveralNodes": {
			reason: "over several nodes nothing is known of it",
			options: []podtest.Option{apart("1.6.0"), func(c *dynamo.Component) {
				c.Nodes = 2
			}},
			faults: []string{at + `.name: Invalid value: "runtime": a runtime beside its engine runs on one node: remove multinode, or give the container another name`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := append(slices.Clone(tc.options), podtest.Given([]string{"vllm"}, []string{"serve", "m"}))
			if diff := cmp.Diff(tc.faults, podtest.FaultTexts(t, options...)); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if len(tc.faults) > 0 {
				return
			}
			if diff := cmp.Diff(tc.warnings, podtest.Warnings(t, options...)); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestApartService: the Service leads to the port of the runtime, which its variable moves.
func TestApartService(t *testing.T) {
	moved := func(c *corev1.Container) { c.Env = podtest.Env("DYN_SYSTEM_PORT", "9191") }
	c := podtest.Component(apart("1.6.0", moved), serving("m"))
	if got := expose.Service(c, discovery.Of(c, settings.Default())).Spec.Ports[0].TargetPort.StrVal; got != "system" {
		t.Errorf("want the port called system, got %q", got)
	}
	if got := expose.ModelService(c).Spec.Ports[0].TargetPort.IntVal; got != 9191 {
		t.Errorf("want the number that the variable says, got %d", got)
	}
	if ports := pod.Template(c, settings.Default(), dynamo.RoleSingle).Spec.InitContainers[1].Ports; len(ports) != 1 || ports[0].ContainerPort != 9191 {
		t.Errorf("want the container to listen there, got %v", ports)
	}
}
