package settings

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"
)

// podSecurityFaults names what the API server would refuse of the security context of pods.
func podSecurityFaults(in *corev1.PodSecurityContext, at *field.Path) field.ErrorList {
	if in == nil {
		return nil
	}
	faults := idFaults(in.RunAsUser, at.Child("runAsUser"), validation.IsValidUserID)
	faults = append(faults, idFaults(in.RunAsGroup, at.Child("runAsGroup"), validation.IsValidGroupID)...)
	faults = append(faults, idFaults(in.FSGroup, at.Child("fsGroup"), validation.IsValidGroupID)...)
	for i, id := range in.SupplementalGroups {
		faults = append(faults, idFaults(&id, at.Child("supplementalGroups").Index(i), validation.IsValidGroupID)...)
	}
	faults = append(faults, checkOneOf(at.Child("fsGroupChangePolicy"), ptr.Deref(in.FSGroupChangePolicy, ""),
		corev1.FSGroupChangeOnRootMismatch, corev1.FSGroupChangeAlways)...)
	faults = append(faults, checkOneOf(at.Child("supplementalGroupsPolicy"), ptr.Deref(in.SupplementalGroupsPolicy, ""),
		corev1.SupplementalGroupsPolicyMerge, corev1.SupplementalGroupsPolicyStrict)...)
	faults = append(faults, checkOneOf(at.Child("seLinuxChangePolicy"), ptr.Deref(in.SELinuxChangePolicy, ""),
		corev1.SELinuxChangePolicyRecursive, corev1.SELinuxChangePolicyMountOption)...)
	faults = append(faults, seccompFaults(in.SeccompProfile, at.Child("seccompProfile"))...)
	return append(faults, appArmorFaults(in.AppArmorProfile, at.Child("appArmorProfile"))...)
}

// containerSecurityFaults does the same of the security context of containers.
func containerSecurityFaults(in *corev1.SecurityContext, at *field.Path) field.ErrorList {
	if in == nil {
		return nil
	}
	faults := idFaults(in.RunAsUser, at.Child("runAsUser"), validation.IsValidUserID)
	faults = append(faults, idFaults(in.RunAsGroup, at.Child("runAsGroup"), validation.IsValidGroupID)...)
	faults = append(faults, checkOneOf(at.Child("procMount"), ptr.Deref(in.ProcMount, ""), corev1.DefaultProcMount, corev1.UnmaskedProcMount)...)
	if ptr.Deref(in.Privileged, false) && !ptr.Deref(in.AllowPrivilegeEscalation, true) {
		faults = append(faults, field.Invalid(at.Child("allowPrivilegeEscalation"), false, "cannot be beside privileged: leave one of the two out"))
	}
	faults = append(faults, seccompFaults(in.SeccompProfile, at.Child("seccompProfile"))...)
	return append(faults, appArmorFaults(in.AppArmorProfile, at.Child("appArmorProfile"))...)
}

// idFaults names the number of a user or a group that is out of range.
func idFaults(id *int64, at *field.Path, rule func(int64) []string) field.ErrorList {
	if id == nil {
		return nil
	}
	var faults field.ErrorList
	for _, msg := range rule(*id) {
		faults = append(faults, field.Invalid(at, *id, msg))
	}
	return faults
}

func seccompFaults(in *corev1.SeccompProfile, at *field.Path) field.ErrorList {
	if in == nil {
		return nil
	}
	faults := requireOneOf(at.Child("type"), in.Type,
		corev1.SeccompProfileTypeRuntimeDefault, corev1.SeccompProfileTypeLocalhost, corev1.SeccompProfileTypeUnconfined)
	return append(faults, localhostFaults(in.Type == corev1.SeccompProfileTypeLocalhost, in.LocalhostProfile, at)...)
}

func appArmorFaults(in *corev1.AppArmorProfile, at *field.Path) field.ErrorList {
	if in == nil {
		return nil
	}
	faults := requireOneOf(at.Child("type"), in.Type,
		corev1.AppArmorProfileTypeRuntimeDefault, corev1.AppArmorProfileTypeLocalhost, corev1.AppArmorProfileTypeUnconfined)
	return append(faults, localhostFaults(in.Type == corev1.AppArmorProfileTypeLocalhost, in.LocalhostProfile, at)...)
}

// localhostFaults names the profile of a node that is missing, or of no use.
func localhostFaults(wanted bool, profile *string, at *field.Path) field.ErrorList {
	at = at.Child("localhostProfile")
	switch {
	case wanted && ptr.Deref(profile, "") == "":
		return field.ErrorList{field.Required(at, "name the profile on the nodes")}
	case !wanted && profile != nil:
		return field.ErrorList{field.Invalid(at, *profile, "needs type Localhost")}
	}
	return nil
}

// requireOneOf checks that a text is one of those that are known.
func requireOneOf[T ~string](at *field.Path, v T, known ...T) field.ErrorList {
	if v == "" {
		return field.ErrorList{field.NotSupported(at, v, known)}
	}
	return checkOneOf(at, v, known...)
}
