package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Resources of the main container.
type Resources struct {
	// Claims are dynamic resource claims of the pod that the container uses.
	// +optional
	Claims []corev1.ResourceClaim `json:"claims,omitempty"`

	// Limits of the container.
	// +optional
	Limits *ResourceItem `json:"limits,omitempty"`

	// Requests of the container.
	// +optional
	Requests *ResourceItem `json:"requests,omitempty"`
}

// ResourceItem is an amount of each resource, as Kubernetes quantities.
type ResourceItem struct {
	// CPU in cores, such as "8" or "500m".
	// +optional
	CPU string `json:"cpu,omitempty"`

	// Custom amounts by resource name.
	// +optional
	Custom map[string]string `json:"custom,omitempty"`

	// GPU is the number of GPUs.
	// +optional
	GPU string `json:"gpu,omitempty"`

	// GPUType is the resource that GPU counts; nvidia.com/gpu when left out.
	// +optional
	GPUType string `json:"gpuType,omitempty"`

	// Memory in bytes, such as "80Gi".
	// +optional
	Memory string `json:"memory,omitempty"`
}

// SharedMemorySpec sizes /dev/shm.
//
// +kubebuilder:validation:XValidation:rule="(has(self.disabled) && self.disabled) || (has(self.size) && (type(self.size) == string ? (isQuantity(self.size) && quantity(self.size).isGreaterThan(quantity('0'))) : self.size > 0))",message="shared memory that is not disabled needs a size above 0: give one, set disabled, or leave the block out for 8Gi",fieldPath=".size"
type SharedMemorySpec struct {
	// Disabled leaves /dev/shm to the container runtime.
	// +optional
	Disabled bool `json:"disabled,omitempty"`

	// Size of /dev/shm, as a quantity such as 16Gi.
	// +optional
	// +kubebuilder:validation:XIntOrString
	// +kubebuilder:validation:MaxLength=64
	Size *resource.Quantity `json:"size,omitempty"`
}

// VolumeMount mounts a claim of the graph, or another volume of the pod.
//
// +kubebuilder:validation:XValidation:rule="(has(self.mountPoint) && size(self.mountPoint) > 0) || (has(self.useAsCompilationCache) && self.useAsCompilationCache)",message="a volume mount needs a mountPoint unless it is the compilation cache: give one",fieldPath=".mountPoint"
type VolumeMount struct {
	// MountPoint is the path in the container.
	// +optional
	MountPoint string `json:"mountPoint,omitempty"`

	// Name of the claim or volume.
	Name string `json:"name"`

	// UseAsCompilationCache keeps the engine's compiled kernels there.
	// +optional
	// +kubebuilder:default=false
	UseAsCompilationCache bool `json:"useAsCompilationCache,omitempty"`
}
