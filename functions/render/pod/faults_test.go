package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
)

func TestFaultsOfContainers(t *testing.T) {
	const (
		noImage = "spec.extraPodSpec.mainContainer.image: Required value: name the image of the main container, or backendFramework, for which the settings may have an image"
		taken   = ": is the name of a container that is made for you: use mainContainer to change it, or choose another name"
	)
	named := func(init, other string) podtest.Option {
		return podtest.WithSpec(func(p *corev1.PodSpec) {
			p.InitContainers = []corev1.Container{{Name: "a"}, {Name: init}}
			p.Containers = []corev1.Container{{Name: "b"}, {Name: other}}
		})
	}
	withSidecar := podtest.WithPod(func(p *dynamo.Pod) { p.Sidecar = &dynamo.Sidecar{Image: "f:1"} })

	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    []string
	}{
		"Valid":      {reason: "An image is enough"},
		"NoMain":     {reason: "Without a main container there is no image", options: []podtest.Option{podtest.WithoutMain}, want: []string{noImage}},
		"NoImage":    {reason: "A main container may lack one", options: []podtest.Option{podtest.WithMain(func(c *corev1.Container) { c.Image = "" })}, want: []string{noImage}},
		"Others":     {reason: "Other names are free", options: []podtest.Option{named("c", "d")}},
		"MainName":   {reason: "The main container may be called main", options: []podtest.Option{podtest.WithMain(func(c *corev1.Container) { c.Name = "main" })}},
		"SecondMain": {reason: "No other may", options: []podtest.Option{named("c", "main")}, want: []string{`spec.extraPodSpec.containers[1].name: Invalid value: "main"` + taken}},
		"InitMain":   {reason: "Nor an init container: they share names", options: []podtest.Option{named("main", "d")}, want: []string{`spec.extraPodSpec.initContainers[1].name: Invalid value: "main"` + taken}},
		"SidecarName": {
			reason:  "The sidecar's name is taken where there is one",
			options: []podtest.Option{named("c", "sidecar-frontend"), withSidecar},
			want:    []string{`spec.extraPodSpec.containers[1].name: Invalid value: "sidecar-frontend"` + taken},
		},
		"NoSidecar": {reason: "And free where there is none", options: []podtest.Option{named("c", "sidecar-frontend")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, podtest.FaultTexts(t, tc.options...)); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFaultsOfProbes(t *testing.T) {
	const needs = ": Required value: a probe of this component type needs a handler: give httpGet, tcpSocket, grpc or exec"
	numbers := func() *corev1.Probe { return &corev1.Probe{PeriodSeconds: 3} }
	handled := func() *corev1.Probe { return &corev1.Probe{ProbeHandler: podtest.TCP(1)} }
	service := func(live, ready *corev1.Probe) podtest.Option {
		return podtest.WithPod(func(p *dynamo.Pod) { p.LivenessProbe, p.ReadinessProbe = live, ready })
	}
	main := func(live, ready, startup *corev1.Probe) podtest.Option {
		return podtest.WithMain(func(c *corev1.Container) { c.LivenessProbe, c.ReadinessProbe, c.StartupProbe = live, ready, startup })
	}

	cases := map[string]struct {
		reason  string
		of      string
		options []podtest.Option
		want    []string
	}{
		"Worker":   {reason: "A worker has handlers for all three", of: dynamo.TypeWorker, options: []podtest.Option{service(numbers(), numbers()), main(nil, nil, numbers())}},
		"Frontend": {reason: "A frontend has none to start with", of: dynamo.TypeFrontend, options: []podtest.Option{main(numbers(), numbers(), numbers())}, want: []string{"spec.extraPodSpec.mainContainer.startupProbe" + needs}},
		"FreeType": {reason: "Other types have none at all", options: []podtest.Option{service(numbers(), numbers())}, want: []string{"spec.livenessProbe" + needs, "spec.readinessProbe" + needs}},
		"FreeTypeMain": {
			reason:  "The fault is where the probe is",
			options: []podtest.Option{main(numbers(), numbers(), numbers())},
			want: []string{
				"spec.extraPodSpec.mainContainer.livenessProbe" + needs,
				"spec.extraPodSpec.mainContainer.readinessProbe" + needs,
				"spec.extraPodSpec.mainContainer.startupProbe" + needs,
			},
		},
		"Handled": {reason: "With handlers there is no fault", options: []podtest.Option{main(handled(), handled(), handled())}},
		"Merged":  {reason: "Nor where one of two has it", options: []podtest.Option{service(handled(), numbers()), main(numbers(), handled(), nil)}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := podtest.FaultTexts(t, append(tc.options, podtest.OfType(tc.of, ""))...)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFaultsOfCaches(t *testing.T) {
	const (
		at     = "spec.volumeMounts[1].mountPoint: Required value: "
		noneOf = " has no default place for a compilation cache: give the path"
	)
	cache := func(path string) podtest.Option {
		return podtest.WithPod(func(p *dynamo.Pod) {
			p.Mounts = []dynamo.Mount{{Name: "a", Path: "/a"}, {Name: "c", Path: path, CompilationCache: true}}
		})
	}
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    []string
	}{
		"VLLM":     {reason: "vLLM has a place", options: []podtest.Option{podtest.Running("dynamo.vllm"), cache("")}},
		"SGLang":   {reason: "SGLang has none", options: []podtest.Option{podtest.Running("dynamo.sglang"), cache("")}, want: []string{at + `engine "sglang"` + noneOf}},
		"TRTLLM":   {reason: "TensorRT-LLM has none", options: []podtest.Option{podtest.Running("dynamo.trtllm"), cache("")}, want: []string{at + `engine "trtllm"` + noneOf}},
		"Declared": {reason: "A declared engine counts", options: []podtest.Option{cache(""), func(c *dynamo.Component) { c.Engine.Declared = "vllm" }}},
		"Unknown":  {reason: "Without an engine there is no place", options: []podtest.Option{cache("")}, want: []string{at + "no engine is known here, and so no default place for a compilation cache: give the path"}},
		"Path":     {reason: "A path is always enough", options: []podtest.Option{cache("/c")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, podtest.FaultTexts(t, tc.options...)); diff != "" {
				t.Errorf("%s: Faults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFaultsOfAll has one fault of each kind: none hides another.
func TestFaultsOfAll(t *testing.T) {
	got := pod.Faults(podtest.Component(
		podtest.OfType("reranker", ""),
		podtest.WithMain(func(c *corev1.Container) {
			c.Image = ""
			c.StartupProbe = &corev1.Probe{}
		}),
		podtest.WithSpec(func(p *corev1.PodSpec) { p.Containers = []corev1.Container{{Name: "main"}} }),
		podtest.WithPod(func(p *dynamo.Pod) { p.Mounts = []dynamo.Mount{{Name: "c", CompilationCache: true}} }),
		podtest.ServiceEnv(pod.DeploymentConfig, "?"),
		podtest.Limits(dynamo.Amounts{CPU: "?", Memory: "-1"}),
		func(c *dynamo.Component) { c.At.Spec = field.NewPath("spec", "services").Key("Rank") },
	))

	var paths []string
	for _, e := range got {
		paths = append(paths, e.Field)
	}
	want := []string{
		"spec.services[Rank].extraPodSpec.mainContainer.image",
		"spec.services[Rank].extraPodSpec.containers[0].name",
		"spec.services[Rank].extraPodSpec.mainContainer.startupProbe",
		"spec.services[Rank].volumeMounts[0].mountPoint",
		"spec.services[Rank].envs[DYN_DEPLOYMENT_CONFIG]",
		"spec.services[Rank].resources.limits.cpu",
		"spec.services[Rank].resources.limits.memory",
	}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("places of faults (-want, +got):\n%s", diff)
	}
}
