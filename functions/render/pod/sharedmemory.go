package pod

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
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

// replacesSharedMemory says whether the component's sharedMemory block asks for
// a size, which counts whatever else the user mounts there.
func replacesSharedMemory(c dynamo.Component) bool {
	return !c.Pod.SharedMemory.Disabled && c.Pod.SharedMemory.Size != nil
}

func atSharedMemory(m corev1.VolumeMount) bool {
	return samePath(m, corev1.VolumeMount{MountPath: sharedMemoryPath})
}

// withoutSharedMemory are mounts without those of /dev/shm.
func withoutSharedMemory(mounts []corev1.VolumeMount) []corev1.VolumeMount {
	return slices.DeleteFunc(slices.Clone(mounts), atSharedMemory)
}

// ownSharedMemory says whether the user's mounts bring their own /dev/shm. A
// mount of the volume that is made for it is none, unless the user made that
// volume.
func ownSharedMemory(mounts []corev1.VolumeMount, user []corev1.Volume) bool {
	return slices.ContainsFunc(mounts, func(m corev1.VolumeMount) bool {
		return atSharedMemory(m) && (m.Name != sharedMemoryVolume || slices.ContainsFunc(user, named(m.Name)))
	})
}

// withSharedMemory puts /dev/shm behind the mounts of the main container, and
// its volume to those of the pod. The user's own stands, unless the component
// says what size it is to have.
func withSharedMemory(c dynamo.Component, mounts []corev1.VolumeMount, volumes []corev1.Volume) ([]corev1.VolumeMount, []corev1.Volume) {
	forced := replacesSharedMemory(c)
	if c.Pod.SharedMemory.Disabled || !forced && ownSharedMemory(mounts, volumes) {
		return mounts, volumes
	}
	mounts = withoutSharedMemory(mounts)
	name := sharedMemoryName(mounts, volumes)
	if forced || !slices.ContainsFunc(volumes, named(name)) {
		volumes = replaced(volumes, []corev1.Volume{sharedMemory(name, c.Pod.SharedMemory)})
	}
	return append(mounts, corev1.VolumeMount{Name: name, MountPath: sharedMemoryPath}), volumes
}

// sharedMemoryName is another than usual where the user mounts a volume so
// called elsewhere.
func sharedMemoryName(mounts []corev1.VolumeMount, volumes []corev1.Volume) string {
	elsewhere := func(m corev1.VolumeMount) bool { return m.Name == sharedMemoryVolume }
	if slices.ContainsFunc(mounts, elsewhere) {
		return freeName(sharedMemoryVolume, mounts, volumes)
	}
	return sharedMemoryVolume
}

func sharedMemory(name string, m dynamo.SharedMemory) corev1.Volume {
	size := m.Size
	if size == nil {
		size = defaultSharedMemory()
	}
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory, SizeLimit: size},
	}}
}

// sharedMemoryWarnings tell of mounts that the sharedMemory block replaces.
func sharedMemoryWarnings(c dynamo.Component) []string {
	if !replacesSharedMemory(c) {
		return nil
	}
	var out []string
	for _, m := range userMounts(c) {
		if atSharedMemory(m.VolumeMount) {
			out = append(out, fmt.Sprintf("%s: volume %q is not mounted at %s, where the memory is that %s asks for: leave out one of the two",
				m.path, m.Name, sharedMemoryPath, c.At.Word(dynamo.FieldSharedMemory)))
		}
	}
	return out
}
