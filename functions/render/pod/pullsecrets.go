package pod

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// defaultRegistry is where an image without a registry is pulled from.
const defaultRegistry = "docker.io"

// choosePullSecrets returns the user's pull secrets, then those that the settings name
// for the registries of the pod's images.
func choosePullSecrets(c dynamo.Component, s settings.Settings, pod corev1.PodSpec) []corev1.LocalObjectReference {
	out := slices.Clone(pod.ImagePullSecrets)
	if c.Annotations[meta.AnnotationNoPullSecrets] == meta.True || len(s.PullSecrets) == 0 {
		return out
	}
	used := findRegistries(pod)
	for _, p := range s.PullSecrets {
		ref := corev1.LocalObjectReference{Name: p.Name}
		if slices.Contains(used, p.Registry) && !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

// findRegistries returns the registries of all images of a pod.
func findRegistries(pod corev1.PodSpec) []string {
	var out []string
	for _, c := range slices.Concat(pod.InitContainers, pod.Containers) {
		out = append(out, readRegistry(c.Image))
	}
	return out
}

// readRegistry reads the registry of an image: the part before the first slash, if
// it can be a host.
func readRegistry(image string) string {
	host, _, ok := strings.Cut(image, "/")
	if ok && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return host
	}
	return defaultRegistry
}
