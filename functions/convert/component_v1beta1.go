package convert

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// A component of v1beta1 is a service of v1alpha1 of which all that is about its pods
// stands in extraPodSpec and extraPodMetadata: v1alpha1 merges these over the fields that
// v1beta1 does not have. What both call differently follows from a table.

// readComponentV1Beta1 reads a component on its own. Raw is its spec as it was sent.
func readComponentV1Beta1(in *v1beta1.DynamoComponentDeployment, raw map[string]any) dynamo.Component {
	spec := field.NewPath("spec")
	shared := in.Spec.DynamoComponentDeploymentSharedSpec
	service := writeService(shared)
	service.ServiceName = in.Spec.Name
	kept, unreadable := readKeptComponent(in.Annotations)
	addKept(&service, kept)
	paths := pathsV1Beta1(shared, spec)
	addKeptPaths(&paths, kept, keptPath(meta.AnnotationKeptComponent))
	paths.Name, paths.Framework = spec.Child("name"), spec.Child("backendFramework")
	paths.AnnotationSources = append(paths.AnnotationSources,
		dynamo.Source{Path: field.NewPath("metadata", "annotations"), Values: in.Annotations})
	c := readShared(service, paths)
	c.Ignored = append(listIgnoredV1Beta1(raw, spec, "backendFramework", "crossplane"), unreadable...)
	addToPod(&c, shared)
	return placeAlone(c, in.ObjectMeta, in.Spec.BackendFramework)
}

// writeService writes a component as v1alpha1 does, without what v1alpha1 cannot say.
func writeService(in v1beta1.DynamoComponentDeploymentSharedSpec) v1alpha1.DynamoComponentDeploymentSharedSpec {
	out := v1alpha1.DynamoComponentDeploymentSharedSpec{
		ComponentType:          string(in.Type),
		EPPConfig:              in.EPPConfig,
		GlobalDynamoNamespace:  in.GlobalDynamoNamespace,
		ModelRef:               in.ModelRef,
		Replicas:               in.Replicas,
		RuntimeVersionOverride: in.RuntimeVersionOverride,
		ExtraPodMetadata:       writeMetadata(in.PodTemplate),
		ExtraPodSpec:           splitMain(in.PodTemplate),
	}
	if in.ScalingAdapter != nil {
		out.ScalingAdapter = &v1alpha1.ScalingAdapter{Enabled: true}
	}
	if in.Multinode != nil {
		out.Multinode = &v1alpha1.MultinodeSpec{NodeCount: in.Multinode.NodeCount}
	}
	if size := in.SharedMemorySize; size != nil {
		out.SharedMemory = &v1alpha1.SharedMemorySpec{Disabled: size.IsZero()}
		if !size.IsZero() {
			out.SharedMemory.Size = size
		}
	}
	if cache := in.CompilationCache; cache != nil {
		out.VolumeMounts = []v1alpha1.VolumeMount{{Name: cache.PVCName, MountPoint: cache.MountPath, UseAsCompilationCache: true}}
	}
	return out
}

// writeMetadata returns the labels and annotations of a pod template.
func writeMetadata(t *corev1.PodTemplateSpec) *v1alpha1.ExtraPodMetadata {
	if t == nil || len(t.Labels)+len(t.Annotations) == 0 {
		return nil
	}
	return &v1alpha1.ExtraPodMetadata{Labels: t.Labels, Annotations: t.Annotations}
}

// splitMain returns the spec of a pod template with its main container apart from the
// others, which keep their order.
func splitMain(t *corev1.PodTemplateSpec) *v1alpha1.ExtraPodSpec {
	if t == nil {
		return nil
	}
	out := &v1alpha1.ExtraPodSpec{PodSpec: t.Spec}
	i := slices.IndexFunc(t.Spec.Containers, func(c corev1.Container) bool { return c.Name == v1beta1.MainContainer })
	if i >= 0 {
		out.MainContainer = &t.Spec.Containers[i]
		out.Containers = slices.Concat(t.Spec.Containers[:i], t.Spec.Containers[i+1:])
	}
	return out
}

// addToPod adds to a component what no field of v1alpha1 says.
func addToPod(c *dynamo.Component, in v1beta1.DynamoComponentDeploymentSharedSpec) {
	if in.FrontendSidecar != "" {
		c.Pod.Sidecar = namedSidecar(c.Pod, in.FrontendSidecar)
	}
	if in.CompilationCache != nil {
		c.Faults = append(c.Faults, checkCacheVolume(*c, in.CompilationCache.PVCName)...)
	}
}

// namedSidecar returns the frontend sidecar that is one of the pod's own containers.
func namedSidecar(p dynamo.Pod, name string) *dynamo.Sidecar {
	p.Sidecar = &dynamo.Sidecar{Container: name}
	found, _ := p.FindSidecar()
	return &dynamo.Sidecar{Container: name, Image: found.Image}
}

// checkCacheVolume checks that a volume which has the name of the compilation cache's
// claim is that claim, and may be written.
func checkCacheVolume(c dynamo.Component, claim string) field.ErrorList {
	if KeepsCache(c.Pod.Spec.Volumes, claim) {
		return nil
	}
	return field.ErrorList{field.Invalid(c.At.Mount(0, dynamo.FieldMountName), claim,
		"a volume of the pod has this name, and is not this claim to be written: rename the volume, or remove it")}
}

// KeepsCache says whether a compilation cache of v1beta1 can be in a claim, given the
// volumes of its pod: none has the claim's name, or the claim to be written.
func KeepsCache(volumes []corev1.Volume, claim string) bool {
	i := slices.IndexFunc(volumes, func(v corev1.Volume) bool { return v.Name == claim })
	if i < 0 {
		return true
	}
	source := ptr.Deref(volumes[i].PersistentVolumeClaim, corev1.PersistentVolumeClaimVolumeSource{})
	return source.ClaimName == claim && !source.ReadOnly
}

// pathsV1Beta1 are those of what a component of a graph and one on its own have in common.
func pathsV1Beta1(in v1beta1.DynamoComponentDeploymentSharedSpec, at *field.Path) dynamo.Paths {
	out := dynamo.Paths{Spec: at, Form: FormV1Beta1()}
	if t := in.PodTemplate; t != nil {
		out.LabelSources = []dynamo.Source{{Path: out.At(dynamo.FieldPodLabels), Values: t.Labels}}
		out.AnnotationSources = []dynamo.Source{{Path: out.At(dynamo.FieldPodAnnotations), Values: t.Annotations}}
	}
	return out
}
