package security

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// withoutHosts is what a site says of pods without the kernel parameters that a pod shares
// with its node, which an API server refuses to set for one pod.
func withoutHosts(site *corev1.PodSecurityContext, pod corev1.PodSpec) *corev1.PodSecurityContext {
	shared := sharedBy(pod)
	if site == nil || len(shared) == 0 {
		return site
	}
	out := site.DeepCopy()
	out.Sysctls = slices.DeleteFunc(out.Sysctls, func(s corev1.Sysctl) bool {
		name := strings.ReplaceAll(s.Name, "/", ".")
		return slices.ContainsFunc(shared, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	})
	if len(out.Sysctls) == 0 {
		out.Sysctls = nil
	}
	return out
}

// sharedBy is how the names of the parameters begin that a pod shares with its node.
func sharedBy(pod corev1.PodSpec) []string {
	var out []string
	if pod.HostNetwork {
		out = append(out, "net.")
	}
	if pod.HostIPC {
		out = append(out, "kernel.msg", "kernel.sem", "kernel.shm", "fs.mqueue.")
	}
	return out
}
