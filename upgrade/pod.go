package upgrade

import (
	"path"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/resources"
)

// writeTemplate writes what a component says of its pods; nil where it says nothing.
func writeTemplate(c service) *corev1.PodTemplateSpec {
	out := &corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: c.Labels, Annotations: writeAnnotations(c)},
		Spec:       c.Pod.Spec,
	}
	var containers []corev1.Container
	if main := writeMain(c); !equality.Semantic.DeepEqual(main, corev1.Container{Name: dynamo.MainContainer}) {
		containers = append(containers, main)
	}
	containers = append(containers, c.Pod.Spec.Containers...)
	if s := c.Pod.Sidecar; s != nil {
		containers = append(containers, pod.SidecarOf(*s))
	}
	out.Spec.Containers = containers
	if equality.Semantic.DeepEqual(out, &corev1.PodTemplateSpec{}) {
		return nil
	}
	return out
}

// writeAnnotations writes the annotations of a component. A frontend whose ingress block is
// off says so with one: v1beta1 has no block, and the settings expose frontends without.
func writeAnnotations(c service) map[string]string {
	if c.Ingress == nil || c.Ingress.Enabled || c.Type != dynamo.TypeFrontend {
		return c.Annotations
	}
	return meta.Merge(c.Annotations, map[string]string{meta.AnnotationExpose: meta.False})
}

// writeMain writes the main container: what v1alpha1 says of it beside it is under what it
// says itself.
func writeMain(c service) corev1.Container {
	out := ptr.Deref(c.Pod.Main, corev1.Container{})
	out.Name = dynamo.MainContainer
	out.Env = mergeEnv(c.Pod.Envs, out.Env)
	out.EnvFrom = environment.AddSecret(c.Pod.EnvFromSecret, out.EnvFrom)
	out.LivenessProbe = pod.OverlayProbe(c.Pod.LivenessProbe, out.LivenessProbe)
	out.ReadinessProbe = pod.OverlayProbe(c.Pod.ReadinessProbe, out.ReadinessProbe)
	out.Resources = writeResources(c)
	out.VolumeMounts = addMounts(out.VolumeMounts, writeMounts(c.Component))
	return out
}

// writeResources writes the resources of a service as those of its main container. There
// they count before the amounts of DYN_DEPLOYMENT_CONFIG, which counted before them.
func writeResources(s service) corev1.ResourceRequirements {
	given := s.Pod.Resources
	if equality.Semantic.DeepEqual(given, dynamo.Resources{}) {
		s.config = dynamo.Amounts{} // It counts as it did.
	}
	return resources.Requirements(s.Component, s.config)
}

// addMounts puts the mounts of a service behind those of the main container, but for those
// at a path where something is mounted already: that is the same, or shared memory, of which
// a size is asked for.
func addMounts(own, more []corev1.VolumeMount) []corev1.VolumeMount {
	out := slices.Clone(own)
	for _, m := range more {
		if !slices.ContainsFunc(out, func(o corev1.VolumeMount) bool { return path.Clean(o.MountPath) == path.Clean(m.MountPath) }) {
			out = append(out, m)
		}
	}
	return out
}

// mergeEnv puts variables of the main container in place of others of the same names, and
// behind the rest.
func mergeEnv(base, over []corev1.EnvVar) []corev1.EnvVar {
	out := slices.DeleteFunc(slices.Clone(base), func(v corev1.EnvVar) bool {
		return slices.ContainsFunc(over, func(o corev1.EnvVar) bool { return o.Name == v.Name })
	})
	return append(out, over...)
}

// writeMounts writes the mounts of a service as those of its main container. A cache that
// stands behind them all is left to its own field. One before others is written, too, since
// the field's mount comes last, and another order would restart the pods.
func writeMounts(c dynamo.Component) []corev1.VolumeMount {
	var out []corev1.VolumeMount
	for i, m := range c.Pod.Mounts {
		if i == findCache(c) && i == len(c.Pod.Mounts)-1 && len(findFurtherCaches(c)) == 0 {
			continue
		}
		out = append(out, corev1.VolumeMount{Name: m.Name, MountPath: choosePath(c, m)})
	}
	return out
}

// choosePath returns where a mount goes: a cache without a path where its engine has it.
func choosePath(c dynamo.Component, m dynamo.Mount) string {
	if m.CompilationCache && m.Path == "" {
		return engine.CachePath(c.Engine.Name)
	}
	return m.Path
}

// writeSidecarName names the container of the frontend sidecar; empty without one.
func writeSidecarName(c dynamo.Component) string {
	if c.Pod.Sidecar == nil {
		return ""
	}
	return process.SidecarContainer
}
