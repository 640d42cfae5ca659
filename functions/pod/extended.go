package pod

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// extended resources are counted in whole units and cannot be overcommitted;
// their names are outside of the kubernetes.io domain.
func extended(name corev1.ResourceName) bool {
	domain, _, ok := strings.Cut(string(name), "/")
	return ok && !strings.HasSuffix(domain, "kubernetes.io")
}

func sorted(amounts []amount) []amount {
	slices.SortFunc(amounts, func(a, b amount) int { return cmp.Compare(a.name, b.name) })
	return amounts
}

func sortedNames(l corev1.ResourceList) []corev1.ResourceName {
	return slices.Sorted(maps.Keys(l))
}
