// Package metadata makes the labels and annotations of what is rendered for a
// component: those of the runtime contract, over the user's.
package metadata

import (
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
)

// QueuedLabels are the labels of a component's workload object, with that of the queue that
// the settings name. Pods do not have it: Kueue gives it to them where they need it.
func QueuedLabels(c dynamo.Component) map[string]string {
	return meta.Merge(nameQueue(c, meta.LabelQueue), WorkloadLabels(c))
}

// WorkloadLabels are the labels that a component's workload object has in common with pods.
func WorkloadLabels(c dynamo.Component) map[string]string {
	fixed := map[string]string{
		meta.LabelComponent: c.Service,
		meta.LabelNamespace: c.DynamoNamespace,
	}
	if !c.Standalone {
		fixed[meta.LabelGraph] = c.Graph
	}
	if c.SubType != "" {
		fixed[meta.LabelSubComponentType] = c.SubType
	}
	if c.Model != "" {
		fixed[meta.LabelBaseModelHash] = names.ModelHash(c.Model)
	}
	if c.Picked {
		fixed[meta.LabelComponentClass] = meta.ComponentClassWorker
	}
	return meta.Merge(c.Labels, fixed)
}

// PodLabels are the labels of a component's pods of a role.
func PodLabels(c dynamo.Component, d discovery.Discovery, r dynamo.Role) map[string]string {
	fixed := map[string]string{}
	if c.Type != "" {
		fixed[meta.LabelComponentType] = c.Type
	}
	if c.Annotations[meta.AnnotationEnableMetrics] != "false" {
		fixed[meta.LabelMetricsEnabled] = meta.True
	}
	return meta.Merge(WorkloadLabels(c), DiscoveryLabels(d), c.Orchestrator.PodLabels(c.Name, r), fixed)
}

// DiscoveryLabels are the labels by which pods find each other, and their Services,
// through Kubernetes; none with etcd.
func DiscoveryLabels(d discovery.Discovery) map[string]string {
	if !d.Kubernetes {
		return nil
	}
	return map[string]string{
		meta.LabelDiscoveryBackend: "kubernetes",
		meta.LabelDiscoveryEnabled: meta.True,
	}
}
