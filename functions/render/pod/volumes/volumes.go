// Package volumes puts the volumes of a pod and the mounts of its containers
// together: those of the user and of the engine's rule, shared memory, and the
// claims that mounts name.
package volumes

import (
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
)

// Volumes of a pod, and the mounts of its containers.
type Volumes struct {
	Volumes []corev1.Volume
	// Main are the mounts of the main container, and Sidecar those of a frontend
	// beside it.
	Main, Sidecar []corev1.VolumeMount
}

// Make puts the volumes and mounts of a component's pod together. What the rule
// of its engine brings replaces the user's volumes of the same names.
func Make(c dynamo.Component, rule engine.Change) Volumes {
	known := replace(addPickerVolumes(c.Pod.Spec.Volumes, c), rule.Volumes)
	mounts, known := addSharedMemory(c, slices.Concat(makeMainMounts(c), rule.Mounts), known)
	mounts, known = addClaims(mounts, known)
	return Volumes{
		Volumes: sortMounted(known, mounts),
		Main:    mounts,
		Sidecar: makeSidecarMounts(c, mounts, rule.Mounts),
	}
}

// CacheEnv are the variables that tell the engine where its compilation caches are
// mounted.
func CacheEnv(c dynamo.Component) []corev1.EnvVar {
	var out []corev1.EnvVar
	for _, m := range c.Pod.Mounts {
		if m.CompilationCache {
			out = append(out, engine.CacheEnv(c.Engine.Name, choosePath(m, c.Engine.Name))...)
		}
	}
	return out
}

// addClaims adds a volume for each mount whose name no volume has: the name is then
// that of a PersistentVolumeClaim. Names of claims may be longer than those of
// volumes, and have dots; such a claim gets a volume with another name.
func addClaims(mounts []corev1.VolumeMount, volumes []corev1.Volume) ([]corev1.VolumeMount, []corev1.Volume) {
	out, known := slices.Clone(mounts), slices.Clone(volumes)
	made := map[string]string{}
	for i, m := range mounts {
		if slices.ContainsFunc(volumes, hasName(m.Name)) {
			continue
		}
		name, ok := made[m.Name]
		if !ok {
			name = names.ClaimVolume(m.Name)
			if name != m.Name {
				name = findFreeName(name, mounts, known)
			}
			made[m.Name] = name
			known = append(known, makeClaimVolume(name, m.Name))
		}
		out[i].Name = name
	}
	return out, known
}

// makeClaimVolume makes the volume of a claim.
func makeClaimVolume(name, claim string) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim},
	}}
}

// replace adds the volumes of a rule, and removes those of the user with the same
// names.
func replace(user, rule []corev1.Volume) []corev1.Volume {
	out := slices.Clone(user)
	for _, v := range rule {
		out = append(slices.DeleteFunc(out, hasName(v.Name)), v)
	}
	return out
}

// findFreeName returns a name that no volume and no mount has yet: the given one or,
// if that is taken, the given one with a number.
func findFreeName(name string, mounts []corev1.VolumeMount, volumes []corev1.Volume) string {
	taken := func(name string) bool {
		mounted := func(m corev1.VolumeMount) bool { return m.Name == name }
		return slices.ContainsFunc(volumes, hasName(name)) || slices.ContainsFunc(mounts, mounted)
	}
	out := name
	for i := 2; taken(out); i++ {
		out = names.Limit(name + "-" + strconv.Itoa(i))
	}
	return out
}

// sortMounted puts volumes in the order in which the main container mounts them,
// and the rest behind.
func sortMounted(volumes []corev1.Volume, mounts []corev1.VolumeMount) []corev1.Volume {
	out := make([]corev1.Volume, 0, len(volumes))
	add := func(all []corev1.Volume) {
		for _, v := range all {
			if !slices.ContainsFunc(out, hasName(v.Name)) {
				out = append(out, v)
			}
		}
	}
	for _, m := range mounts {
		if i := slices.IndexFunc(volumes, hasName(m.Name)); i >= 0 {
			add(volumes[i : i+1])
		}
	}
	add(volumes)
	return out
}

// hasName is the condition that a volume has a name.
func hasName(name string) func(corev1.Volume) bool {
	return func(v corev1.Volume) bool { return v.Name == name }
}
