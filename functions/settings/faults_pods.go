package settings

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// podDefaultFaults names what the API server would refuse in pods. What only the fields of
// several layers together make wrong, clashes names.
func podDefaultFaults(in v1beta1.PodDefaults, at *field.Path) field.ErrorList {
	faults := labelFaults(in.Labels, at.Child("labels"))
	faults = append(faults, ownedFaults(in.Labels, at.Child("labels"))...)
	faults = append(faults, labelFaults(in.NodeSelector, at.Child("nodeSelector"))...)
	for i, t := range in.Tolerations {
		faults = append(faults, tolerationFaults(t, at.Child("tolerations").Index(i))...)
	}
	return slices.Concat(faults,
		annotationFaults(in.Annotations, at.Child("annotations")),
		affinityFaults(in.Affinity, at.Child("affinity")),
		spreadFaults(in.TopologySpreadConstraints, at.Child("topologySpreadConstraints")),
		envFaults(in.Env, at.Child("env")),
		podSecurityFaults(in.SecurityContext, at.Child("securityContext")),
		containerSecurityFaults(in.ContainerSecurityContext, at.Child("containerSecurityContext")),
	)
}

// labelFaults names faults of keys and values, in the order of the keys.
func labelFaults(in map[string]string, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(in)) {
		faults = append(faults, checkName(at.Key(key), key, validation.IsQualifiedName)...)
		faults = append(faults, checkName(at.Key(key), in[key], validation.IsValidLabelValue)...)
	}
	return faults
}

// tolerationFaults applies the rules of the API server.
func tolerationFaults(t corev1.Toleration, at *field.Path) field.ErrorList {
	if t.Operator == corev1.TolerationOpLt || t.Operator == corev1.TolerationOpGt {
		return field.ErrorList{field.Forbidden(at.Child("operator"), fmt.Sprintf(
			"%s is refused by API servers without feature gate TaintTolerationComparisonOperators, which is off by default: use Exists or Equal, or set it in a graph", t.Operator))}
	}
	faults := checkOneOf(at.Child("operator"), t.Operator, corev1.TolerationOpExists, corev1.TolerationOpEqual)
	faults = append(faults, checkOneOf(at.Child("effect"), t.Effect,
		corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute)...)
	faults = append(faults, checkName(at.Child("key"), t.Key, validation.IsQualifiedName)...)
	if t.Key == "" && t.Operator != corev1.TolerationOpExists {
		faults = append(faults, field.Required(at.Child("key"), "name the taint, or tolerate all of them with operator Exists"))
	}
	if t.Operator == corev1.TolerationOpExists && t.Value != "" {
		faults = append(faults, field.Invalid(at.Child("value"), t.Value, "must be empty with operator Exists"))
	}
	faults = append(faults, checkName(at.Child("value"), t.Value, validation.IsValidLabelValue)...)
	if t.TolerationSeconds != nil && t.Effect != corev1.TaintEffectNoExecute {
		faults = append(faults, field.Invalid(at.Child("tolerationSeconds"), *t.TolerationSeconds, "needs effect NoExecute"))
	}
	return faults
}
