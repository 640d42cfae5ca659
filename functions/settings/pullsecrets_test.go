package settings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

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

func TestPullSecretsFor(t *testing.T) {
	s := Settings{PullSecrets: []PullSecret{
		{Registry: "nvcr.io", Name: "ngc"},
		{Registry: "docker.io", Name: "hub"},
		{Registry: "nvcr.io", Name: "ngc-2"},
		{Registry: "quay.io", Name: "hub"},
	}}
	cases := map[string]struct {
		reason string
		images []string
		want   []string
	}{
		"NoImages": {reason: "nothing is pulled"},
		"Registry": {reason: "those of the registry, in the order of the settings", images: []string{"nvcr.io/a:1"}, want: []string{"ngc", "ngc-2"}},
		"None":     {reason: "a registry that has none", images: []string{"example.org/a:1"}},
		"Several":  {reason: "the order of the images does not count", images: []string{"a:1", "nvcr.io/a:1"}, want: []string{"ngc", "hub", "ngc-2"}},
		"Once":     {reason: "one Secret for two registries is there once", images: []string{"a:1", "quay.io/a:1"}, want: []string{"hub"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, s.PullSecretsFor(tc.images...)); diff != "" {
				t.Errorf("%s: PullSecretsFor(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
