package pod_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

func TestPullSecrets(t *testing.T) {
	secrets := []settings.PullSecret{
		{Registry: "nvcr.io", Name: "ngc"},
		{Registry: "docker.io", Name: "hub"},
		{Registry: "nvcr.io", Name: "ngc-2"},
	}
	imaged := func(image string) podtest.Option {
		return podtest.WithMain(func(c *corev1.Container) { c.Image = image })
	}
	own := func(names ...string) podtest.Option {
		return podtest.WithSpec(func(p *corev1.PodSpec) {
			for _, n := range names {
				p.ImagePullSecrets = append(p.ImagePullSecrets, corev1.LocalObjectReference{Name: n})
			}
		})
	}

	cases := map[string]struct {
		reason  string
		secrets []settings.PullSecret
		options []podtest.Option
		want    []string
	}{
		"NoSettings":   {reason: "Settings without Secrets add none"},
		"OwnAlone":     {reason: "The user's stay", options: []podtest.Option{own("mine")}, want: []string{"mine"}},
		"ByRegistry":   {reason: "Those of the image's registry, in the order of the settings", secrets: secrets, want: []string{"ngc", "ngc-2"}},
		"Other":        {reason: "None for a registry that has none", secrets: secrets, options: []podtest.Option{imaged("example.org/a:1")}},
		"OwnFirst":     {reason: "The user's come first", secrets: secrets, options: []podtest.Option{own("mine")}, want: []string{"mine", "ngc", "ngc-2"}},
		"Once":         {reason: "One that the user names is there once", secrets: secrets, options: []podtest.Option{own("ngc-2")}, want: []string{"ngc-2", "ngc"}},
		"Off":          {reason: "The annotation turns them off", secrets: secrets, options: []podtest.Option{podtest.Annotated(meta.AnnotationNoPullSecrets, "true"), own("mine")}, want: []string{"mine"}},
		"OffByTrue":    {reason: "Only true does", secrets: secrets, options: []podtest.Option{podtest.Annotated(meta.AnnotationNoPullSecrets, "false")}, want: []string{"ngc", "ngc-2"}},
		"Init":         {reason: "Images of init containers count", secrets: secrets, options: []podtest.Option{imaged("a:1"), podtest.WithSpec(func(p *corev1.PodSpec) { p.InitContainers = []corev1.Container{{Image: "nvcr.io/b:1"}} })}, want: []string{"ngc", "hub", "ngc-2"}},
		"OtherImages":  {reason: "So do those of other containers", secrets: secrets, options: []podtest.Option{imaged("example.org/a:1"), podtest.WithSpec(func(p *corev1.PodSpec) { p.Containers = []corev1.Container{{Image: "b:1"}} })}, want: []string{"hub"}},
		"SidecarImage": {reason: "And that of the sidecar", secrets: secrets, options: []podtest.Option{imaged("example.org/a:1"), podtest.WithPod(func(p *dynamo.Pod) { p.Sidecar = &dynamo.Sidecar{Image: "nvcr.io/f:1"} })}, want: []string{"ngc", "ngc-2"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range podtest.Render(t, settings.Settings{PullSecrets: tc.secrets}, tc.options...).Spec.ImagePullSecrets {
				got = append(got, r.Name)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: pull secrets (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
