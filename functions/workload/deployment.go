// Package workload renders the object that runs a component's pods.
package workload

import (
	"cmp"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// DefaultSurge is the share of pods that may be missing, or there twice, during
// a rolling update: the default of Kubernetes.
const DefaultSurge = "25%"

// Deployment runs a component of one node a replica.
func Deployment(c dynamo.Component, s settings.Settings) *appsv1.Deployment {
	return &appsv1.Deployment{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        c.Name,
			Labels:      pod.WorkloadLabels(c),
			Annotations: meta.Merge(c.Annotations),
		},
		Spec: appsv1.DeploymentSpec{
			Replicas: ptr.To(c.Replicas),
			// Frozen: the selector of a Deployment cannot change.
			Selector: &metav1.LabelSelector{MatchLabels: PodSelector(c)},
			Strategy: strategy(c.Annotations),
			Template: pod.Template(c, s),
		},
	}
}

// PodSelector selects the pods of a component's Deployment.
func PodSelector(c dynamo.Component) map[string]string {
	return map[string]string{meta.LabelSelector: c.Name}
}

func strategy(annotations map[string]string) appsv1.DeploymentStrategy {
	if annotations[meta.AnnotationDeploymentStrategy] == string(appsv1.RecreateDeploymentStrategyType) {
		return appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	}
	return appsv1.DeploymentStrategy{
		Type: appsv1.RollingUpdateDeploymentStrategyType,
		RollingUpdate: &appsv1.RollingUpdateDeployment{
			MaxSurge:       surge(annotations[meta.AnnotationMaxSurge]),
			MaxUnavailable: surge(annotations[meta.AnnotationMaxUnavailable]),
		},
	}
}

func surge(value string) *intstr.IntOrString {
	return ptr.To(intstr.Parse(cmp.Or(value, DefaultSurge)))
}

// Validate names the annotations that make no deployment strategy. Path is that
// of the annotations.
func Validate(c dynamo.Component, path *field.Path) field.ErrorList {
	faults := field.ErrorList{}
	known := []string{"Recreate", "RollingUpdate"}
	if t := c.Annotations[meta.AnnotationDeploymentStrategy]; t != "" && t != known[0] && t != known[1] {
		faults = append(faults, field.NotSupported(path.Key(meta.AnnotationDeploymentStrategy), t, known))
	}
	for _, key := range []string{meta.AnnotationMaxSurge, meta.AnnotationMaxUnavailable} {
		if v := c.Annotations[key]; v != "" && !isSurge(v) {
			faults = append(faults, field.Invalid(path.Key(key), v, "must be a number of pods or a percentage, such as 1 or 25%"))
		}
	}
	if len(faults) == 0 && none(c.Annotations[meta.AnnotationMaxSurge]) && none(c.Annotations[meta.AnnotationMaxUnavailable]) {
		faults = append(faults, field.Invalid(path.Key(meta.AnnotationMaxUnavailable), c.Annotations[meta.AnnotationMaxUnavailable],
			"must not be 0 while the surge is 0: no pod could ever be replaced"))
	}
	return faults
}

func isSurge(v string) bool {
	p := intstr.Parse(v)
	if p.Type == intstr.Int {
		return p.IntVal >= 0
	}
	n := intstr.Parse(strings.TrimSuffix(v, "%"))
	return strings.HasSuffix(v, "%") && n.Type == intstr.Int && n.IntVal >= 0
}

func none(v string) bool { return v != "" && intstr.Parse(strings.TrimSuffix(v, "%")).IntVal == 0 }
