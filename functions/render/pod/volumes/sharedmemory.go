package volumes

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// The volume that is the shared memory of the main container, and where processes
// look for it.
const (
	sharedMemoryVolume = "shared-memory"
	sharedMemoryPath   = "/dev/shm"
)

// defaultSharedMemory is 8Gi, which is enough for eight GPUs to exchange tensors.
func defaultSharedMemory() *resource.Quantity {
	return resource.NewQuantity(8<<30, resource.BinarySI)
}

// replacesSharedMemory says whether the component asks for a size of shared memory.
// Then that counts, also where the user mounts something else at /dev/shm.
func replacesSharedMemory(c dynamo.Component) bool {
	return !c.Pod.SharedMemory.Disabled && c.Pod.SharedMemory.Size != nil
}

// isAtSharedMemory says whether a mount is at /dev/shm.
func isAtSharedMemory(m corev1.VolumeMount) bool {
	return isSamePath(m, corev1.VolumeMount{MountPath: sharedMemoryPath})
}

// dropSharedMemory returns mounts without those at /dev/shm.
func dropSharedMemory(mounts []corev1.VolumeMount) []corev1.VolumeMount {
	return slices.DeleteFunc(slices.Clone(mounts), isAtSharedMemory)
}

// hasOwnSharedMemory says whether the user mounts a volume of their own at /dev/shm.
// A mount of the volume that is made here is no such, unless the user has a volume
// with its name.
func hasOwnSharedMemory(mounts []corev1.VolumeMount, user []corev1.Volume) bool {
	return slices.ContainsFunc(mounts, func(m corev1.VolumeMount) bool {
		return isAtSharedMemory(m) && (m.Name != sharedMemoryVolume || slices.ContainsFunc(user, hasName(m.Name)))
	})
}

// addSharedMemory adds /dev/shm to the mounts of the main container, and its volume
// to those of the pod. A mount of the user's own stands instead, unless the
// component asks for a size.
func addSharedMemory(c dynamo.Component, mounts []corev1.VolumeMount, volumes []corev1.Volume) ([]corev1.VolumeMount, []corev1.Volume) {
	forced := replacesSharedMemory(c)
	if c.Pod.SharedMemory.Disabled || !forced && hasOwnSharedMemory(mounts, volumes) {
		return mounts, volumes
	}
	mounts = dropSharedMemory(mounts)
	name := nameSharedMemory(mounts, volumes)
	if forced || !slices.ContainsFunc(volumes, hasName(name)) {
		volumes = replace(volumes, []corev1.Volume{makeSharedMemory(name, c.Pod.SharedMemory)})
	}
	return append(mounts, corev1.VolumeMount{Name: name, MountPath: sharedMemoryPath}), volumes
}

// nameSharedMemory chooses the name of the volume: another than usual where the user
// mounts a volume with that name elsewhere.
func nameSharedMemory(mounts []corev1.VolumeMount, volumes []corev1.Volume) string {
	elsewhere := func(m corev1.VolumeMount) bool { return m.Name == sharedMemoryVolume }
	if slices.ContainsFunc(mounts, elsewhere) {
		return findFreeName(sharedMemoryVolume, mounts, volumes)
	}
	return sharedMemoryVolume
}

// makeSharedMemory makes the volume, which is memory of the node.
func makeSharedMemory(name string, m dynamo.SharedMemory) corev1.Volume {
	size := m.Size
	if size == nil {
		size = defaultSharedMemory()
	}
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory, SizeLimit: size},
	}}
}

// Warnings tell of the user's mounts at /dev/shm that are left out, since the
// component asks for a size of shared memory.
func Warnings(c dynamo.Component) []string {
	if !replacesSharedMemory(c) {
		return nil
	}
	var out []string
	for _, m := range listUserMounts(c) {
		if isAtSharedMemory(m.VolumeMount) {
			out = append(out, fmt.Sprintf("%s: volume %q is not mounted at %s, where the memory is that %s asks for: leave out one of the two",
				m.path, m.Name, sharedMemoryPath, c.At.Word(dynamo.FieldSharedMemory)))
		}
	}
	return out
}
