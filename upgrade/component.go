package upgrade

import (
	"encoding/json"
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// service is a service of a graph, or a component on its own: what its fields mean, beside
// the fields.
type service struct {
	dynamo.Component

	fields v1alpha1.DynamoComponentDeploymentSharedSpec
	// config are the amounts that count before those of the service, though not before
	// those of its main container.
	config dynamo.Amounts
}

// writeShared writes what a service and a component on its own have in common.
func writeShared(s service) (v1beta1.DynamoComponentDeploymentSharedSpec, []string) {
	old, c := s.fields, s.Component
	out := v1beta1.DynamoComponentDeploymentSharedSpec{
		CompilationCache:       writeCache(c),
		EPPConfig:              old.EPPConfig,
		Experimental:           writeExperimental(old),
		FrontendSidecar:        writeSidecarName(c),
		GlobalDynamoNamespace:  old.GlobalDynamoNamespace,
		MinAvailable:           old.MinAvailable,
		ModelRef:               old.ModelRef,
		Multinode:              writeMultinode(s),
		PodTemplate:            writeTemplate(s),
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
	return out, listLost(s)
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

// writeMultinode writes the number of nodes, which v1alpha1 may leave open in a block.
func writeMultinode(s service) *v1alpha1.MultinodeSpec {
	out := s.fields.Multinode.DeepCopy()
	if out != nil && out.NodeCount == 0 {
		out.NodeCount = s.Nodes
	}
	return out
}

// writeCache writes the mount that is the compilation cache; the others are mounts.
func writeCache(c dynamo.Component) *v1beta1.CompilationCache {
	i := findCache(c)
	if i < 0 {
		return nil
	}
	return &v1beta1.CompilationCache{PVCName: c.Pod.Mounts[i].Name, MountPath: c.Pod.Mounts[i].Path}
}

// findCache returns the place of the first compilation cache that v1beta1 takes for one,
// which has to be in a claim; -1 without any.
func findCache(c dynamo.Component) int {
	return slices.IndexFunc(c.Pod.Mounts, func(m dynamo.Mount) bool {
		return m.CompilationCache && convert.KeepsCache(c.Pod.Spec.Volumes, m.Name)
	})
}

// writeExperimental writes the blocks that stand together in v1beta1. There a block is on
// where it stands, and modes are spelt in another way.
func writeExperimental(old v1alpha1.DynamoComponentDeploymentSharedSpec) *runtime.RawExtension {
	blocks := map[string]any{}
	for name, block := range map[string]*runtime.RawExtension{
		"checkpoint":       old.Checkpoint,
		"failover":         old.Failover,
		"gpuMemoryService": old.GPUMemoryService,
	} {
		var value any
		if block == nil || json.Unmarshal(block.Raw, &value) != nil || value == nil {
			continue
		}
		if name == "checkpoint" {
			blocks[name] = value
		} else if on := writeSwitch(value); on != nil {
			blocks[name] = on
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

// writeSwitch writes a block with a switch as one that is the switch; nil where it is off.
func writeSwitch(block any) any {
	fields, ok := block.(map[string]any)
	if !ok {
		return block
	}
	if on, _ := fields["enabled"].(bool); !on {
		return nil
	}
	delete(fields, "enabled")
	switch fields["mode"] {
	case "intraPod":
		fields["mode"] = "IntraPod"
	case "interPod":
		fields["mode"] = "InterPod"
	}
	return fields
}
