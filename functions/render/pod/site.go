package pod

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// addSite gives a pod the defaults of the site for what its user leaves out.
func addSite(spec corev1.PodSpec, site settings.PodDefaults) corev1.PodSpec {
	spec.NodeSelector = meta.Merge(site.NodeSelector, spec.NodeSelector)
	spec.Tolerations = addTolerations(spec.Tolerations, site.Tolerations)
	if spec.RuntimeClassName == nil && site.RuntimeClass != "" {
		spec.RuntimeClassName = ptr.To(site.RuntimeClass)
	}
	return spec
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
