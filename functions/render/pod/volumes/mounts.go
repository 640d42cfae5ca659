package volumes

import (
	"cmp"
	"path"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
)

// userMount is a mount that the user gives to the main container, and where its path
// and its name stand in the manifest.
type userMount struct {
	corev1.VolumeMount

	path, name *field.Path
	// service says that it is one of the service's mounts, which say nothing but a
	// volume and a path.
	service bool
}

// listUserMounts returns the mounts that the user gives to the main container: the
// container's own first, then the service's.
func listUserMounts(c dynamo.Component) []userMount {
	own := ptr.Deref(c.Pod.Main, corev1.Container{}).VolumeMounts
	out := make([]userMount, 0, len(own)+len(c.Pod.Mounts))
	for i, m := range own {
		at := c.At.Main("volumeMounts").Index(i)
		out = append(out, userMount{VolumeMount: m, path: at.Child("mountPath"), name: at.Child("name")})
	}
	e := c.Engine.Name
	for i, m := range c.Pod.Mounts {
		mount := corev1.VolumeMount{Name: m.Name, MountPath: choosePath(m, e)}
		out = append(out, userMount{
			VolumeMount: mount,
			path:        findField(c, i, dynamo.FieldMountPath),
			name:        findField(c, i, dynamo.FieldMountName),
			service:     true,
		})
	}
	return out
}

// findField returns where a field of the service's mount number i stands.
func findField(c dynamo.Component, i int, f dynamo.Field) *field.Path {
	return c.At.Mount(i, f)
}

// choosePath returns where a mount of the service goes: a compilation cache without a
// path goes where the engine has it.
func choosePath(m dynamo.Mount, e engine.Engine) string {
	if m.CompilationCache {
		return cmp.Or(m.Path, engine.CachePath(e))
	}
	return m.Path
}

// makeMainMounts returns the mounts of the main container, without those of an
// engine's rule and shared memory. Of several mounts of one volume at one path the
// first stays. That is the container's own, if it has one, which may say more than a
// path.
func makeMainMounts(c dynamo.Component) []corev1.VolumeMount {
	var out []corev1.VolumeMount
	for _, m := range listUserMounts(c) {
		if !slices.ContainsFunc(out, func(o corev1.VolumeMount) bool { return o.Name == m.Name && isSamePath(o, m.VolumeMount) }) {
			out = append(out, m.VolumeMount)
		}
	}
	return addPickerMounts(out, c)
}

// makeSidecarMounts returns the mounts of a frontend beside the main container: those
// of the main container, without those of an engine's rule. Shared memory is among
// them only where the user turned off the one that is made here.
func makeSidecarMounts(c dynamo.Component, main, rule []corev1.VolumeMount) []corev1.VolumeMount {
	var out []corev1.VolumeMount
	for _, m := range main {
		ours := slices.ContainsFunc(rule, func(r corev1.VolumeMount) bool { return isSamePath(r, m) })
		if !ours && (c.Pod.SharedMemory.Disabled || !isAtSharedMemory(m)) {
			out = append(out, m)
		}
	}
	return out
}

// isSamePath says whether two mounts are at the same place. A slash at the end of a
// path makes no difference.
func isSamePath(a, b corev1.VolumeMount) bool {
	return path.Clean(a.MountPath) == path.Clean(b.MountPath)
}
