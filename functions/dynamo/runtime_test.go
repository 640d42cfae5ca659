package dynamo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// running is a worker whose main container runs an image.
func running(image string, options ...func(*dynamo.Component)) dynamo.Component {
	c := dynamo.Component{Type: dynamo.TypeWorker, Pod: dynamo.Pod{Main: &corev1.Container{Image: image}}}
	for _, o := range options {
		o(&c)
	}
	return c
}

// saying gives the version that the user says, and the one that the site does.
func saying(override string, site version.Version) func(*dynamo.Component) {
	return func(c *dynamo.Component) { c.RuntimeOverride, c.SiteRuntime = override, site }
}

// beside is an init container called runtime.
func beside(image string, policy *corev1.ContainerRestartPolicy) func(*dynamo.Component) {
	return func(c *dynamo.Component) {
		c.Pod.Spec.InitContainers = []corev1.Container{{Name: "fetch"}, {Name: "runtime", Image: image, RestartPolicy: policy}}
	}
}

func TestRuntime(t *testing.T) {
	none, site := version.Version{}, version.Version{Major: 1, Minor: 7}
	always := ptr.To(corev1.ContainerRestartPolicyAlways)
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		want   string
		// said is what the manifest says, where that is something else.
		said string
	}{
		"Tag":             {reason: "the tag of its image", c: running("runtime:1.5.0"), want: "1.5.0"},
		"OverrideFirst":   {reason: "before all else that is said", c: running("runtime:1.5.0", saying("1.6.0", site)), want: "1.6.0"},
		"Override":        {reason: "what the user says, where the tag is no version", c: running("runtime:latest", saying("1.6.0", site)), want: "1.6.0"},
		"OverrideUnread":  {reason: "unless that is none either", c: running("runtime:latest", saying("next", site)), want: "1.7.0", said: "unknown"},
		"Site":            {reason: "else what the site says", c: running("runtime", saying("", site)), want: "1.7.0", said: "unknown"},
		"Unknown":         {reason: "nothing is known", c: running("runtime@sha256:0123"), want: "unknown"},
		"NoMain":          {reason: "without a container", c: dynamo.Component{}, want: "unknown"},
		"Apart":           {reason: "the runtime's own image tells it, not that of the engine", c: running("vllm:0.19.2", beside("sidecar:1.6.1", always)), want: "1.6.1"},
		"ApartOverride":   {reason: "or the user does", c: running("vllm:0.19.2", saying("1.7.0", none), beside("sidecar:mine", always)), want: "1.7.0"},
		"ApartTooEarly":   {reason: "earlier ones cannot run there", c: running("runtime:1.4.0", beside("busybox:1.5.0", always)), want: "1.4.0"},
		"ApartEnds":       {reason: "one that ends is a container of the user's", c: running("runtime:1.4.0", beside("busybox:1.36.0", nil)), want: "1.4.0"},
		"ApartOfFrontend": {reason: "only workers run beside an engine", c: running("runtime:1.4.0", beside("busybox:1.36.0", always), func(c *dynamo.Component) { c.Type = dynamo.TypeFrontend }), want: "1.4.0"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := tc.c.Runtime().String(); got != tc.want {
				t.Errorf("%s: Runtime(): want %s, got %s", tc.reason, tc.want, got)
			}
			if tc.said == "" {
				tc.said = tc.want
			}
			if got := tc.c.SaidRuntime().String(); got != tc.said {
				t.Errorf("%s: SaidRuntime(): want %s, got %s", tc.reason, tc.said, got)
			}
		})
	}
}

func TestSidecarRuntime(t *testing.T) {
	site := version.Version{Major: 1, Minor: 7}
	cases := map[string]struct {
		reason string
		image  string
		want   string
	}{
		"Tag":  {reason: "by its own tag", image: "frontend:1.5.0", want: "1.5.0"},
		"Site": {reason: "else by what the site says: the component's version is another container's", image: "frontend", want: "1.7.0"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := running("runtime:1.4.0", saying("1.6.0", site))
			c.Pod.Sidecar = &dynamo.Sidecar{Image: tc.image}
			if got := c.SidecarRuntime().String(); got != tc.want {
				t.Errorf("%s: SidecarRuntime(): want %s, got %s", tc.reason, tc.want, got)
			}
		})
	}
}

// TestWithSite: the graph that it is made of stays as it is.
func TestWithSite(t *testing.T) {
	before := dynamo.Graph{Name: "g", Components: []dynamo.Component{{Name: "a"}, {Name: "b"}}}
	site := version.Version{Major: 1, Minor: 6}
	images := settings.Images{VLLM: "vllm:1"}
	want := dynamo.Graph{Name: "g", Components: []dynamo.Component{
		{Name: "a", SiteRuntime: site, SiteImages: images}, {Name: "b", SiteRuntime: site, SiteImages: images},
	}}
	if diff := cmp.Diff(want, before.WithSite(settings.Settings{RuntimeVersion: site, Images: images})); diff != "" {
		t.Errorf("WithSite(...) (-want, +got):\n%s", diff)
	}
	if before.Components[0].SiteRuntime.Known() {
		t.Error("WithSite(...) changed the graph that it was called on")
	}
}
