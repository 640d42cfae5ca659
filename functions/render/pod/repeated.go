package pod

import (
	"cmp"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// repeatedFaults names elements that have the key of an earlier one, or none, in lists of
// which Kubernetes takes each key once. An API server refuses them, but for the form of the
// version that a manifest is not of, where it takes anything: there the component would be
// refused, and its graph could say nothing any more.
func repeatedFaults(c dynamo.Component) field.ErrorList {
	spec, at := c.Pod.Spec, c.At.At(dynamo.FieldPodSpec)
	main := ptr.Deref(c.Pod.Main, corev1.Container{})
	out := slices.Concat(
		findMiskeyed(at.Child("volumes"), "name", spec.Volumes, func(v corev1.Volume) string { return v.Name }),
		findRepeated(at.Child("imagePullSecrets"), "name", spec.ImagePullSecrets, func(s corev1.LocalObjectReference) string { return s.Name }),
		keyedFaults(c.At.Main(), main),
		mainMountFaults(c.At.Main("volumeMounts"), main.VolumeMounts),
	)
	named := sets.New[string]()
	check := func(list string, containers []corev1.Container) {
		for i, other := range containers {
			path := c.At.Container(list, i, other.Name)
			switch {
			case other.Name == "":
				out = append(out, unkeyed(path.Child("name")))
			case other.Name != dynamo.MainContainer && named.Has(other.Name):
				out = append(out, field.Duplicate(path.Child("name"), other.Name))
			}
			named.Insert(other.Name)
			out = append(out, keyedFaults(path, other)...)
			out = append(out, findMiskeyed(path.Child("volumeMounts"), "mountPath", other.VolumeMounts, func(m corev1.VolumeMount) string { return m.MountPath })...)
		}
	}
	check("containers", spec.Containers)
	check("initContainers", spec.InitContainers)
	return out
}

// keyedFaults looks at the variables and ports of a container.
func keyedFaults(at *field.Path, c corev1.Container) field.ErrorList {
	return append(
		findMiskeyed(at.Child("env"), "name", c.Env, func(e corev1.EnvVar) string { return e.Name }),
		findRepeated(at.Child("ports"), "containerPort", c.Ports, func(p corev1.ContainerPort) string {
			return fmt.Sprintf("%d/%s", p.ContainerPort, cmp.Or(p.Protocol, corev1.ProtocolTCP))
		})...)
}

// mainMountFaults looks for mounts that are written twice: those of two volumes, or parts of
// one, at one path are told with what is mounted there already.
func mainMountFaults(at *field.Path, all []corev1.VolumeMount) field.ErrorList {
	var out field.ErrorList
	for i, m := range all {
		if slices.ContainsFunc(all[:i], func(o corev1.VolumeMount) bool { return equality.Semantic.DeepEqual(o, m) }) {
			out = append(out, field.Duplicate(at.Index(i).Child("mountPath"), m.MountPath))
		}
	}
	return out
}

// findMiskeyed returns a fault for each element without a key, and for each with that of an
// earlier one.
func findMiskeyed[T any](at *field.Path, key string, all []T, of func(T) string) field.ErrorList {
	var out field.ErrorList
	for i, element := range all {
		if of(element) == "" {
			out = append(out, unkeyed(at.Index(i).Child(key)))
		}
	}
	return append(out, findRepeated(at, key, all, of)...)
}

func unkeyed(at *field.Path) *field.Error {
	return field.Required(at, "tells the elements of the list apart: give it, or take the element out")
}

// findRepeated returns a fault for each element with the key of an earlier one. One without
// a key repeats none.
func findRepeated[T any](at *field.Path, key string, all []T, of func(T) string) field.ErrorList {
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
