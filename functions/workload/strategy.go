package workload

import (
	"cmp"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// DefaultSurge is the share of pods that may be missing, and that may be there in
// addition, during a rolling update. It is the default of Kubernetes.
const DefaultSurge = "25%"

// makeStrategy makes the strategy of a Deployment from the component's annotations.
func makeStrategy(annotations map[string]string) appsv1.DeploymentStrategy {
	if annotations[meta.AnnotationDeploymentStrategy] == string(appsv1.RecreateDeploymentStrategyType) {
		return appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	}
	return appsv1.DeploymentStrategy{
		Type: appsv1.RollingUpdateDeploymentStrategyType,
		RollingUpdate: &appsv1.RollingUpdateDeployment{
			MaxSurge:       parseSurge(annotations[meta.AnnotationMaxSurge]),
			MaxUnavailable: parseSurge(annotations[meta.AnnotationMaxUnavailable]),
		},
	}
}

// parseSurge reads a number of pods or a percentage.
func parseSurge(value string) *intstr.IntOrString {
	return ptr.To(intstr.Parse(cmp.Or(value, DefaultSurge)))
}

// StrategyFaults names annotations from which no deployment strategy can be made.
func StrategyFaults(c dynamo.Component) field.ErrorList {
	path := c.At.Annotations(meta.AnnotationDeploymentStrategy, meta.AnnotationMaxUnavailable, meta.AnnotationMaxSurge)
	known := []string{string(appsv1.RecreateDeploymentStrategyType), string(appsv1.RollingUpdateDeploymentStrategyType)}
	switch t := c.Annotations[meta.AnnotationDeploymentStrategy]; t {
	case known[0]:
		return nil // Nothing rolls, so that the numbers mean nothing.
	case known[1], "":
		return rollingFaults(c.Annotations, path)
	default:
		return field.ErrorList{field.NotSupported(path.Key(meta.AnnotationDeploymentStrategy), t, known)}
	}
}

// rollingFaults checks the two amounts of a rolling update.
func rollingFaults(annotations map[string]string, path *field.Path) field.ErrorList {
	faults := field.ErrorList{}
	for _, key := range []string{meta.AnnotationMaxSurge, meta.AnnotationMaxUnavailable} {
		if v := annotations[key]; v != "" && !isNumber(v) && !isPercent(v) {
			faults = append(faults, field.Invalid(path.Key(key), v, "must be a number of pods or a percentage, such as 1 or 25%"))
		}
	}
	surges, missing := annotations[meta.AnnotationMaxSurge], annotations[meta.AnnotationMaxUnavailable]
	at := path.Key(meta.AnnotationMaxUnavailable)
	switch {
	case len(faults) > 0:
	case isPercent(missing) && readCount(missing) > 100:
		faults = append(faults, field.Invalid(at, missing, "must not be above 100%"))
	case surges != "" && readCount(surges) == 0 && missing != "" && readCount(missing) == 0:
		faults = append(faults, field.Invalid(at, missing, "must not be 0 while the surge is 0: no pod could ever be replaced"))
	}
	return faults
}

func isNumber(v string) bool {
	_, err := strconv.ParseUint(v, 10, 31)
	return err == nil
}

func isPercent(v string) bool {
	return len(validation.IsValidPercent(v)) == 0 && isNumber(strings.TrimSuffix(v, "%"))
}

// readCount returns the number in a valid number or percentage.
func readCount(v string) int {
	n, _ := strconv.Atoi(strings.TrimSuffix(v, "%"))
	return n
}
