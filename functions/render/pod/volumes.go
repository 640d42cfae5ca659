package pod

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
)

// Shared memory of the main container.
const (
	sharedMemoryVolume = "shared-memory"
	sharedMemoryPath   = "/dev/shm"
)

// defaultSharedMemory is 8Gi, enough for the tensor exchange of eight GPUs.
func defaultSharedMemory() *resource.Quantity {
	return resource.NewQuantity(8<<30, resource.BinarySI)
}

// serviceMounts are the mounts of a service's volumeMounts.
func serviceMounts(mounts []dynamo.Mount, e engine.Engine) []corev1.VolumeMount {
	out := make([]corev1.VolumeMount, 0, len(mounts))
	for _, m := range mounts {
		out = append(out, corev1.VolumeMount{Name: m.Name, MountPath: mountPath(m, e)})
	}
	return out
}

func mountPath(m dynamo.Mount, e engine.Engine) string {
	if m.CompilationCache {
		return cmp.Or(m.Path, engine.CachePath(e))
	}
	return m.Path
}

// cacheEnv are the variables of the mounts that are compilation caches.
func cacheEnv(mounts []dynamo.Mount, e engine.Engine) []corev1.EnvVar {
	var out []corev1.EnvVar
	for _, m := range mounts {
		if m.CompilationCache {
			out = append(out, engine.CacheEnv(e, mountPath(m, e))...)
		}
	}
	return out
}

// ownMounts are the user's mounts without those that ours of /dev/shm replaces;
// all of them where shared memory is disabled.
func ownMounts(mounts []corev1.VolumeMount, m dynamo.SharedMemory) []corev1.VolumeMount {
	if m.Disabled {
		return mounts
	}
	return slices.DeleteFunc(slices.Clone(mounts), func(v corev1.VolumeMount) bool {
		return v.Name == sharedMemoryVolume || v.MountPath == sharedMemoryPath
	})
}

// withSharedMemory puts /dev/shm behind the mounts.
func withSharedMemory(mounts []corev1.VolumeMount, m dynamo.SharedMemory) []corev1.VolumeMount {
	if m.Disabled {
		return mounts
	}
	return append(slices.Clone(mounts), corev1.VolumeMount{Name: sharedMemoryVolume, MountPath: sharedMemoryPath})
}

func sharedMemory(m dynamo.SharedMemory) corev1.Volume {
	size := m.Size
	if size == nil {
		size = defaultSharedMemory()
	}
	return corev1.Volume{Name: sharedMemoryVolume, VolumeSource: corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory, SizeLimit: size},
	}}
}

// volumes of the pod: those that the main container mounts, in its order, then
// the user's rest. A mounted name without a volume is a claim of that name.
func volumes(user []corev1.Volume, mounts []corev1.VolumeMount, m dynamo.SharedMemory) []corev1.Volume {
	known := slices.Clone(user)
	if !m.Disabled {
		known = slices.DeleteFunc(known, named(sharedMemoryVolume))
		known = append(known, sharedMemory(m))
	}
	out := make([]corev1.Volume, 0, len(known)+len(mounts))
	for _, mount := range mounts {
		if slices.ContainsFunc(out, named(mount.Name)) {
			continue
		}
		out = append(out, volume(known, mount.Name))
	}
	for _, v := range known {
		if !slices.ContainsFunc(out, named(v.Name)) {
			out = append(out, v)
		}
	}
	return out
}

// volume is the one of that name, else a claim of that name.
func volume(known []corev1.Volume, name string) corev1.Volume {
	if i := slices.IndexFunc(known, named(name)); i >= 0 {
		return known[i]
	}
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name},
	}}
}

func named(name string) func(corev1.Volume) bool {
	return func(v corev1.Volume) bool { return v.Name == name }
}
