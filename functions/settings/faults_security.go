package settings

import (
	"path"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
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
	faults = append(faults, sysctlFaults(in.Sysctls, at.Child("sysctls"))...)
	faults = append(faults, windowsFaults(in.WindowsOptions, at.Child("windowsOptions"))...)
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
	if ptr.Deref(in.ProcMount, "") == corev1.UnmaskedProcMount {
		faults = append(faults, field.Forbidden(at.Child("procMount"), "Unmasked needs pods with hostUsers: false: set both in the graphs that need it"))
	} else {
		faults = append(faults, checkOneOf(at.Child("procMount"), ptr.Deref(in.ProcMount, ""), corev1.DefaultProcMount)...)
	}
	faults = append(faults, windowsFaults(in.WindowsOptions, at.Child("windowsOptions"))...)
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
	faults = append(faults, localhostFaults(in.Type == corev1.SeccompProfileTypeLocalhost, in.LocalhostProfile, at)...)
	return append(faults, checkName(at.Child("localhostProfile"), ptr.Deref(in.LocalhostProfile, ""), isProfilePath)...)
}

func appArmorFaults(in *corev1.AppArmorProfile, at *field.Path) field.ErrorList {
	if in == nil {
		return nil
	}
	faults := requireOneOf(at.Child("type"), in.Type,
		corev1.AppArmorProfileTypeRuntimeDefault, corev1.AppArmorProfileTypeLocalhost, corev1.AppArmorProfileTypeUnconfined)
	faults = append(faults, localhostFaults(in.Type == corev1.AppArmorProfileTypeLocalhost, in.LocalhostProfile, at)...)
	return append(faults, checkName(at.Child("localhostProfile"), ptr.Deref(in.LocalhostProfile, ""), isProfileName)...)
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

// isProfilePath is how seccomp names a file below the folder of profiles on a node.
func isProfilePath(v string) []string {
	if path.IsAbs(v) || slices.Contains(strings.Split(v, "/"), "..") {
		return []string{"must be a path below the folder of profiles on the nodes, such as profiles/dynamo.json"}
	}
	return nil
}

// longestProfile is how long the name of a profile of AppArmor may be.
const longestProfile = 4095

// isProfileName is how AppArmor names profiles.
func isProfileName(v string) []string {
	if strings.TrimSpace(v) != v || len(v) > longestProfile {
		return []string{"must be the name of a profile on the nodes, without blanks around it"}
	}
	return nil
}

// sysctlName is how the API server wants the names of kernel parameters.
var sysctlName = regexp.MustCompile(`^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$`)

// sysctlFaults names kernel parameters without a name that can be one, and those that are
// there twice.
func sysctlFaults(in []corev1.Sysctl, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	seen := sets.Set[string]{}
	for i, s := range in {
		name := at.Index(i).Child("name")
		switch {
		case len(s.Name) > validation.DNS1123SubdomainMaxLength || !sysctlName.MatchString(s.Name):
			faults = append(faults, field.Invalid(name, s.Name, "must be the name of a kernel parameter, such as net.core.somaxconn"))
		case seen.Has(s.Name):
			faults = append(faults, field.Duplicate(name, s.Name))
		}
		seen.Insert(s.Name)
	}
	return faults
}

// windowsFaults refuses what the API server takes in pods of another operating system alone.
func windowsFaults(in *corev1.WindowsSecurityContextOptions, at *field.Path) field.ErrorList {
	if in == nil {
		return nil
	}
	return field.ErrorList{field.Forbidden(at, "is for pods on Windows, and those of Dynamo run on Linux: leave it out")}
}
