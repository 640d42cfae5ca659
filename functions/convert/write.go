package convert

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// WriteComponent writes a component of a graph as the composite that the
// component layer reads: ReadComponent returns what was written. Fields that
// nothing acts on are left out, since the graph names them already.
func WriteComponent(c dynamo.Component) *v1alpha1.DynamoComponentDeployment {
	return &v1alpha1.DynamoComponentDeployment{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ComponentKind},
		ObjectMeta: metav1.ObjectMeta{
			Name:        c.Name,
			Labels:      makeLabels(c),
			Annotations: makeAnnotations(c),
		},
		Spec: v1alpha1.DynamoComponentDeploymentSpec{
			DynamoComponentDeploymentSharedSpec: writeShared(c),
			// Only what the user wrote: the field cannot change later, while
			// what is found in command lines can.
			BackendFramework: v1alpha1.BackendFramework(c.Engine.Declared),
		},
	}
}

// makeLabels makes the labels that the component shares with its pods, workload and
// Service.
func makeLabels(c dynamo.Component) map[string]string {
	out := map[string]string{
		meta.LabelComponent: c.Service,
		meta.LabelNamespace: c.DynamoNamespace,
		meta.LabelGraph:     c.Graph,
	}
	if c.Picked {
		out[meta.LabelComponentClass] = meta.ComponentClassWorker
	}
	return out
}

// makeAnnotations makes the annotations that tell a component what its spec does not say.
func makeAnnotations(c dynamo.Component) map[string]string {
	out := map[string]string{
		meta.AnnotationBackendFramework: c.Engine.Sibling,
		meta.AnnotationFrontendSidecar:  ptr.Deref(c.Pod.Sidecar, dynamo.Sidecar{}).Container,
		meta.AnnotationSSHSecret:        c.SSHSecret,
		meta.AnnotationRestartAt:        c.Restart,
		meta.AnnotationRestartCount:     c.RestartCount,
	}
	maps.DeleteFunc(out, func(_, value string) bool { return value == "" })
	return meta.Merge(out) // Nil for nothing.
}

func writeShared(c dynamo.Component) v1alpha1.DynamoComponentDeploymentSharedSpec {
	replicas := c.Replicas
	out := v1alpha1.DynamoComponentDeploymentSharedSpec{
		Annotations:           c.Own.Annotations,
		ComponentType:         writeType(c),
		EnvFromSecret:         c.Pod.EnvFromSecret,
		Envs:                  c.Pod.Envs,
		EPPConfig:             writePicker(c.Picker),
		ExtraPodMetadata:      writePodMetadata(c.Pod.Metadata),
		ExtraPodSpec:          writePodSpec(c.Pod),
		FrontendSidecar:       writeSidecar(c.Pod.Sidecar),
		GlobalDynamoNamespace: c.GlobalNamespace,
		Ingress:               writeIngress(c.Ingress),
		Labels:                c.Own.Labels,
		LivenessProbe:         c.Pod.LivenessProbe,
		ReadinessProbe:        c.Pod.ReadinessProbe,
		Replicas:              &replicas,
		Resources:             writeResources(c.Pod.Resources),
		// What the site says is left to the component, which reads the settings itself.
		RuntimeVersionOverride: c.RuntimeOverride,
		ServiceName:            c.Service,
		SharedMemory:           writeSharedMemory(c.Pod.SharedMemory),
		SubComponentType:       c.SubType,
		VolumeMounts:           writeMounts(c.Pod.Mounts),
	}
	if c.Model != "" {
		out.ModelRef = &v1alpha1.ModelReference{Name: c.Model, Revision: c.ModelRevision}
	}
	if c.Nodes != 1 {
		out.Multinode = &v1alpha1.MultinodeSpec{NodeCount: c.Nodes}
	}
	return out
}

// writeType returns the type as most manifests write it: prefill and decode are sub types
// of workers.
func writeType(c dynamo.Component) string {
	if c.SubType == c.Type && (c.Type == dynamo.TypePrefill || c.Type == dynamo.TypeDecode) {
		return dynamo.TypeWorker
	}
	return c.Type
}

func writePodMetadata(m dynamo.Metadata) *v1alpha1.ExtraPodMetadata {
	if len(m.Labels)+len(m.Annotations) == 0 {
		return nil
	}
	return &v1alpha1.ExtraPodMetadata{Labels: m.Labels, Annotations: m.Annotations}
}

// writePodSpec gives the main container the name that it will have, whatever
// its user called it: a container cannot be written without one.
func writePodSpec(p dynamo.Pod) *v1alpha1.ExtraPodSpec {
	if p.Main == nil && equality.Semantic.DeepEqual(p.Spec, corev1.PodSpec{}) {
		return nil
	}
	out := &v1alpha1.ExtraPodSpec{PodSpec: p.Spec}
	if p.Main != nil {
		main := *p.Main
		main.Name = dynamo.MainContainer
		out.MainContainer = &main
	}
	return out
}

func writeSharedMemory(m dynamo.SharedMemory) *v1alpha1.SharedMemorySpec {
	if !m.Disabled && m.Size == nil {
		return nil
	}
	return &v1alpha1.SharedMemorySpec{Disabled: m.Disabled, Size: m.Size}
}

func writeSidecar(s *dynamo.Sidecar) *v1alpha1.FrontendSidecar {
	if s == nil || s.Container != "" {
		return nil // One of the pod's containers: an annotation names it.
	}
	return &v1alpha1.FrontendSidecar{Image: s.Image, Args: s.Args, Envs: s.Envs, EnvFromSecret: s.EnvFromSecret}
}

func writeMounts(in []dynamo.Mount) []v1alpha1.VolumeMount {
	var out []v1alpha1.VolumeMount
	for _, m := range in {
		out = append(out, v1alpha1.VolumeMount{Name: m.Name, MountPoint: m.Path, UseAsCompilationCache: m.CompilationCache})
	}
	return out
}

func writeResources(r dynamo.Resources) *v1alpha1.Resources {
	out := &v1alpha1.Resources{Limits: writeAmounts(r.Limits), Requests: writeAmounts(r.Requests), Claims: r.Claims}
	if out.Limits == nil && out.Requests == nil && len(out.Claims) == 0 {
		return nil
	}
	return out
}

func writeAmounts(a dynamo.Amounts) *v1alpha1.ResourceItem {
	if a.CPU+a.Memory+a.GPU+a.GPUType == "" && len(a.Custom) == 0 {
		return nil
	}
	return &v1alpha1.ResourceItem{CPU: a.CPU, Memory: a.Memory, GPU: a.GPU, GPUType: a.GPUType, Custom: a.Custom}
}
