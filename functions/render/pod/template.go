// Package pod assembles the pods of a component: the defaults of its type, the
// service's fields over them, the user's pod spec over both, and the rules of
// its engine.
package pod

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/render/account"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/metadata"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

const (
	// gracePeriod in seconds lets a frontend or worker finish its requests.
	gracePeriod int64 = 60
	// pickerGracePeriod in seconds lets a gateway finish what it has asked.
	pickerGracePeriod int64 = 130
	// fsGroup is the group that Dynamo's images run in.
	fsGroup int64 = 1000
)

// Template is the pod template of one role of a component that Faults finds
// nothing wrong with. It shares no memory that it changes with its arguments.
func Template(c dynamo.Component, s settings.Settings, role dynamo.Role) corev1.PodTemplateSpec {
	main := mainContainer(c, s)
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{
			Labels:      meta.Merge(s.PodDefaults.Labels, metadata.PodLabels(c, discovery.Of(c, s), role)),
			Annotations: metadata.PodAnnotations(c),
		},
		Spec: spec(c, s, main, spread(c, s, main, role)),
	}
}

// spec of a pod around its main container, with what the rules of its engine
// change.
func spec(c dynamo.Component, s settings.Settings, main corev1.Container, change engine.Change) corev1.PodSpec {
	main = changed(main, change)
	known := replaced(withPickerVolumes(c.Pod.Spec.Volumes, c), change.Volumes)
	mounts, known := withSharedMemory(c, slices.Concat(main.VolumeMounts, change.Mounts), known)
	main.VolumeMounts, known = withClaims(mounts, known)

	out := c.Pod.Spec
	out.InitContainers = slices.Concat(out.InitContainers, change.InitContainers)
	out.Containers = containers(c, s, main, sidecarMounts(c, main.VolumeMounts, change.Mounts))
	out.Volumes = mountedFirst(known, main.VolumeMounts)
	if out.RestartPolicy == "" {
		out.RestartPolicy = corev1.RestartPolicyAlways
	}
	if out.TerminationGracePeriodSeconds == nil {
		out.TerminationGracePeriodSeconds = ptr.To(grace(c))
	}
	if out.SecurityContext == nil {
		out.SecurityContext = &corev1.PodSecurityContext{FSGroup: ptr.To(fsGroup)}
	}
	out.ServiceAccountName = account.Of(c, discovery.Of(c, s))
	out.ImagePullSecrets = pullSecrets(c, s, out)
	return withSite(out, s.PodDefaults)
}

// containers are main, the user's others untouched, and the frontend sidecar,
// which mounts what the user mounts into main.
func containers(c dynamo.Component, s settings.Settings, main corev1.Container, mounts []corev1.VolumeMount) []corev1.Container {
	out := append([]corev1.Container{main}, c.Pod.Spec.Containers...)
	if c.Pod.Sidecar != nil {
		out = append(out, sidecar(c, s, mounts))
	}
	return out
}

func grace(c dynamo.Component) int64 {
	if c.Type == dynamo.TypePicker {
		return pickerGracePeriod
	}
	return gracePeriod
}
