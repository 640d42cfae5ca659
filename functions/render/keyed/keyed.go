// Package keyed finds elements that have the key of an earlier one, or none, in the lists of
// pods of which Kubernetes takes each key once. An API server does not take an object that is
// applied with any, and Crossplane then can write nothing of what the object is made of.
package keyed

import (
	"cmp"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Pod looks at the lists of a pod, but for its containers.
func Pod(at *field.Path, spec corev1.PodSpec) field.ErrorList {
	var out field.ErrorList
	out = append(out, Miskeyed(at.Child("volumes"), "name", spec.Volumes, func(v corev1.Volume) string { return v.Name })...)
	out = append(out, Repeated(at.Child("imagePullSecrets"), "name", spec.ImagePullSecrets, func(s corev1.LocalObjectReference) string { return s.Name })...)
	out = append(out, Miskeyed(at.Child("hostAliases"), "ip", spec.HostAliases, func(h corev1.HostAlias) string { return h.IP })...)
	out = append(out, Miskeyed(at.Child("resourceClaims"), "name", spec.ResourceClaims, func(c corev1.PodResourceClaim) string { return c.Name })...)
	out = append(out, Miskeyed(at.Child("schedulingGates"), "name", spec.SchedulingGates, func(g corev1.PodSchedulingGate) string { return g.Name })...)
	return append(out, Repeated(at.Child("topologySpreadConstraints"), "topologyKey", spec.TopologySpreadConstraints, func(c corev1.TopologySpreadConstraint) string {
		return fmt.Sprintf("%s/%s", c.TopologyKey, c.WhenUnsatisfiable)
	})...)
}

// Container looks at the lists of a container, but for its mounts.
func Container(at *field.Path, c corev1.Container) field.ErrorList {
	var out field.ErrorList
	out = append(out, Miskeyed(at.Child("env"), "name", c.Env, func(e corev1.EnvVar) string { return e.Name })...)
	out = append(out, Repeated(at.Child("ports"), "containerPort", c.Ports, func(p corev1.ContainerPort) string {
		return fmt.Sprintf("%d/%s", p.ContainerPort, cmp.Or(p.Protocol, corev1.ProtocolTCP))
	})...)
	out = append(out, Miskeyed(at.Child("volumeDevices"), "devicePath", c.VolumeDevices, func(d corev1.VolumeDevice) string { return d.DevicePath })...)
	return append(out, Miskeyed(at.Child("resources", "claims"), "name", c.Resources.Claims, func(r corev1.ResourceClaim) string { return r.Name })...)
}

// Mounts looks at the mounts of a container.
func Mounts(at *field.Path, all []corev1.VolumeMount) field.ErrorList {
	return Miskeyed(at, "mountPath", all, func(m corev1.VolumeMount) string { return m.MountPath })
}

// Miskeyed returns a fault for each element without a key, and for each with that of an
// earlier one.
func Miskeyed[T any](at *field.Path, key string, all []T, of func(T) string) field.ErrorList {
	return append(Unkeyed(at, key, all, of), Repeated(at, key, all, of)...)
}

// Unkeyed returns a fault for each element without a key.
func Unkeyed[T any](at *field.Path, key string, all []T, of func(T) string) field.ErrorList {
	var out field.ErrorList
	for i, element := range all {
		if of(element) == "" {
			out = append(out, Missing(at.Index(i).Child(key)))
		}
	}
	return out
}

// Missing is the fault of an element without a key.
func Missing(at *field.Path) *field.Error {
	return field.Required(at, "tells the elements of the list apart: give it, or take the element out")
}

// Repeated returns a fault for each element with the key of an earlier one. One without a
// key repeats none.
func Repeated[T any](at *field.Path, key string, all []T, of func(T) string) field.ErrorList {
	var out field.ErrorList
	seen := sets.New[string]()
	for i, element := range all {
		if k := of(element); k != "" && seen.Has(k) {
			out = append(out, field.Duplicate(at.Index(i).Child(key), k))
		}
		seen.Insert(of(element))
	}
	return out
}
