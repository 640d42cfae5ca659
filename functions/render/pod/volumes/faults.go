package volumes

import (
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

// Faults names mounts of a component that no pod can have.
func Faults(c dynamo.Component) field.ErrorList {
	return slices.Concat(cacheFaults(c), mountFaults(c), claimFaults(c))
}

// cacheFaults names compilation caches without a path, where the engine has no
// usual place for them either.
func cacheFaults(c dynamo.Component) field.ErrorList {
	e := c.Engine.Name
	reason := fmt.Sprintf("engine %q has no default place for a compilation cache: give the path", e)
	if e == engine.None {
		reason = "no engine is known here, and so no default place for a compilation cache: give the path"
	}
	faults := field.ErrorList{}
	for i, m := range c.Pod.Mounts {
		at := choosePath(m, e)
		switch {
		case at == "":
			faults = append(faults, field.Required(findField(c, i, dynamo.FieldMountPath), reason))
		case m.CompilationCache:
			faults = append(faults, readOnlyFaults(c, m.Name, at)...)
		}
	}
	return faults
}

// readOnlyFaults names a mount of the main container that keeps the engine from writing
// to its cache: the container's own mount wins over the cache's at the same path.
func readOnlyFaults(c dynamo.Component, name, at string) field.ErrorList {
	var out field.ErrorList
	for i, m := range ptr.Deref(c.Pod.Main, corev1.Container{}).VolumeMounts {
		if m.ReadOnly && m.Name == name && path.Clean(m.MountPath) == path.Clean(at) {
			out = append(out, field.Invalid(c.At.Main("volumeMounts").Index(i).Child("readOnly"), true,
				"is the compilation cache, which the engine writes: leave readOnly out"))
		}
	}
	return out
}

// mountFaults names mounts at a path where something else is mounted already.
func mountFaults(c dynamo.Component) field.ErrorList {
	faults := field.ErrorList{}
	all := listUserMounts(c)
	for i, m := range all {
		if m.MountPath == "" {
			continue // Named as what it is by cacheFaults, or by the API server.
		}
		if isReserved(c, m.MountPath) {
			faults = append(faults, field.Invalid(m.path, m.MountPath, "is where the key pair for MPI is mounted: leave this mount out, or choose another path"))
		}
		at := slices.IndexFunc(all[:i], func(o userMount) bool { return isSamePath(o.VolumeMount, m.VolumeMount) })
		if at < 0 || isSameMount(all[at], m) || replacesSharedMemory(c) && isAtSharedMemory(m.VolumeMount) {
			continue
		}
		faults = append(faults, field.Invalid(m.path, m.MountPath, explainConflict(all[at], m)))
	}
	return faults
}

// explainConflict says what is wrong with two mounts at one path.
func explainConflict(first, second userMount) string {
	what := fmt.Sprintf("volume %q", first.Name)
	if first.Name == second.Name {
		what = fmt.Sprintf("another part of volume %q", first.Name)
	}
	return fmt.Sprintf("%s is mounted there already by %s: choose another path for one of the two", what, first.path)
}

// isSameMount says whether the second of two mounts at one path is but the first
// once more: it is of the same volume and of the same part of it, or it is one of
// the service's, which cannot name a part.
func isSameMount(first, second userMount) bool {
	return first.Name == second.Name &&
		(second.service || first.SubPath == second.SubPath && first.SubPathExpr == second.SubPathExpr)
}

// isReserved says whether a rule of the component's engine mounts something at this
// path.
func isReserved(c dynamo.Component, mountPath string) bool {
	return c.Multinode() && c.Engine.Name == engine.TRTLLM && path.Clean(mountPath) == mpi.KeysPath
}

// claimFaults checks the names of mounts for which the pod has no volume, since they
// are names of claims.
func claimFaults(c dynamo.Component) field.ErrorList {
	faults := field.ErrorList{}
	_, made := addSharedMemory(c, makeMainMounts(c), addPickerVolumes(c.Pod.Spec.Volumes, c))
	for _, m := range listUserMounts(c) {
		if slices.ContainsFunc(made, hasName(m.Name)) {
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
