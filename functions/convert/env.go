package convert

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// mergeEnvs puts over on base: a variable of over replaces that of base as a
// whole. The result keeps base's order, with what is new behind it.
func mergeEnvs(base, over []corev1.EnvVar) []corev1.EnvVar {
	out := slices.Clone(base)
	for _, v := range over {
		if i := slices.IndexFunc(out, func(o corev1.EnvVar) bool { return o.Name == v.Name }); i >= 0 {
			out[i] = v
			continue
		}
		out = append(out, v)
	}
	return out
}
