// Package convert reads API types into the internal model that renderers read,
// and writes a component of a graph back as a composite of its own. Below it
// nobody knows the spec of any API version.
package convert

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// defaultNodes is the number of nodes of a component on several that does not say how many.
const defaultNodes = 2

// ReadComponent reads a DynamoComponentDeployment in the form of v1alpha1. The graph-name label says
// whether a graph made it.
func ReadComponent(in *v1alpha1.DynamoComponentDeployment) dynamo.Component {
	shared := in.Spec.DynamoComponentDeploymentSharedSpec
	paths := componentPaths(in)
	return placeAlone(readShared(shared, paths), in.ObjectMeta, in.Spec.BackendFramework)
}

// placeAlone gives a component that is an object of its own what follows from that. Its
// labels say what it is called and where it registers, where its spec does not: such are
// written by graphs, by hand, and by the operator whose cluster is taken over.
func placeAlone(c dynamo.Component, in metav1.ObjectMeta, declared v1alpha1.BackendFramework) dynamo.Component {
	c.Name, c.Namespace = in.Name, in.Namespace
	c.Graph = in.Labels[meta.LabelGraph]
	if c.Graph == "" {
		c.Graph, c.Standalone = in.Name, true
	}
	c.Service = cmp.Or(c.Service, in.Labels[meta.LabelComponent], in.Name)
	c.Picked = in.Labels[meta.LabelComponentClass] == meta.ComponentClassWorker
	c.DynamoNamespace = cmp.Or(in.Labels[meta.LabelNamespace], computeDynamoNamespace(c))
	c.Restart, c.RestartCount = in.Annotations[meta.AnnotationRestartAt], in.Annotations[meta.AnnotationRestartCount]
	c.Annotations = meta.Merge(
		meta.Pick(in.Annotations, meta.Inherited()),
		c.Annotations,
		meta.Pick(in.Annotations, []string{meta.AnnotationRestartAt, meta.AnnotationRestartCount}))
	c.SSHSecret = in.Annotations[meta.AnnotationSSHSecret]
	if name := in.Annotations[meta.AnnotationFrontendSidecar]; name != "" {
		c.Pod.Sidecar = namedSidecar(c.Pod, name)
	}
	c.Engine = dynamo.EngineChoice{
		Declared: string(declared),
		Sibling:  in.Annotations[meta.AnnotationBackendFramework],
	}
	c.Engine.Name = engine.Of(c)
	c.Ignored = append(listStandaloneIgnored(c), c.Ignored...)
	return c
}

// computeDynamoNamespace returns the namespace that a component's pods register in.
func computeDynamoNamespace(c dynamo.Component) string {
	if c.GlobalNamespace {
		return names.GlobalDynamoNamespace
	}
	return names.DynamoNamespace(c.Namespace, c.Graph)
}

// readShared reads what a service and a component have in common.
func readShared(in v1alpha1.DynamoComponentDeploymentSharedSpec, paths dynamo.Paths) dynamo.Component {
	c := dynamo.Component{
		At:              paths,
		Service:         in.ServiceName,
		GlobalNamespace: in.GlobalDynamoNamespace,
		Own:             dynamo.Metadata{Labels: in.Labels, Annotations: in.Annotations},
		Replicas:        1,
		Nodes:           1,
		Pod:             readPod(in),
		Ingress:         readIngress(in.Ingress),
		Picker:          readPicker(in.EPPConfig),
		RuntimeOverride: in.RuntimeVersionOverride,
		Ignored:         append(listUnsupported(in, paths.Spec), listDeprecated(in, paths.Spec)...),
	}
	c.Type, c.SubType = resolveTypes(in.ComponentType, in.SubComponentType)
	c.Labels = meta.Merge(c.Own.Labels, c.Pod.Metadata.Labels)
	c.Annotations = meta.Merge(c.Own.Annotations, c.Pod.Metadata.Annotations)
	c.ScalingAdapter = in.ScalingAdapter != nil && in.ScalingAdapter.Enabled
	if in.Replicas != nil {
		c.Replicas = *in.Replicas
	}
	if in.Multinode != nil {
		c.Nodes = cmp.Or(in.Multinode.NodeCount, defaultNodes)
	}
	c.Orchestrator = workload.Choose(c.Nodes)
	if in.ModelRef != nil {
		c.Model, c.ModelRevision = in.ModelRef.Name, in.ModelRef.Revision
	}
	c.Faults = findCountFaults(in, paths)
	return c
}

// findCountFaults checks what a definition checks in the form of its own version alone.
func findCountFaults(in v1alpha1.DynamoComponentDeploymentSharedSpec, paths dynamo.Paths) field.ErrorList {
	var out field.ErrorList
	if in.Replicas != nil && *in.Replicas < 0 {
		out = append(out, field.Invalid(paths.At(dynamo.FieldReplicas), *in.Replicas, "must be 0 or more"))
	}
	if in.Multinode != nil && (in.Multinode.NodeCount < 0 || in.Multinode.NodeCount == 1) {
		out = append(out, field.Invalid(paths.At(dynamo.FieldMultinode).Child("nodeCount"), in.Multinode.NodeCount,
			"must be 2 or more: leave multinode out for one node"))
	}
	if s := in.SharedMemory; s != nil && s.Size != nil && s.Size.Sign() < 0 {
		out = append(out, field.Invalid(paths.At(dynamo.FieldSharedMemory), s.Size.String(), "must be 0 or more"))
	}
	if in.ModelRef != nil && in.ModelRef.Name == "" {
		out = append(out, field.Required(paths.At(dynamo.FieldModel).Child("name"), "name the base model, or leave modelRef out"))
	}
	return out
}

// listStandaloneIgnored names the fields that have no effect on a component without a
// graph.
func listStandaloneIgnored(c dynamo.Component) []string {
	if !c.Standalone || !c.ScalingAdapter {
		return nil
	}
	return []string{c.At.At(dynamo.FieldScalingAdapter).String() + " (belongs to the services of a graph)"}
}

// componentPaths are those of a component on its own.
func componentPaths(in *v1alpha1.DynamoComponentDeployment) dynamo.Paths {
	spec := field.NewPath("spec")
	out := sharedPaths(in.Spec.DynamoComponentDeploymentSharedSpec, spec)
	out.Name, out.Framework = spec.Child("serviceName"), spec.Child("backendFramework")
	out.AnnotationSources = append(out.AnnotationSources,
		dynamo.Source{Path: field.NewPath("metadata", "annotations"), Values: in.Annotations})
	return out
}

// sharedPaths are those of what a service and a component have in common.
func sharedPaths(in v1alpha1.DynamoComponentDeploymentSharedSpec, spec *field.Path) dynamo.Paths {
	out := dynamo.Paths{Spec: spec, Form: Form()}
	if m := in.ExtraPodMetadata; m != nil {
		out.LabelSources = []dynamo.Source{{Path: out.At(dynamo.FieldPodLabels), Values: m.Labels}}
		out.AnnotationSources = []dynamo.Source{{Path: out.At(dynamo.FieldPodAnnotations), Values: m.Annotations}}
	}
	out.LabelSources = append(out.LabelSources, dynamo.Source{Path: out.At(dynamo.FieldLabels), Values: in.Labels})
	out.AnnotationSources = append(out.AnnotationSources, dynamo.Source{Path: out.At(dynamo.FieldAnnotations), Values: in.Annotations})
	return out
}

// resolveTypes returns the effective type and sub type: a prefill or decode worker is of
// type prefill or decode, and such a type always has a sub type.
func resolveTypes(componentType, sub string) (string, string) {
	special := func(t string) bool { return t == dynamo.TypePrefill || t == dynamo.TypeDecode }
	switch {
	case componentType == dynamo.TypeWorker && special(sub):
		return sub, sub
	case special(componentType) && sub == "":
		return componentType, componentType
	}
	return componentType, sub
}

func readPod(in v1alpha1.DynamoComponentDeploymentSharedSpec) dynamo.Pod {
	p := dynamo.Pod{
		Envs:           in.Envs,
		EnvFromSecret:  in.EnvFromSecret,
		Resources:      readResources(in.Resources),
		LivenessProbe:  in.LivenessProbe,
		ReadinessProbe: in.ReadinessProbe,
		Mounts:         readMounts(in.VolumeMounts),
	}
	if e := in.ExtraPodSpec; e != nil {
		p.Spec, p.Main = e.PodSpec, e.MainContainer
	}
	if m := in.ExtraPodMetadata; m != nil {
		p.Metadata = dynamo.Metadata{Labels: m.Labels, Annotations: m.Annotations}
	}
	if m := in.SharedMemory; m != nil {
		p.SharedMemory = dynamo.SharedMemory{Disabled: m.Disabled, Size: m.Size}
	}
	if s := in.FrontendSidecar; s != nil {
		p.Sidecar = &dynamo.Sidecar{Image: s.Image, Args: s.Args, Envs: s.Envs, EnvFromSecret: s.EnvFromSecret}
	}
	return p
}

func readMounts(in []v1alpha1.VolumeMount) []dynamo.Mount {
	out := make([]dynamo.Mount, 0, len(in))
	for _, m := range in {
		out = append(out, dynamo.Mount{Name: m.Name, Path: m.MountPoint, CompilationCache: m.UseAsCompilationCache})
	}
	return out
}

func readResources(in *v1alpha1.Resources) dynamo.Resources {
	if in == nil {
		return dynamo.Resources{}
	}
	return dynamo.Resources{
		Limits:   readAmounts(in.Limits),
		Requests: readAmounts(in.Requests),
		Claims:   append([]corev1.ResourceClaim(nil), in.Claims...),
	}
}

func readAmounts(in *v1alpha1.ResourceItem) dynamo.Amounts {
	if in == nil {
		return dynamo.Amounts{}
	}
	return dynamo.Amounts{CPU: in.CPU, Memory: in.Memory, GPU: in.GPU, GPUType: in.GPUType, Custom: in.Custom}
}
