// Package convert turns the API types into the internal model that renderers
// read. Beside it only the layers themselves read v1alpha1 specs.
package convert

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Component converts a DynamoComponentDeployment. The graph-name label says
// whether a graph made it.
func Component(in *v1alpha1.DynamoComponentDeployment) dynamo.Component {
	graph := in.Labels[meta.LabelGraph]
	c := service(in.Spec.DynamoComponentDeploymentSharedSpec)
	c.Name, c.Namespace = in.Name, in.Namespace
	c.Standalone = graph == ""
	c.Picked = in.Labels[meta.LabelComponentClass] == meta.ComponentClassWorker
	c.Graph = graph
	if c.Standalone {
		c.Graph = in.Name
	}
	c.Service = in.Spec.ServiceName
	if c.Service == "" {
		c.Service = in.Name
	}
	c.DynamoNamespace = dynamoNamespace(in.Namespace, c.Graph, in.Spec.GlobalDynamoNamespace)
	c.Annotations = meta.Merge(
		meta.Pick(in.Annotations, meta.Inherited()),
		c.Annotations,
		meta.Pick(in.Annotations, []string{meta.AnnotationRestartAt}))
	c.SSHSecret = in.Annotations[meta.AnnotationSSHSecret]
	c.Engine = dynamo.EngineHints{
		Declared: string(in.Spec.BackendFramework),
		Sibling:  in.Annotations[meta.AnnotationBackendFramework],
	}
	return c
}

func dynamoNamespace(namespace, graph string, global bool) string {
	if global {
		return names.GlobalDynamoNamespace
	}
	return names.DynamoNamespace(namespace, graph)
}

// service converts what a service and a component have in common.
func service(in v1alpha1.DynamoComponentDeploymentSharedSpec) dynamo.Component {
	c := dynamo.Component{
		Labels:      in.Labels,
		Annotations: in.Annotations,
		Replicas:    1,
		Nodes:       1,
		Pod:         pod(in),
		Ingress:     ingress(in.Ingress),
		Picker:      picker(in.EPPConfig),
		Unsupported: unsupported(in),
		Deprecated:  deprecated(in),
	}
	c.Type, c.SubType = types(in.ComponentType, in.SubComponentType)
	if m := in.ExtraPodMetadata; m != nil {
		c.Labels = meta.Merge(in.Labels, m.Labels)
		c.Annotations = meta.Merge(in.Annotations, m.Annotations)
	}
	c.ScalingAdapter = in.ScalingAdapter != nil && in.ScalingAdapter.Enabled
	if in.Replicas != nil {
		c.Replicas = *in.Replicas
	}
	if in.Multinode != nil {
		c.Nodes = in.Multinode.NodeCount
	}
	if in.ModelRef != nil {
		c.Model = in.ModelRef.Name
	}
	return c
}

// types resolves the effective type: a prefill or decode worker is of type
// prefill or decode, and such a type always has a sub type.
func types(componentType, sub string) (string, string) {
	special := func(t string) bool { return t == dynamo.TypePrefill || t == dynamo.TypeDecode }
	switch {
	case componentType == dynamo.TypeWorker && special(sub):
		return sub, sub
	case special(componentType) && sub == "":
		return componentType, componentType
	}
	return componentType, sub
}

func pod(in v1alpha1.DynamoComponentDeploymentSharedSpec) dynamo.Pod {
	p := dynamo.Pod{
		Envs:           in.Envs,
		EnvFromSecret:  in.EnvFromSecret,
		Resources:      resources(in.Resources),
		LivenessProbe:  in.LivenessProbe,
		ReadinessProbe: in.ReadinessProbe,
		Mounts:         mounts(in.VolumeMounts),
	}
	if e := in.ExtraPodSpec; e != nil {
		p.Spec, p.Main = e.PodSpec, e.MainContainer
	}
	if m := in.SharedMemory; m != nil {
		p.SharedMemory = dynamo.SharedMemory{Disabled: m.Disabled, Size: m.Size}
	}
	if s := in.FrontendSidecar; s != nil {
		p.Sidecar = &dynamo.Sidecar{Image: s.Image, Args: s.Args, Envs: s.Envs, EnvFromSecret: s.EnvFromSecret}
	}
	return p
}

func mounts(in []v1alpha1.VolumeMount) []dynamo.Mount {
	out := make([]dynamo.Mount, 0, len(in))
	for _, m := range in {
		out = append(out, dynamo.Mount{Name: m.Name, Path: m.MountPoint, CompilationCache: m.UseAsCompilationCache})
	}
	return out
}

func resources(in *v1alpha1.Resources) dynamo.Resources {
	if in == nil {
		return dynamo.Resources{}
	}
	return dynamo.Resources{
		Limits:   amounts(in.Limits),
		Requests: amounts(in.Requests),
		Claims:   append([]corev1.ResourceClaim(nil), in.Claims...),
	}
}

func amounts(in *v1alpha1.ResourceItem) dynamo.Amounts {
	if in == nil {
		return dynamo.Amounts{}
	}
	return dynamo.Amounts{CPU: in.CPU, Memory: in.Memory, GPU: in.GPU, GPUType: in.GPUType, Custom: in.Custom}
}
