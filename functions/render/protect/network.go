package protect

import (
	"cmp"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/metadata"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// NetworkPolicy is who reaches a component's pods. It says nothing of whom they reach,
// which is more than anybody can list: NATS, etcd, the API server, hubs of models.
//
// Kubernetes lets the node of a pod reach it in any case, so that probes work.
func NetworkPolicy(c dynamo.Component, s settings.Settings) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: "NetworkPolicy"},
		ObjectMeta: metav1.ObjectMeta{Name: c.Name, Labels: metadata.WorkloadLabels(c)},
		Spec: networkingv1.NetworkPolicySpec{
			PodSelector: metav1.LabelSelector{MatchLabels: c.Orchestrator.PodSelector(c.Name)},
			PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeIngress},
			Ingress:     listRules(c, s),
		},
	}
}

// listRules lists who reaches which ports.
func listRules(c dynamo.Component, s settings.Settings) []networkingv1.NetworkPolicyIngressRule {
	by := s.NetworkPolicy
	// Pods of a graph reach each other at ports that they choose when they start.
	out := []networkingv1.NetworkPolicyIngressRule{{From: slices.Concat(listOwn(c, s), by.Graph)}}
	if declared := listDeclared(c, s); len(by.System) > 0 && len(declared) > 0 {
		out = append(out, networkingv1.NetworkPolicyIngressRule{From: by.System, Ports: declared})
	}
	if doors := listDoors(c); len(doors) > 0 {
		out = append(out, networkingv1.NetworkPolicyIngressRule{From: listClients(by), Ports: doors})
	}
	return out
}

// listOwn lists the pods with which a component shares its work: those of its graph and,
// where graphs share a Dynamo namespace or there is no graph, those of its Dynamo
// namespace. With etcd these find each other in all namespaces.
func listOwn(c dynamo.Component, s settings.Settings) []networkingv1.NetworkPolicyPeer {
	var out []networkingv1.NetworkPolicyPeer
	if !c.Standalone {
		out = append(out, networkingv1.NetworkPolicyPeer{PodSelector: selectLabel(meta.LabelGraph, c.Graph)})
	}
	if !c.Standalone && !c.GlobalNamespace {
		return out
	}
	shared := networkingv1.NetworkPolicyPeer{PodSelector: selectLabel(meta.LabelNamespace, c.DynamoNamespace)}
	if c.GlobalNamespace && !discovery.Of(c, s).Kubernetes {
		shared.NamespaceSelector = &metav1.LabelSelector{}
	}
	return append(out, shared)
}

func selectLabel(name, value string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{name: value}}
}

// listClients lists who sends requests: nobody in particular, which is everybody, or
// whom the site names. Profilers of requests, which are pods of Jobs, try out the graphs
// that they make.
func listClients(by settings.NetworkPolicy) []networkingv1.NetworkPolicyPeer {
	if len(by.Frontends) == 0 {
		return nil
	}
	jobs := metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: batchv1.JobNameLabel, Operator: metav1.LabelSelectorOpExists},
	}}
	return append(slices.Clone(by.Frontends), networkingv1.NetworkPolicyPeer{PodSelector: &jobs})
}

// listDoors lists the ports that requests of clients and gateways come in by.
func listDoors(c dynamo.Component) []networkingv1.NetworkPolicyPort {
	var out []corev1.ContainerPort
	if c.Type == dynamo.TypeFrontend || c.Type == dynamo.TypePicker {
		out = append(out, process.Served(c))
	}
	if c.Pod.Sidecar != nil {
		out = append(out, process.ReadSidecar(c).Served())
	}
	return makePorts(out)
}

// listDeclared lists the ports that a component's pods declare.
func listDeclared(c dynamo.Component, s settings.Settings) []networkingv1.NetworkPolicyPort {
	var out []corev1.ContainerPort
	for _, role := range dynamo.Roles(c) {
		spec := pod.Template(c, s, role).Spec
		for _, container := range slices.Concat(spec.InitContainers, spec.Containers) {
			out = append(out, container.Ports...)
		}
	}
	return makePorts(out)
}

// makePorts makes each port once, sorted.
func makePorts(all []corev1.ContainerPort) []networkingv1.NetworkPolicyPort {
	all = slices.Clone(all)
	for i, p := range all {
		all[i] = corev1.ContainerPort{ContainerPort: p.ContainerPort, Protocol: cmp.Or(p.Protocol, corev1.ProtocolTCP)}
	}
	slices.SortFunc(all, func(a, b corev1.ContainerPort) int {
		return cmp.Or(cmp.Compare(a.ContainerPort, b.ContainerPort), cmp.Compare(a.Protocol, b.Protocol))
	})
	var out []networkingv1.NetworkPolicyPort
	for _, p := range slices.Compact(all) {
		out = append(out, networkingv1.NetworkPolicyPort{Protocol: &p.Protocol, Port: ptr.To(intstr.FromInt32(p.ContainerPort))})
	}
	return out
}
