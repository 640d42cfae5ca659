package pod_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// siteImages are those of the settings.
func siteImages(c *dynamo.Component) {
	c.SiteImages = settings.Images{Frontend: "frontend:1", SGLang: "sglang:1", TRTLLM: "trtllm:1", VLLM: "vllm:1"}
}

// declared says the engine of a component, and nothing of a container.
func declared(e dynamo.Engine) podtest.Option {
	return func(c *dynamo.Component) { c.Engine.Declared, c.Pod.Main = string(e), nil }
}

// TestTemplateImages: what runs in a component that names no image.
func TestTemplateImages(t *testing.T) {
	run := func(command ...string) podtest.Option {
		return func(c *dynamo.Component) { c.Pod.Main = &corev1.Container{Command: command} }
	}
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    string
	}{
		"Worker":   {reason: "the engine's module in the engine's image", options: []podtest.Option{declared(dynamo.EngineVLLM), serving("org/m")}, want: "vllm:1 python3 -m dynamo.vllm --model org/m"},
		"Prefill":  {reason: "as the part that it is", options: []podtest.Option{declared(dynamo.EngineTRTLLM), podtest.OfType(dynamo.TypePrefill, "")}, want: "trtllm:1 python3 -m dynamo.trtllm --disaggregation-mode prefill"},
		"Command":  {reason: "a command of the user's is run as it is", options: []podtest.Option{run("python3", "-m", "dynamo.sglang")}, want: "sglang:1 python3 -m dynamo.sglang"},
		"Frontend": {reason: "a frontend has one image", options: []podtest.Option{podtest.OfType(dynamo.TypeFrontend, ""), podtest.WithoutMain}, want: "frontend:1 python3 -m dynamo.frontend"},
		"Own":      {reason: "the user's image runs what it runs without settings", options: []podtest.Option{podtest.Running("dynamo.vllm")}, want: podtest.Image + " python3 -m dynamo.vllm"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			options := append([]podtest.Option{siteImages}, tc.options...)
			if faults := podtest.FaultTexts(t, options...); len(faults) > 0 {
				t.Fatalf("%s\nFaults(...): want none, got %q", tc.reason, faults)
			}
			main := podtest.RenderMain(t, settings.Settings{}, options...)
			got := strings.Join(slices.Concat([]string{main.Image}, main.Command, main.Args), " ")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nTemplate(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestTemplateSidecarImage: a frontend beside a worker may name no image, either.
func TestTemplateSidecarImage(t *testing.T) {
	spec := podtest.Render(t, settings.Settings{}, siteImages, podtest.WithPod(func(p *dynamo.Pod) {
		p.Spec.Containers = []corev1.Container{{Name: "front"}}
		p.Sidecar = &dynamo.Sidecar{Container: "front"}
	})).Spec
	if got := spec.Containers[1].Image; got != "frontend:1" {
		t.Errorf("Template(...): want the image of frontends in the sidecar, got %q", got)
	}
}

// TestTemplateImagesOverNodes: a worker over several nodes without a command line has one that
// each node adds its flags to.
func TestTemplateImagesOverNodes(t *testing.T) {
	options := []podtest.Option{siteImages, declared(dynamo.EngineSGLang), func(c *dynamo.Component) { c.Nodes = 2 }}
	if faults := podtest.FaultTexts(t, options...); len(faults) > 0 {
		t.Fatalf("Faults(...): want none, got %q", faults)
	}
	got := renderNode(t, settings.Settings{}, dynamo.RoleWorker, options...).Spec.Containers[0]
	want := []string{"-m", "dynamo.sglang", "--dist-init-addr", "$(LWS_LEADER_ADDRESS):29500", "--nnodes", "2", "--node-rank", "$(LWS_WORKER_INDEX)"}
	if diff := cmp.Diff(want, got.Args); diff != "" || got.Image != "sglang:1" {
		t.Errorf("Template(...): want image sglang:1, got %q; args: -want, +got:\n%s", got.Image, diff)
	}
}

// TestImageFaults: a fault names the setting that would be a remedy.
func TestImageFaults(t *testing.T) {
	const at = "spec.extraPodSpec.mainContainer.image: Required value: name the image of the main container"
	cases := map[string]struct {
		reason  string
		options []podtest.Option
		want    string
	}{
		"Engine":   {reason: "that of the engine", options: []podtest.Option{declared(dynamo.EngineTRTLLM)}, want: at + ", or images.trtllm in the settings"},
		"Frontend": {reason: "that of frontends", options: []podtest.Option{podtest.OfType(dynamo.TypeFrontend, ""), podtest.WithoutMain}, want: at + ", or images.frontend in the settings"},
		"NoEngine": {reason: "none is for a worker whose engine is not known", options: []podtest.Option{podtest.WithoutMain}, want: at + ", or backendFramework, for which the settings may have an image"},
		"Planner":  {reason: "nor for other types", options: []podtest.Option{podtest.OfType(dynamo.TypePlanner, ""), podtest.WithoutMain}, want: at},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tc.want}, podtest.FaultTexts(t, tc.options...)); diff != "" {
				t.Errorf("%s\nFaults(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
