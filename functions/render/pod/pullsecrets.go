package pod

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// choosePullSecrets returns the user's pull secrets, then those that the settings name
// for the registries of the pod's images.
func choosePullSecrets(c dynamo.Component, s settings.Settings, pod corev1.PodSpec) []corev1.LocalObjectReference {
	out := slices.Clone(pod.ImagePullSecrets)
	if c.Annotations[meta.AnnotationNoPullSecrets] == meta.True || len(s.PullSecrets) == 0 {
		return out
	}
	for _, name := range s.PullSecretsFor(listImages(pod)...) {
		ref := corev1.LocalObjectReference{Name: name}
		if !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

// listImages returns the images of all containers of a pod.
func listImages(pod corev1.PodSpec) []string {
	var out []string
	for _, c := range slices.Concat(pod.InitContainers, pod.Containers) {
		out = append(out, c.Image)
	}
	return out
}
