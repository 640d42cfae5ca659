package settings

import (
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// fold puts a layer over the ones below it: a text replaces theirs, a map is
// merged by key, a block of Kubernetes by its fields, and a list replaces theirs as a
// whole. What is empty says nothing.
func fold(base Settings, in v1beta1.Settings) Settings {
	out := base
	set(&out.DiscoveryBackend, in.Discovery.Backend)
	set(&out.NATSAddress, in.Infrastructure.NATSAddress)
	set(&out.EtcdAddress, in.Infrastructure.EtcdAddress)
	set(&out.ModelExpressURL, in.Infrastructure.ModelExpressURL)
	set(&out.PrometheusEndpoint, in.Infrastructure.PrometheusEndpoint)
	set(&out.Ingress.Class, in.Ingress.ClassName)
	set(&out.Ingress.TLSSecret, in.Ingress.TLSSecretName)
	set(&out.Ingress.HostSuffix, in.Ingress.HostSuffix)
	set(&out.Ingress.Gateway, in.Ingress.VirtualServiceGateway)
	out.Ingress.Route = foldRoute(base.Ingress.Route, in.Ingress.Gateway)
	set(&out.SSHSecret, in.Multinode.SSHSecretName)
	set(&out.DiscoveryClusterRole, in.RBAC.DiscoveryClusterRole)
	set(&out.PlannerClusterRole, in.RBAC.PlannerClusterRole)
	set(&out.PickerClusterRole, in.RBAC.PickerClusterRole)
	set(&out.ProfilerClusterRole, in.RBAC.ProfilerClusterRole)
	set(&out.HuggingFaceSecret, in.Profiler.HuggingFaceSecretName)
	set(&out.ProfilerImage, in.Profiler.Image)
	set(&out.ProfilerProtocol, in.Profiler.Protocol)
	out.Hardware = foldHardware(base.Hardware, in.Hardware)
	set(&out.Compositions.Component, in.Compositions.Component)
	set(&out.Compositions.ScalingAdapter, in.Compositions.ScalingAdapter)
	set(&out.Images.Frontend, in.Images.Frontend)
	set(&out.Images.SGLang, in.Images.SGLang)
	set(&out.Images.TRTLLM, in.Images.TRTLLM)
	set(&out.Images.VLLM, in.Images.VLLM)
	set(&out.Queue, in.Queue.Name)
	out.RuntimeVersion = version.Parse(in.Runtime.DefaultVersion).Or(base.RuntimeVersion)
	out.PullSecrets = replaceBy(base.PullSecrets, readPullSecrets(in.ImagePullSecrets))
	out.PodDefaults = mergePodDefaults(base.PodDefaults, in.PodDefaults)
	out.Monitoring = foldMonitoring(base.Monitoring, in.Monitoring)
	out.Disruption = foldDisruption(base.Disruption, in.Disruption)
	out.NetworkPolicy = foldNetworkPolicy(base.NetworkPolicy, in.NetworkPolicy)
	return out
}

// set writes a value that says anything.
func set[T comparable](dst *T, v T) {
	var nothing T
	if v != nothing {
		*dst = v
	}
}

// foldHardware puts what a layer says of GPUs over those below it.
func foldHardware(base Hardware, in v1beta1.Hardware) Hardware {
	out := base
	set(&out.Discovery, in.Discovery)
	set(&out.SKU, in.GPUSKU)
	set(&out.MemoryMiB, in.VRAMMB)
	set(&out.Total, in.TotalGPUs)
	set(&out.PerNode, in.NumGPUsPerNode)
	set(&out.Interconnect, in.Interconnect)
	set(&out.RDMA, in.RDMA)
	return out
}

// replaceBy returns the list of the upper layer, if it has any.
func replaceBy[T any](base, over []T) []T {
	if len(over) > 0 {
		return over
	}
	return base
}

// readPullSecrets reads the pull secrets of a layer.
func readPullSecrets(in []v1beta1.RegistryPullSecret) []PullSecret {
	out := make([]PullSecret, 0, len(in))
	for _, s := range in {
		out = append(out, PullSecret{Registry: s.Registry, Name: s.Name})
	}
	return out
}

// mergePodDefaults puts the pod defaults of a layer over those below it.
func mergePodDefaults(base PodDefaults, in v1beta1.PodDefaults) PodDefaults {
	out := PodDefaults{
		Labels:            meta.Merge(base.Labels, in.Labels),
		NodeSelector:      meta.Merge(base.NodeSelector, in.NodeSelector),
		RuntimeClass:      base.RuntimeClass,
		Tolerations:       replaceBy(base.Tolerations, in.Tolerations),
		Affinity:          Over(base.Affinity, in.Affinity),
		Annotations:       meta.Merge(base.Annotations, in.Annotations),
		Env:               replaceBy(base.Env, in.Env),
		PriorityClass:     base.PriorityClass,
		Scheduler:         base.Scheduler,
		Spread:            replaceBy(base.Spread, in.TopologySpreadConstraints),
		Security:          Over(base.Security, in.SecurityContext),
		ContainerSecurity: OverContainer(base.ContainerSecurity, in.ContainerSecurityContext),
	}
	set(&out.RuntimeClass, in.RuntimeClassName)
	set(&out.PriorityClass, in.PriorityClassName)
	set(&out.Scheduler, in.SchedulerName)
	return out
}

// decide writes a yes or no that was given.
func decide(dst *bool, v *bool) {
	if v != nil {
		*dst = *v
	}
}

// foldRoute puts the Gateway of a layer over that of those below it. A name without its
// namespace would be another Gateway, so that none of what belongs to one is mixed.
func foldRoute(base Route, in v1beta1.Gateway) Route {
	out := base
	if in.Name != "" {
		out.Name, out.Namespace, out.Section = in.Name, in.Namespace, in.SectionName
	}
	set(&out.Timeout, in.RequestTimeout)
	return out
}

func foldMonitoring(base Monitoring, in v1beta1.Monitoring) Monitoring {
	out := base
	decide(&out.PodMonitors, in.PodMonitors)
	out.Labels = meta.Merge(base.Labels, in.Labels)
	set(&out.Interval, in.Interval)
	return out
}

func foldDisruption(base Disruption, in v1beta1.Disruption) Disruption {
	out := base
	decide(&out.Budgets, in.PodDisruptionBudgets)
	set(&out.MaxUnavailable, in.MaxUnavailable)
	return out
}

func foldNetworkPolicy(base NetworkPolicy, in v1beta1.NetworkPolicy) NetworkPolicy {
	out := base
	decide(&out.Enabled, in.Enabled)
	out.Frontends = replaceBy(base.Frontends, in.FrontendPeers)
	out.System = replaceBy(base.System, in.SystemPeers)
	out.Graph = replaceBy(base.Graph, in.GraphPeers)
	return out
}
