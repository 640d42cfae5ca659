package settings

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

// remedy of what two fields say together, whichever layers they are of.
const remedy = "leave one of the two out, in this layer or in one below it"

// clashFaults names what of the security contexts of pods and of their containers cannot be
// beside each other: the API server refuses such a pod, or a kubelet starts none of it. At is
// where the pod defaults are.
func clashFaults(pod *corev1.PodSecurityContext, container *corev1.SecurityContext, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	own, whole := ptr.Deref(container, corev1.SecurityContext{}), ptr.Deref(pod, corev1.PodSecurityContext{})
	of := at.Child("containerSecurityContext")
	if !ptr.Deref(own.AllowPrivilegeEscalation, true) {
		if ptr.Deref(own.Privileged, false) {
			faults = append(faults, field.Invalid(of.Child("allowPrivilegeEscalation"), false, "cannot be beside privileged: "+remedy))
		}
		if AddsSysAdmin(container) {
			faults = append(faults, field.Invalid(of.Child("allowPrivilegeEscalation"), false, "cannot be beside capability SYS_ADMIN: "+remedy))
		}
	}
	return append(faults, rootFaults(whole, own, at)...)
}

// rootFaults names the number of root beside what forbids root, for the pod or for its
// containers, which have what the pod says where they say nothing.
func rootFaults(pod corev1.PodSecurityContext, container corev1.SecurityContext, at *field.Path) field.ErrorList {
	const why = "is root, which runAsNonRoot: true forbids: " + remedy
	user, nonRoot := container.RunAsUser, container.RunAsNonRoot
	from := at.Child("containerSecurityContext", "runAsUser")
	if user == nil {
		user, from = pod.RunAsUser, at.Child("securityContext", "runAsUser")
	}
	if nonRoot == nil {
		nonRoot = pod.RunAsNonRoot
	}
	if user == nil || *user != 0 || !ptr.Deref(nonRoot, false) {
		return nil
	}
	return field.ErrorList{field.Invalid(from, *user, why)}
}

// AddsSysAdmin says whether a container has the capability with which it can escalate
// whatever its context says, as Kubernetes or as others spell it.
func AddsSysAdmin(in *corev1.SecurityContext) bool {
	return in != nil && in.Capabilities != nil && slices.ContainsFunc(in.Capabilities.Add, IsSysAdmin)
}

// IsSysAdmin says whether a capability is that one.
func IsSysAdmin(c corev1.Capability) bool { return c == "CAP_SYS_ADMIN" || c == "SYS_ADMIN" }

// clashes names what a source makes of the layers below it, whose own clash it is where it
// solves none. A clash is told where it comes from, and only where no layer above solves it.
func (s Source) clashes(below field.ErrorList, folded Settings) field.ErrorList {
	now := clashFaults(folded.PodDefaults.Security, folded.PodDefaults.ContainerSecurity, s.path.Child("podDefaults"))
	if len(now) > 0 && len(below) > 0 {
		return below
	}
	return now
}
