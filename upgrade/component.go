package upgrade

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// writeShared writes what a service and a component on its own have in common, given its
// fields and what they mean.
func writeShared(old v1alpha1.DynamoComponentDeploymentSharedSpec, c dynamo.Component) (v1beta1.DynamoComponentDeploymentSharedSpec, []string) {
	out := v1beta1.DynamoComponentDeploymentSharedSpec{
		CompilationCache:       writeCache(c),
		EPPConfig:              old.EPPConfig,
		Experimental:           writeExperimental(old),
		FrontendSidecar:        writeSidecarName(c),
		GlobalDynamoNamespace:  old.GlobalDynamoNamespace,
		MinAvailable:           old.MinAvailable,
		ModelRef:               old.ModelRef,
		Multinode:              old.Multinode,
		PodTemplate:            writeTemplate(c),
		ProviderOverride:       old.ProviderOverride,
		Replicas:               old.Replicas,
		RuntimeVersionOverride: old.RuntimeVersionOverride,
		SharedMemorySize:       writeSharedMemory(c.Pod.SharedMemory),
		TopologyConstraint:     old.TopologyConstraint,
		Type:                   writeType(c),
	}
	if c.ScalingAdapter {
		out.ScalingAdapter = &v1beta1.ScalingAdapter{}
	}
	return out, listLost(old, c)
}

// writeType writes the type of a component: prefill and decode workers are types of their
// own, and what v1beta1 does not know is none.
func writeType(c dynamo.Component) v1beta1.ComponentType {
	if !isKnown(c.Type) {
		return ""
	}
	return v1beta1.ComponentType(c.Type)
}

// isKnown says whether v1beta1 has a type.
func isKnown(componentType string) bool {
	switch componentType {
	case "", dynamo.TypeFrontend, dynamo.TypeWorker, dynamo.TypePrefill, dynamo.TypeDecode, dynamo.TypePlanner, dynamo.TypePicker:
		return true
	}
	return false
}

// writeSharedMemory writes the size of shared memory, of which zero is none.
func writeSharedMemory(m dynamo.SharedMemory) *resource.Quantity {
	if m.Disabled {
		return resource.NewQuantity(0, resource.DecimalSI)
	}
	return m.Size
}

// writeCache writes the first mount that is a compilation cache; the others are mounts.
func writeCache(c dynamo.Component) *v1beta1.CompilationCache {
	for _, m := range c.Pod.Mounts {
		if m.CompilationCache {
			return &v1beta1.CompilationCache{PVCName: m.Name, MountPath: m.Path}
		}
	}
	return nil
}

// writeExperimental writes the blocks that stand together in v1beta1, as they are.
func writeExperimental(old v1alpha1.DynamoComponentDeploymentSharedSpec) *runtime.RawExtension {
	blocks := map[string]json.RawMessage{}
	for name, block := range map[string]*runtime.RawExtension{
		"checkpoint":       old.Checkpoint,
		"failover":         old.Failover,
		"gpuMemoryService": old.GPUMemoryService,
	} {
		if block != nil && block.Raw != nil {
			blocks[name] = block.Raw
		}
	}
	if len(blocks) == 0 {
		return nil
	}
	raw, err := json.Marshal(blocks)
	if err != nil {
		return nil // Never: they were read from JSON.
	}
	return &runtime.RawExtension{Raw: raw}
}
