package pod

import (
	"cmp"
	"fmt"
	"path"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/mpi"
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

// userMounts are those that the user gives to the main container: the
// container's own first, then the service's.
func userMounts(c dynamo.Component) []userMount {
	own := ptr.Deref(c.Pod.Main, corev1.Container{}).VolumeMounts
	out := make([]userMount, 0, len(own)+len(c.Pod.Mounts))
	for i, m := range own {
		at := mainPath(c, "volumeMounts").Index(i)
		out = append(out, userMount{VolumeMount: m, path: at.Child("mountPath"), name: at.Child("name")})
	}
	e := c.Engine.Name
	for i, m := range c.Pod.Mounts {
		mount := corev1.VolumeMount{Name: m.Name, MountPath: mountPath(m, e)}
		out = append(out, userMount{
			VolumeMount: mount,
			path:        mountField(c, i, dynamo.FieldMountPath),
			name:        mountField(c, i, dynamo.FieldMountName),
			service:     true,
		})
	}
	return out
}

// mountField is where a field of one of the service's mounts stands.
func mountField(c dynamo.Component, i int, f dynamo.Field) *field.Path {
	return c.At.Form.Below(c.At.At(dynamo.FieldMounts).Index(i), f)
}

// mountPath is where a mount of the service goes.
func mountPath(m dynamo.Mount, e engine.Engine) string {
	if m.CompilationCache {
		return cmp.Or(m.Path, engine.CachePath(e))
	}
	return m.Path
}

// mainMounts are all mounts of the main container but those of an engine's rule
// and shared memory. Of several of one volume at one path the first stays, which
// is the container's own: it may say more than a path.
func mainMounts(c dynamo.Component) []corev1.VolumeMount {
	var out []corev1.VolumeMount
	for _, m := range userMounts(c) {
		if !slices.ContainsFunc(out, func(o corev1.VolumeMount) bool { return o.Name == m.Name && samePath(o, m.VolumeMount) }) {
			out = append(out, m.VolumeMount)
		}
	}
	return withPickerMounts(out, c)
}

// sidecarMounts are the mounts of the main container for the frontend beside it:
// without those of an engine's rule, and without shared memory, unless that is
// the user's affair alone.
func sidecarMounts(c dynamo.Component, main, rule []corev1.VolumeMount) []corev1.VolumeMount {
	var out []corev1.VolumeMount
	for _, m := range main {
		ours := slices.ContainsFunc(rule, func(r corev1.VolumeMount) bool { return samePath(r, m) })
		if !ours && (c.Pod.SharedMemory.Disabled || !atSharedMemory(m)) {
			out = append(out, m)
		}
	}
	return out
}

// samePath says whether two mounts are at one place: a slash at the end of a
// path means nothing.
func samePath(a, b corev1.VolumeMount) bool {
	return path.Clean(a.MountPath) == path.Clean(b.MountPath)
}

// mountFaults names mounts of which each hides another.
func mountFaults(c dynamo.Component) field.ErrorList {
	faults := field.ErrorList{}
	all := userMounts(c)
	for i, m := range all {
		if m.MountPath == "" {
			continue // Named as what it is by cacheFaults, or by the API server.
		}
		if reserved(c, m.MountPath) {
			faults = append(faults, field.Invalid(m.path, m.MountPath, "is where the key pair for MPI is mounted: leave this mount out, or choose another path"))
		}
		at := slices.IndexFunc(all[:i], func(o userMount) bool { return samePath(o.VolumeMount, m.VolumeMount) })
		if at < 0 || sameMount(all[at], m) || replacesSharedMemory(c) && atSharedMemory(m.VolumeMount) {
			continue
		}
		faults = append(faults, field.Invalid(m.path, m.MountPath, conflict(all[at], m)))
	}
	return faults
}

// conflict says what is wrong with two mounts at one path.
func conflict(first, second userMount) string {
	what := fmt.Sprintf("volume %q", first.Name)
	if first.Name == second.Name {
		what = fmt.Sprintf("another part of volume %q", first.Name)
	}
	return fmt.Sprintf("%s is mounted there already by %s: choose another path for one of the two", what, first.path)
}

// sameMount says whether the second of two mounts at one path adds nothing to
// the first: it is of the same volume, and of the same part of it, or does not
// say of which.
func sameMount(first, second userMount) bool {
	return first.Name == second.Name &&
		(second.service || first.SubPath == second.SubPath && first.SubPathExpr == second.SubPathExpr)
}

// reserved says whether a rule of the component's engine mounts something at a
// path.
func reserved(c dynamo.Component, mountPath string) bool {
	return c.Multinode() && c.Engine.Name == engine.TRTLLM && path.Clean(mountPath) == mpi.KeysPath
}

// claimFaults checks the names of mounts that are claims, since the pod has no
// volume so called.
func claimFaults(c dynamo.Component) field.ErrorList {
	faults := field.ErrorList{}
	_, made := withSharedMemory(c, mainMounts(c), withPickerVolumes(c.Pod.Spec.Volumes, c))
	for _, m := range userMounts(c) {
		if slices.ContainsFunc(made, named(m.Name)) {
			continue
		}
		faults = append(faults, ClaimName(m.Name, m.name)...)
	}
	return faults
}

// ClaimName checks the name of a PersistentVolumeClaim.
func ClaimName(name string, at *field.Path) field.ErrorList {
	if len(validation.IsDNS1123Subdomain(name)) == 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(at, name,
		"is no name that a PersistentVolumeClaim can have: use lower-case letters, digits, hyphens and dots, as in model-cache")}
}
