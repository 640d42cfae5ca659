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
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/volumes"
	"github.com/crossplane-contrib/function-dynamo/functions/render/security"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

const (
	// gracePeriod in seconds lets a frontend or worker finish its requests.
	gracePeriod int64 = 60
	// pickerGracePeriod in seconds lets an endpoint picker answer the requests that a
	// gateway has asked it about.
	pickerGracePeriod int64 = 130
	// fsGroup is the group that Dynamo's images run in.
	fsGroup int64 = 1000
)

// Template is the pod template of one role of a component, in which Faults has to find
// nothing wrong. Rendering changes none of its arguments.
func Template(c dynamo.Component, s settings.Settings, role dynamo.Role) corev1.PodTemplateSpec {
	main := makeMain(c, s)
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{
			Labels:      meta.Merge(s.PodDefaults.Labels, metadata.PodLabels(c, discovery.Of(c, s), role)),
			Annotations: meta.Merge(s.PodDefaults.Annotations, metadata.PodAnnotations(c)),
		},
		Spec: makeSpec(c, s, main, spread(c, s, addSiteEnv(main, s.PodDefaults), role)),
	}
}

// makeSpec makes the spec of a pod around its main container, with the changes that
// the rules of its engine ask for.
func makeSpec(c dynamo.Component, s settings.Settings, main corev1.Container, change engine.Change) corev1.PodSpec {
	main = addSiteEnv(applyChange(main, change), s.PodDefaults)
	made := volumes.Make(c, change)
	main.VolumeMounts = made.Main

	out := c.Pod.Spec
	out.InitContainers = slices.Concat(makeInitContainers(c, s), change.InitContainers)
	out.Containers = makeContainers(c, s, main, made.Sidecar)
	out.Volumes = made.Volumes
	if out.RestartPolicy == "" {
		out.RestartPolicy = corev1.RestartPolicyAlways
	}
	if out.TerminationGracePeriodSeconds == nil {
		out.TerminationGracePeriodSeconds = ptr.To(chooseGracePeriod(c))
	}
	out.ServiceAccountName = account.Of(c, discovery.Of(c, s))
	out.ImagePullSecrets = choosePullSecrets(c, s, out)
	return secure(addSite(out, c, s.PodDefaults), s.PodDefaults)
}

// secure gives a pod the security contexts of the site, and the group of its volumes where
// its user says nothing at all of security.
func secure(spec corev1.PodSpec, site settings.PodDefaults) corev1.PodSpec {
	out := security.Apply(spec, site)
	if spec.SecurityContext == nil {
		out.SecurityContext = settings.Over(&corev1.PodSecurityContext{FSGroup: ptr.To(fsGroup)}, out.SecurityContext)
	}
	return out
}

// makeContainers lists main, the user's others untouched, and the frontend
// sidecar, which mounts what the user mounts into main. It may be one of the user's.
func makeContainers(c dynamo.Component, s settings.Settings, main corev1.Container, mounts []corev1.VolumeMount) []corev1.Container {
	out := append([]corev1.Container{main}, c.Pod.Spec.Containers...)
	sidecar := c.Pod.Sidecar
	if sidecar == nil {
		return out
	}
	if sidecar.Container == "" {
		return append(out, completeSidecar(c, s, SidecarOf(*sidecar), mounts))
	}
	for i, o := range out {
		if i > 0 && o.Name == sidecar.Container {
			out[i] = completeSidecar(c, s, o, mounts)
		}
	}
	return out
}

// chooseGracePeriod returns the grace period of pods whose users do not give one.
func chooseGracePeriod(c dynamo.Component) int64 {
	if c.Type == dynamo.TypePicker {
		return pickerGracePeriod
	}
	return gracePeriod
}
