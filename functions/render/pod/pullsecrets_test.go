package pod

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func TestPullSecrets(t *testing.T) {
	secrets := []settings.PullSecret{
		{Registry: "nvcr.io", Name: "ngc"},
		{Registry: "docker.io", Name: "hub"},
		{Registry: "nvcr.io", Name: "ngc-2"},
	}
	imaged := func(image string) option { return withMain(func(c *corev1.Container) { c.Image = image }) }
	own := func(names ...string) option {
		return withSpec(func(p *corev1.PodSpec) {
			for _, n := range names {
				p.ImagePullSecrets = append(p.ImagePullSecrets, corev1.LocalObjectReference{Name: n})
			}
		})
	}

	cases := map[string]struct {
		reason  string
		secrets []settings.PullSecret
		options []option
		want    []string
	}{
		"NoSettings":   {reason: "Settings without Secrets add none"},
		"OwnAlone":     {reason: "The user's stay", options: []option{own("mine")}, want: []string{"mine"}},
		"ByRegistry":   {reason: "Those of the image's registry, in the order of the settings", secrets: secrets, want: []string{"ngc", "ngc-2"}},
		"Other":        {reason: "None for a registry that has none", secrets: secrets, options: []option{imaged("example.org/a:1")}},
		"OwnFirst":     {reason: "The user's come first", secrets: secrets, options: []option{own("mine")}, want: []string{"mine", "ngc", "ngc-2"}},
		"Once":         {reason: "One that the user names is there once", secrets: secrets, options: []option{own("ngc-2")}, want: []string{"ngc-2", "ngc"}},
		"Off":          {reason: "The annotation turns them off", secrets: secrets, options: []option{annotated(meta.AnnotationNoPullSecrets, "true"), own("mine")}, want: []string{"mine"}},
		"OffByTrue":    {reason: "Only true does", secrets: secrets, options: []option{annotated(meta.AnnotationNoPullSecrets, "false")}, want: []string{"ngc", "ngc-2"}},
		"Init":         {reason: "Images of init containers count", secrets: secrets, options: []option{imaged("a:1"), withSpec(func(p *corev1.PodSpec) { p.InitContainers = []corev1.Container{{Image: "nvcr.io/b:1"}} })}, want: []string{"ngc", "hub", "ngc-2"}},
		"OtherImages":  {reason: "So do those of other containers", secrets: secrets, options: []option{imaged("example.org/a:1"), withSpec(func(p *corev1.PodSpec) { p.Containers = []corev1.Container{{Image: "b:1"}} })}, want: []string{"hub"}},
		"SidecarImage": {reason: "And that of the sidecar", secrets: secrets, options: []option{imaged("example.org/a:1"), withPod(func(p *dynamo.Pod) { p.Sidecar = &dynamo.Sidecar{Image: "nvcr.io/f:1"} })}, want: []string{"ngc", "ngc-2"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range render(t, settings.Settings{PullSecrets: tc.secrets}, tc.options...).Spec.ImagePullSecrets {
				got = append(got, r.Name)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: pull secrets (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestRegistry(t *testing.T) {
	cases := map[string]string{
		"":                                       "docker.io",
		"busybox":                                "docker.io",
		"busybox:1.36":                           "docker.io",
		"library/busybox":                        "docker.io",
		"acme/tools/busybox:1":                   "docker.io",
		"docker.io/acme/busybox":                 "docker.io",
		"nvcr.io/nvidia/ai-dynamo/vllm:1.4":      "nvcr.io",
		"registry.example.org:5000/a@sha256:aaa": "registry.example.org:5000",
		"registry:5000/a":                        "registry:5000",
		"localhost/a":                            "localhost",
		"localhost:5000/a":                       "localhost:5000",
		"[::1]:5000/a":                           "[::1]:5000",
		"busybox@sha256:aaa":                     "docker.io",
	}
	for image, want := range cases {
		if got := readRegistry(image); got != want {
			t.Errorf("readRegistry(%q) is %q, want %q", image, got, want)
		}
	}
}
