package engine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

func TestCache(t *testing.T) {
	type want struct {
		path string
		env  []corev1.EnvVar
	}
	cases := map[string]struct {
		reason string
		engine Engine
		want   want
	}{
		"VLLM": {
			reason: "vLLM has a place of its own and a variable to move it",
			engine: VLLM,
			want:   want{path: "/root/.cache/vllm", env: []corev1.EnvVar{{Name: "VLLM_CACHE_ROOT", Value: "/cache"}}},
		},
		"SGLang": {reason: "SGLang has neither", engine: SGLang},
		"TRTLLM": {reason: "TensorRT-LLM has neither", engine: TRTLLM},
		"None":   {reason: "Without an engine there is nothing to know", engine: None},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want.path, CachePath(tc.engine)); diff != "" {
				t.Errorf("%s: CachePath(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want.env, CacheEnv(tc.engine, "/cache")); diff != "" {
				t.Errorf("%s: CacheEnv(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
