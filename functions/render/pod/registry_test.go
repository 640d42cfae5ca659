package pod

import "testing"

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
