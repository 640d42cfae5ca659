package engine

import (
	"regexp"

	corev1 "k8s.io/api/core/v1"
)

// accelerator is an extended resource that counts GPUs, or slices of them, under
// another name than the usual ones. Others, such as a GPU's memory or a network
// device, are no GPUs.
var accelerator = regexp.MustCompile(`/(gpu|vgpu|pgpu|xpu|npu|tpu|gaudi)(\.shared)?$|/mig-|^gpu\.intel\.com/(xe|i915)$`)

// GPUs of a container: its limit, else its request, of the first of some
// resources that it has; else of all resources that count GPUs.
func GPUs(all corev1.ResourceRequirements, kinds ...corev1.ResourceName) int64 {
	for _, l := range []corev1.ResourceList{all.Limits, all.Requests} {
		for _, k := range kinds {
			if q, ok := l[k]; ok && k != "" {
				return q.Value()
			}
		}
	}
	for _, l := range []corev1.ResourceList{all.Limits, all.Requests} {
		if n := accelerators(l); n > 0 {
			return n
		}
	}
	return 0
}

func accelerators(l corev1.ResourceList) int64 {
	sum := int64(0)
	for name, q := range l {
		if accelerator.MatchString(string(name)) {
			sum += q.Value()
		}
	}
	return sum
}
