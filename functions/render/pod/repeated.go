package pod

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/keyed"
)

// repeatedFaults names elements that have the key of an earlier one, or none, in lists of
// which Kubernetes takes each key once. An API server refuses them, but for the form of the
// version that a manifest is not of, where it takes anything: there the component would be
// refused, and its graph could say nothing any more.
func repeatedFaults(c dynamo.Component) field.ErrorList {
	spec, at := c.Pod.Spec, c.At.At(dynamo.FieldPodSpec)
	main := ptr.Deref(c.Pod.Main, corev1.Container{})
	out := slices.Concat(
		keyed.Pod(at, spec),
		keyed.Container(c.At.Main(), main),
		mainMountFaults(c.At.Main("volumeMounts"), main.VolumeMounts),
	)
	named := sets.New[string]()
	check := func(list string, containers []corev1.Container) {
		for i, other := range containers {
			path := c.At.Container(list, i, other.Name)
			switch {
			case other.Name == "":
				out = append(out, keyed.Missing(path.Child("name")))
			case other.Name != dynamo.MainContainer && named.Has(other.Name):
				out = append(out, field.Duplicate(path.Child("name"), other.Name))
			}
			named.Insert(other.Name)
			out = append(out, keyed.Container(path, other)...)
			out = append(out, keyed.Mounts(path.Child("volumeMounts"), other.VolumeMounts)...)
		}
	}
	check("containers", spec.Containers)
	check("initContainers", spec.InitContainers)
	return out
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
