package volumes

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

func isAtSharedMemory(m corev1.VolumeMount) bool {
	return isSamePath(m, corev1.VolumeMount{MountPath: sharedMemoryPath})
}

// dropSharedMemory are mounts without those of /dev/shm.
func dropSharedMemory(mounts []corev1.VolumeMount) []corev1.VolumeMount {
	return slices.DeleteFunc(slices.Clone(mounts), isAtSharedMemory)
}

// hasOwnSharedMemory says whether the user's mounts bring their own /dev/shm. A
// mount of the volume that is made for it is none, unless the user made that
// volume.
func hasOwnSharedMemory(mounts []corev1.VolumeMount, user []corev1.Volume) bool {
	return slices.ContainsFunc(mounts, func(m corev1.VolumeMount) bool {
		return isAtSharedMemory(m) && (m.Name != sharedMemoryVolume || slices.ContainsFunc(user, hasName(m.Name)))
	})
}

// addSharedMemory puts /dev/shm behind the mounts of the main container, and
// its volume to those of the pod. The user's own stands, unless the component
// says what size it is to have.
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

// nameSharedMemory is another than usual where the user mounts a volume so
// called elsewhere.
func nameSharedMemory(mounts []corev1.VolumeMount, volumes []corev1.Volume) string {
	elsewhere := func(m corev1.VolumeMount) bool { return m.Name == sharedMemoryVolume }
	if slices.ContainsFunc(mounts, elsewhere) {
		return findFreeName(sharedMemoryVolume, mounts, volumes)
	}
	return sharedMemoryVolume
}

func makeSharedMemory(name string, m dynamo.SharedMemory) corev1.Volume {
	size := m.Size
	if size == nil {
		size = defaultSharedMemory()
	}
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory, SizeLimit: size},
	}}
}

// Warnings tell of mounts that the sharedMemory block replaces.
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
