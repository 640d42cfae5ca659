package pod

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/environment"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// addSite gives a pod the defaults of the site for what its user leaves out.
func addSite(spec corev1.PodSpec, c dynamo.Component, site settings.PodDefaults) corev1.PodSpec {
	spec.Affinity = settings.Over(site.Affinity, spec.Affinity)
	spec.NodeSelector = meta.Merge(site.NodeSelector, spec.NodeSelector)
	spec.PriorityClassName = cmp.Or(spec.PriorityClassName, site.PriorityClass)
	spec.SchedulerName = cmp.Or(spec.SchedulerName, site.Scheduler)
	spec.Tolerations = addTolerations(spec.Tolerations, site.Tolerations)
	spec.TopologySpreadConstraints = addSpread(spec.TopologySpreadConstraints, site.Spread, c)
	if spec.RuntimeClassName == nil && site.RuntimeClass != "" {
		spec.RuntimeClassName = ptr.To(site.RuntimeClass)
	}
	return spec
}

// addSiteEnv adds the variables of the site that a container does not have.
func addSiteEnv(to corev1.Container, site settings.PodDefaults) corev1.Container {
	if len(site.Env) > 0 {
		to.Env = environment.Add(slices.Clone(to.Env), site.Env)
	}
	return to
}

// addSpread adds the site's constraints behind the user's, apart from those for a topology of
// which the user says something. One that says of which pods counts these; any other counts
// the component's, which nobody could name for all of them.
func addSpread(user, site []corev1.TopologySpreadConstraint, c dynamo.Component) []corev1.TopologySpreadConstraint {
	out := slices.Clone(user)
	for _, s := range site {
		same := func(u corev1.TopologySpreadConstraint) bool { return u.TopologyKey == s.TopologyKey }
		if slices.ContainsFunc(user, same) {
			continue
		}
		s = *s.DeepCopy()
		if s.LabelSelector == nil {
			s.LabelSelector = &metav1.LabelSelector{MatchLabels: c.Orchestrator.PodSelector(c.Name)}
		}
		out = append(out, s)
	}
	return out
}

// addTolerations adds the site's tolerations behind the user's, apart from those that
// the user has already.
func addTolerations(user, site []corev1.Toleration) []corev1.Toleration {
	out := slices.Clone(user)
	for _, t := range site {
		same := func(u corev1.Toleration) bool { return equality.Semantic.DeepEqual(u, t) }
		if !slices.ContainsFunc(out, same) {
			out = append(out, t)
		}
	}
	return out
}
