package settings

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
)

// annotationFaults names faults of keys, in their order, and keys that would say something
// to the function or to Kubernetes, which is said elsewhere.
func annotationFaults(in map[string]string, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(in)) {
		// The API server compares keys of annotations in lower case.
		for _, msg := range validation.IsQualifiedName(strings.ToLower(key)) {
			faults = append(faults, field.Invalid(at.Key(key), key, msg))
		}
		if why := explainSteering(key); why != "" {
			faults = append(faults, field.Forbidden(at.Key(key), why))
		}
		if key == corev1.PodDeletionCost && !isCost(in[key]) {
			faults = append(faults, field.Invalid(at.Key(key), in[key], "must be an integer, without a sign or zeros before it"))
		}
	}
	if err := apivalidation.ValidateAnnotationsSize(in); err != nil {
		faults = append(faults, field.TooLong(at, field.OmitValueType{}, apivalidation.TotalAnnotationSizeLimitB))
	}
	return faults
}

// explainSteering says why an annotation is not for all pods of a site; empty where it is.
func explainSteering(key string) string {
	switch {
	case slices.Contains(meta.SteeringAnnotations(), key):
		return "steers what is rendered, and not by the way of pods: set it on graphs or services"
	case strings.HasPrefix(key, corev1.DeprecatedAppArmorBetaContainerAnnotationKeyPrefix):
		return "names a container of one pod: set podDefaults.containerSecurityContext.appArmorProfile"
	case key == corev1.SeccompPodAnnotationKey, strings.HasPrefix(key, corev1.SeccompContainerAnnotationKeyPrefix):
		return "is of an older Kubernetes: set podDefaults.securityContext.seccompProfile"
	case key == corev1.TolerationsAnnotationKey:
		return "is of an older Kubernetes: set podDefaults.tolerations"
	case key == corev1.MirrorPodAnnotationKey:
		return "is what a kubelet gives to pods of its own: leave it out"
	}
	return ""
}

// isCost says whether a text is what the deletion of a pod can cost.
func isCost(v string) bool {
	n, err := strconv.ParseInt(v, 10, 32)
	return err == nil && strconv.FormatInt(n, 10) == v
}
