// Package protect renders the objects that keep others from a component's pods: drains,
// which would take too many at once, and clients that have no business there.
package protect

import (
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/metadata"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Budget is how many of a component's pods drains may take away at once.
//
// It says how many may be unavailable, and not how many must be available: so it holds
// for any number of replicas, and with one replica keeps no drain from going on. It
// counts the pods of all nodes of a replica. When one of these goes all are made again,
// which is more than the budget has, so that the next replica waits.
//
// Pods that do not serve are no reason for a drain to wait: a service that is broken, or
// loads its model for an hour, would hold up the maintenance of nodes.
func Budget(c dynamo.Component, s settings.Disruption) *policyv1.PodDisruptionBudget {
	return &policyv1.PodDisruptionBudget{
		TypeMeta:   metav1.TypeMeta{APIVersion: policyv1.SchemeGroupVersion.String(), Kind: "PodDisruptionBudget"},
		ObjectMeta: metav1.ObjectMeta{Name: c.Name, Labels: metadata.WorkloadLabels(c)},
		Spec: policyv1.PodDisruptionBudgetSpec{
			MaxUnavailable:             ptr.To(ptr.Deref(s.MaxUnavailable, intstr.FromInt32(1))),
			Selector:                   &metav1.LabelSelector{MatchLabels: c.Orchestrator.PodSelector(c.Name)},
			UnhealthyPodEvictionPolicy: ptr.To(policyv1.AlwaysAllow),
		},
	}
}
