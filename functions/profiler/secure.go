package profiler

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/render/security"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// user is the user and group that all containers run as where nobody says another. The
// output volume is made writable for the group.
const user = 1000

// secure gives a pod, which has what its user says, the security contexts of the site under
// that, and under both the user and group of profilers.
func secure(pod corev1.PodSpec, site settings.PodDefaults) corev1.PodSpec {
	if site.Security == nil && site.ContainerSecurity == nil {
		pod.SecurityContext = settings.Over(ownSecurity(), pod.SecurityContext)
		return pod
	}
	own := ownSecurity()
	if of := site.ContainerSecurity; of != nil && of.RunAsUser != nil && *of.RunAsUser == 0 {
		own.RunAsNonRoot = nil // A kubelet would start no container of it.
	}
	site.Security = security.OverPod(own, site.Security)
	return security.Apply(pod, site)
}

func ownSecurity() *corev1.PodSecurityContext {
	return &corev1.PodSecurityContext{
		RunAsUser:    ptr.To[int64](user),
		RunAsGroup:   ptr.To[int64](user),
		RunAsNonRoot: ptr.To(true),
		FSGroup:      ptr.To[int64](user),
	}
}
