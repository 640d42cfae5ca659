package engine

import (
	corev1 "k8s.io/api/core/v1"
)

// CachePath is where an engine keeps compiled kernels unless told otherwise;
// empty for engines without such a place.
func CachePath(e Engine) string {
	if e == VLLM {
		return "/root/.cache/vllm"
	}
	return ""
}

// CacheEnv are the variables that move an engine's kernel cache to path.
func CacheEnv(e Engine, path string) []corev1.EnvVar {
	if e == VLLM {
		return []corev1.EnvVar{{Name: "VLLM_CACHE_ROOT", Value: path}}
	}
	return nil
}
