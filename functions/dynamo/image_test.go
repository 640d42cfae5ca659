package dynamo_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func TestImage(t *testing.T) {
	images := settings.Images{Frontend: "frontend:1", SGLang: "sglang:1", TRTLLM: "trtllm:1", VLLM: "vllm:1"}
	of := func(componentType string, e dynamo.Engine, main *corev1.Container) dynamo.Component {
		return dynamo.Component{
			Type: componentType, Engine: dynamo.EngineChoice{Name: e}, SiteImages: images,
			Pod: dynamo.Pod{Main: main},
		}
	}
	apart := of(dynamo.TypeWorker, dynamo.EngineVLLM, nil)
	apart.Pod.Spec.InitContainers = []corev1.Container{{
		Name: dynamo.RuntimeContainer, Image: "runtime:1.6.0", RestartPolicy: ptr.To(corev1.ContainerRestartPolicyAlways),
	}}
	none := of(dynamo.TypeWorker, dynamo.EngineVLLM, nil)
	none.SiteImages = settings.Images{}
	cases := map[string]struct {
		reason string
		args   dynamo.Component
		want   string
		// itself says whether the settings decide on the command line, too.
		itself bool
	}{
		"VLLM":     {reason: "each engine has an image", args: of(dynamo.TypeWorker, dynamo.EngineVLLM, nil), want: "vllm:1", itself: true},
		"SGLang":   {reason: "each engine has an image", args: of(dynamo.TypePrefill, dynamo.EngineSGLang, &corev1.Container{}), want: "sglang:1", itself: true},
		"TRTLLM":   {reason: "each engine has an image", args: of(dynamo.TypeDecode, dynamo.EngineTRTLLM, nil), want: "trtllm:1", itself: true},
		"Frontend": {reason: "and frontends, which have a command line of their own", args: of(dynamo.TypeFrontend, dynamo.EngineNone, nil), want: "frontend:1"},
		"Own":      {reason: "the user's image counts", args: of(dynamo.TypeWorker, dynamo.EngineVLLM, &corev1.Container{Image: "own:1"}), want: "own:1"},
		"Command":  {reason: "a command line of the user's is run", args: of(dynamo.TypeWorker, dynamo.EngineVLLM, &corev1.Container{Command: []string{"run"}}), want: "vllm:1"},
		"Args":     {reason: "so are arguments", args: of(dynamo.TypeWorker, dynamo.EngineVLLM, &corev1.Container{Args: []string{"run"}}), want: "vllm:1"},
		"NoEngine": {reason: "no engine, no image", args: of(dynamo.TypeWorker, dynamo.EngineNone, nil)},
		"Planner":  {reason: "nor have planners one", args: of(dynamo.TypePlanner, dynamo.EngineNone, nil)},
		"Apart":    {reason: "nor engines that know nothing of Dynamo", args: apart},
		"Unset":    {reason: "nor anything where the settings say nothing", args: none},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := tc.args.Image(); got != tc.want {
				t.Errorf("%s\nImage(): want %q, got %q", tc.reason, tc.want, got)
			}
			if got := tc.args.RunsItself(); got != tc.itself {
				t.Errorf("%s\nRunsItself(): want %t, got %t", tc.reason, tc.itself, got)
			}
		})
	}
}

// TestSiteImageTellsTheRuntime: the tag of the settings' image says which runtime it has, as
// any other does.
func TestSiteImageTellsTheRuntime(t *testing.T) {
	c := dynamo.Component{Type: dynamo.TypeFrontend, SiteImages: settings.Images{Frontend: "frontend:1.6.0"}}
	if got := c.Runtime().String(); got != "1.6.0" {
		t.Errorf("Runtime(): want 1.6.0, got %s", got)
	}
	c = dynamo.Component{Type: dynamo.TypeWorker, SiteImages: c.SiteImages, Pod: dynamo.Pod{Sidecar: &dynamo.Sidecar{Container: "front"}}}
	if got := c.SidecarImage(); got != "frontend:1.6.0" {
		t.Errorf("SidecarImage(): want that of frontends, got %q", got)
	}
	if got := c.SidecarRuntime().String(); got != "1.6.0" {
		t.Errorf("SidecarRuntime(): want 1.6.0, got %s", got)
	}
}
