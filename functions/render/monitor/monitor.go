// Package monitor renders the PodMonitor by which a Prometheus finds the metrics of a
// graph's pods.
package monitor

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

const (
	// defaultInterval is that of the PodMonitors of Dynamo's operator: planners decide
	// by what was measured within their last interval, which may be a few seconds.
	defaultInterval = "5s"
	path            = "/metrics"
)

// Labels of metrics that Dynamo's planners and dashboards select by, as its operator's
// PodMonitors write them.
const (
	metricNamespace = "dynamo_namespace"
	metricType      = "dynamo_component_type"
)

// Owner is what a PodMonitor is of: a graph, or a component that no graph made.
type Owner struct {
	Name string
	// Labels of all of its pods, by which they are found.
	Labels map[string]string
}

// OfGraph returns a graph as an owner.
func OfGraph(name string) Owner {
	return Owner{Name: name, Labels: map[string]string{meta.LabelGraph: name}}
}

// OfComponent returns a component as an owner that no graph made.
func OfComponent(c dynamo.Component) Owner {
	return Owner{Name: c.Name, Labels: map[string]string{meta.LabelComponent: c.Service, meta.LabelNamespace: c.DynamoNamespace}}
}

// PodMonitor finds the metrics of an owner's components; nil where they have none.
func PodMonitor(o Owner, components []dynamo.Component, s settings.Settings) *monitoringv1.PodMonitor {
	endpoints := makeEndpoints(components, s)
	if len(endpoints) == 0 {
		return nil
	}
	kind := optional.PodMonitor()
	return &monitoringv1.PodMonitor{
		TypeMeta:   metav1.TypeMeta{APIVersion: kind.APIVersion, Kind: kind.Kind},
		ObjectMeta: metav1.ObjectMeta{Name: o.Name, Labels: meta.Merge(s.Monitoring.Labels, o.Labels)},
		Spec: monitoringv1.PodMonitorSpec{
			PodMetricsEndpoints: endpoints,
			Selector:            metav1.LabelSelector{MatchLabels: meta.Merge(o.Labels, map[string]string{meta.LabelMetricsEnabled: meta.True})},
		},
	}
}

// makeEndpoints makes an endpoint for each name of a port that metrics are told on,
// sorted by name.
func makeEndpoints(components []dynamo.Component, s settings.Settings) []monitoringv1.PodMetricsEndpoint {
	tellers := map[string][]dynamo.Component{}
	frontends := map[string]bool{}
	for _, c := range components {
		for _, p := range listPorts(c, s) {
			tellers[p.name] = append(tellers[p.name], c)
			frontends[p.name] = frontends[p.name] || p.frontend
		}
	}
	var out []monitoringv1.PodMetricsEndpoint
	for _, name := range slices.Sorted(maps.Keys(tellers)) {
		e := monitoringv1.PodMetricsEndpoint{
			Port:     ptr.To(name),
			Path:     path,
			Interval: monitoringv1.Duration(cmp.Or(s.Monitoring.Interval, defaultInterval)),
			// What frontends say of the models behind them counts.
			HonorLabels:    frontends[name],
			RelabelConfigs: []monitoringv1.RelabelConfig{keepOnly(tellers[name]), copyLabel(meta.LabelComponentType, metricType)},
		}
		if frontends[name] {
			e.RelabelConfigs = append(e.RelabelConfigs, copyLabel(meta.LabelNamespace, metricNamespace))
		}
		out = append(out, e)
	}
	return out
}

// keepOnly keeps the pods that tell metrics: those of some components, and of a replica
// on several nodes the one that serves. Others declare a port of that name, and nobody
// listens there.
func keepOnly(components []dynamo.Component) monitoringv1.RelabelConfig {
	more := map[string]bool{}
	for _, c := range components {
		for label := range c.Orchestrator.ServingLabels() {
			more[label] = true
		}
	}
	labels := append([]string{meta.LabelComponent}, slices.Sorted(maps.Keys(more))...)
	out := monitoringv1.RelabelConfig{Action: "keep"}
	for _, label := range labels {
		out.SourceLabels = append(out.SourceLabels, sourceOf(label))
	}
	var all []string
	for _, c := range components {
		all = append(all, describe(c, labels[1:]))
	}
	slices.Sort(all)
	out.Regex = strings.Join(slices.Compact(all), "|")
	return out
}

// describe is a regular expression for the labels of the pods of a component that serve.
func describe(c dynamo.Component, labels []string) string {
	out := []string{regexp.QuoteMeta(c.Service)}
	serving := c.Orchestrator.ServingLabels()
	for _, label := range labels {
		value, ok := serving[label]
		if !ok {
			out = append(out, ".*")
			continue
		}
		out = append(out, regexp.QuoteMeta(value))
	}
	return strings.Join(out, ";")
}

// copyLabel gives metrics a label of the pods that tell them.
func copyLabel(from, to string) monitoringv1.RelabelConfig {
	return monitoringv1.RelabelConfig{Action: "replace", SourceLabels: []monitoringv1.LabelName{sourceOf(from)}, TargetLabel: to}
}

// sourceOf is how Prometheus calls a label of pods.
func sourceOf(label string) monitoringv1.LabelName {
	foreign := regexp.MustCompile(`[^a-zA-Z0-9_]`)
	return monitoringv1.LabelName("__meta_kubernetes_pod_label_" + foreign.ReplaceAllString(label, "_"))
}
