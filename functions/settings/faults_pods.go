package settings

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

func podDefaultFaults(in v1beta1.PodDefaults, at *field.Path) field.ErrorList {
	faults := append(labelFaults(in.Labels, at.Child("labels")), ownLabelFaults(in.Labels, at.Child("labels"))...)
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

// annotationFaults names faults of keys, in their order, and keys that would say something
// to the function, which reads them of graphs and services only.
func annotationFaults(in map[string]string, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(in)) {
		// The API server compares keys of annotations in lower case.
		for _, msg := range validation.IsQualifiedName(strings.ToLower(key)) {
			faults = append(faults, field.Invalid(at.Key(key), key, msg))
		}
		if slices.Contains(meta.SteeringAnnotations(), key) {
			faults = append(faults, field.Forbidden(at.Key(key), "steers what is rendered, and not by the way of pods: set it on graphs or services"))
		}
	}
	return faults
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

// ownLabelFaults names labels by which Dynamo and its objects know pods, in their order.
func ownLabelFaults(in map[string]string, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(in)) {
		if slices.Contains(meta.PodLabels(), key) {
			faults = append(faults, field.Forbidden(at.Key(key), "is a label of Dynamo's, by which pods are told apart: remove it"))
		}
	}
	return faults
}

// tolerationFaults applies the rules of the API server.
func tolerationFaults(t corev1.Toleration, at *field.Path) field.ErrorList {
	faults := checkOneOf(at.Child("operator"), t.Operator,
		corev1.TolerationOpExists, corev1.TolerationOpEqual, corev1.TolerationOpLt, corev1.TolerationOpGt)
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
