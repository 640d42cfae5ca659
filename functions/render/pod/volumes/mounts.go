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

// userMount is a mount of the main container, and where the user wrote its path
// and its name.
type userMount struct {
	corev1.VolumeMount

	path, name *field.Path
	// service says that it is one of the service's, which name a volume and a
	// path and no more.
	service bool
}

// listUserMounts are those that the user gives to the main container: the
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

// findField is where a field of one of the service's mounts stands.
func findField(c dynamo.Component, i int, f dynamo.Field) *field.Path {
	return c.At.Form.Below(c.At.At(dynamo.FieldMounts).Index(i), f)
}

// choosePath is where a mount of the service goes.
func choosePath(m dynamo.Mount, e engine.Engine) string {
	if m.CompilationCache {
		return cmp.Or(m.Path, engine.CachePath(e))
	}
	return m.Path
}

// makeMainMounts are all mounts of the main container but those of an engine's rule
// and shared memory. Of several of one volume at one path the first stays, which
// is the container's own: it may say more than a path.
func makeMainMounts(c dynamo.Component) []corev1.VolumeMount {
	var out []corev1.VolumeMount
	for _, m := range listUserMounts(c) {
		if !slices.ContainsFunc(out, func(o corev1.VolumeMount) bool { return o.Name == m.Name && isSamePath(o, m.VolumeMount) }) {
			out = append(out, m.VolumeMount)
		}
	}
	return addPickerMounts(out, c)
}

// makeSidecarMounts are the mounts of the main container for the frontend beside it:
// without those of an engine's rule, and without shared memory, unless that is
// the user's affair alone.
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

// isSamePath says whether two mounts are at one place: a slash at the end of a
// path means nothing.
func isSamePath(a, b corev1.VolumeMount) bool {
	return path.Clean(a.MountPath) == path.Clean(b.MountPath)
}
