// Package resources reads how much CPU, memory, GPUs and other resources a component
// asks for. Its user may write that in several places.
package resources

import (
	"cmp"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
)

// GPU is the resource that the field gpu counts, unless gpuType names another.
const GPU corev1.ResourceName = "nvidia.com/gpu"

// amount is how much of one resource is asked for: where that stands, what is written
// there, and which quantity that is.
type amount struct {
	name     corev1.ResourceName
	at       *field.Path
	text     string
	quantity resource.Quantity
}

// Block is a set of amounts, with where it stands and how its fields are spelled.
type Block struct {
	dynamo.Amounts

	At   *field.Path
	Form dynamo.Form
}

// list returns the amounts of a block in a fixed order, each with its path.
func (b Block) list() []amount {
	gpu := GPU
	if b.GPUType != "" {
		gpu = corev1.ResourceName(b.GPUType)
	}
	all := []amount{
		{name: corev1.ResourceCPU, at: b.path(dynamo.FieldCPU), text: b.CPU},
		{name: corev1.ResourceMemory, at: b.path(dynamo.FieldMemory), text: b.Memory},
		{name: gpu, at: b.path(dynamo.FieldGPU), text: b.GPU},
	}
	for _, k := range slices.Sorted(maps.Keys(b.Custom)) {
		all = append(all, amount{name: corev1.ResourceName(k), at: b.path(dynamo.FieldCustom).Key(k), text: b.Custom[k]})
	}
	return slices.DeleteFunc(all, func(r amount) bool { return r.text == "" })
}

// path is where a field of the block stands.
func (b Block) path(f dynamo.Field) *field.Path { return b.Form.Below(b.At, f) }

// parse reads the amounts of a block. What is no quantity is left out, and a fault.
func (b Block) parse() ([]amount, field.ErrorList) {
	var out []amount
	faults := field.ErrorList{}
	for _, r := range b.list() {
		q, err := resource.ParseQuantity(r.text)
		if err != nil {
			faults = append(faults, field.Invalid(r.at, r.text, "is no quantity: write a number with a unit, such as 500m or 64Gi"))
			continue
		}
		r.quantity = q
		out = append(out, r)
	}
	return out, faults
}

// readQuantities returns the amounts that can be read.
func readQuantities(a dynamo.Amounts) corev1.ResourceList {
	read, _ := Block{Amounts: a}.parse() // Faults names what cannot be read.
	out := make(corev1.ResourceList, len(read))
	for _, r := range read {
		out[r.name] = r.quantity
	}
	return out
}

// Requirements are the resources of a component's main container: those of the
// service, with what DYN_DEPLOYMENT_CONFIG says over them, and those that the
// container has itself over both, resource by resource.
func Requirements(c dynamo.Component, config dynamo.Amounts) corev1.ResourceRequirements {
	service, main := c.Pod.Resources, ptr.Deref(c.Pod.Main, corev1.Container{}).Resources
	override := readQuantities(addType(config, service))
	out := corev1.ResourceRequirements{
		Limits:   overlay(overlay(readQuantities(service.Limits), override), main.Limits),
		Requests: overlay(overlay(readQuantities(service.Requests), override), main.Requests),
		Claims:   service.Claims,
	}
	if len(main.Claims) > 0 {
		out.Claims = main.Claims
	}
	return out
}

// overlay merges two lists; where both have a resource, top counts.
func overlay(base, top corev1.ResourceList) corev1.ResourceList {
	if len(base)+len(top) == 0 {
		return nil
	}
	out := make(corev1.ResourceList, len(base)+len(top))
	maps.Copy(out, base)
	maps.Copy(out, top)
	return out
}

// addType gives the GPUs of DYN_DEPLOYMENT_CONFIG the type that the service names,
// unless the variable names one itself.
func addType(config dynamo.Amounts, service dynamo.Resources) dynamo.Amounts {
	config.GPUType = cmp.Or(config.GPUType, service.Limits.GPUType, service.Requests.GPUType)
	return config
}

// CountGPUs returns how many GPUs a container may use: of the type that the
// service names, or of any.
func CountGPUs(service dynamo.Resources, all corev1.ResourceRequirements) int64 {
	return engine.GPUs(all, GPU,
		corev1.ResourceName(service.Limits.GPUType),
		corev1.ResourceName(service.Requests.GPUType))
}
