package environment

import (
	corev1 "k8s.io/api/core/v1"
)

// env makes variables of names and values in turn.
func env(vars ...string) []corev1.EnvVar {
	var out []corev1.EnvVar
	for i := 0; i+1 < len(vars); i += 2 {
		out = append(out, Variable(vars[i], vars[i+1]))
	}
	return out
}
