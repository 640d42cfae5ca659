package layer

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

// LacksGround says whether something that pods lean on is among the children and was not
// made yet: their account and its rights, what they mount. Core writes children in any
// order, so that what runs pods is asked for only in the next look: pods that come first
// are refused, and wait for longer than that.
//
// For a composite in a file there is no next look. A preview takes the time of creation
// away from those that a cluster holds.
func (in In) LacksGround(children []Child) bool {
	if in.IsInFile() {
		return false
	}
	return slices.ContainsFunc(children, func(c Child) bool { return isGround(c) && !in.Observed.Has(c.Key) })
}

// IsInFile says whether the composite was not created: it stands in a file and not in a
// cluster, as where it is rendered to see what becomes of it.
func (in In) IsInFile() bool { return Read(in.Composite).Metadata("creationTimestamp") == "" }

// PodsLast returns the children without those that run pods, are composed for the first
// time and do not exist, while the composite lacks ground.
func (in In) PodsLast(children []Child, isFirst func(key string) bool) []Child {
	if !in.LacksGround(children) {
		return children
	}
	return slices.DeleteFunc(children, func(c Child) bool { return isFirst(c.Key) && !in.Observed.Has(c.Key) })
}

func isGround(c Child) bool {
	switch c.Object.(type) {
	case *corev1.ServiceAccount, *rbacv1.RoleBinding, *corev1.ConfigMap, *corev1.Secret, *corev1.PersistentVolumeClaim:
		return true
	}
	return false
}
