// Package environment puts the variables of a container together. Of several with the
// same name the one of the highest rank counts, and all stand in an order in which
// Kubernetes expands their references to each other.
package environment

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Variable is a variable with a literal value.
func Variable(name, value string) corev1.EnvVar { return corev1.EnvVar{Name: name, Value: value} }

// FromField is a variable with the value of a field of the pod.
func FromField(name, path string) corev1.EnvVar {
	ref := &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: ref}}
}

// Merge folds lists of variables, lowest rank first: a later variable replaces an
// earlier one of its name as a whole. The result is sorted by name, except that a
// variable which refers to others stands behind them.
func Merge(layers ...[]corev1.EnvVar) []corev1.EnvVar {
	byName := map[string]corev1.EnvVar{}
	for _, l := range layers {
		for _, v := range l {
			byName[v.Name] = v
		}
	}
	out := make([]corev1.EnvVar, 0, len(byName))
	for _, v := range byName {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b corev1.EnvVar) int { return cmp.Compare(a.Name, b.Name) })
	return order(out)
}

// Add appends the variables of a rule whose names are not there yet: where the
// user sets the same one, the user's stays. A variable of the user's that refers
// to one of the rule moves behind it.
func Add(env, rules []corev1.EnvVar) []corev1.EnvVar {
	for _, v := range rules {
		if !slices.ContainsFunc(env, func(o corev1.EnvVar) bool { return o.Name == v.Name }) {
			env = append(env, v)
		}
	}
	return order(env)
}

// AddSecret puts a Secret before the sources that a container names itself: of two
// that hold one key, the later wins. A Secret that is among them already keeps its
// place. Without a name nothing is added.
func AddSecret(secret string, own []corev1.EnvFromSource) []corev1.EnvFromSource {
	same := func(s corev1.EnvFromSource) bool {
		return s.SecretRef != nil && s.SecretRef.Name == secret && s.Prefix == ""
	}
	if secret == "" || slices.ContainsFunc(own, same) {
		return own
	}
	ref := &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: secret}}
	return append([]corev1.EnvFromSource{{SecretRef: ref}}, own...)
}
