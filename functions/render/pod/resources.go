package pod

import (
	"cmp"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// ResourceGPU is what gpu counts unless gpuType says otherwise.
const ResourceGPU corev1.ResourceName = "nvidia.com/gpu"

// amount is one resource of a block: where it stands, what it says and what
// that comes to.
type amount struct {
	name     corev1.ResourceName
	at       *field.Path
	text     string
	quantity resource.Quantity
}

// block is where amounts stand, and how the fields in it are spelled.
type block struct {
	at   *field.Path
	form dynamo.Form
}

// list returns the amounts of a block in a fixed order, each with its path.
func list(a dynamo.Amounts, b block) []amount {
	gpu := ResourceGPU
	if a.GPUType != "" {
		gpu = corev1.ResourceName(a.GPUType)
	}
	all := []amount{
		{name: corev1.ResourceCPU, at: b.form.Below(b.at, dynamo.FieldCPU), text: a.CPU},
		{name: corev1.ResourceMemory, at: b.form.Below(b.at, dynamo.FieldMemory), text: a.Memory},
		{name: gpu, at: b.form.Below(b.at, dynamo.FieldGPU), text: a.GPU},
	}
	for _, k := range slices.Sorted(maps.Keys(a.Custom)) {
		all = append(all, amount{name: corev1.ResourceName(k), at: b.form.Below(b.at, dynamo.FieldCustom).Key(k), text: a.Custom[k]})
	}
	return slices.DeleteFunc(all, func(r amount) bool { return r.text == "" })
}

// parse reads a block. What is no quantity is a fault and is left out.
func parse(a dynamo.Amounts, b block) ([]amount, field.ErrorList) {
	var out []amount
	faults := field.ErrorList{}
	for _, r := range list(a, b) {
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

// quantities are those of a block that can be read.
func quantities(a dynamo.Amounts) corev1.ResourceList {
	read, _ := parse(a, block{})
	out := make(corev1.ResourceList, len(read))
	for _, r := range read {
		out[r.name] = r.quantity
	}
	return out
}

// requirements are a service's resources with those of its main container over
// them, resource by resource.
func requirements(service corev1.ResourceRequirements, main corev1.ResourceRequirements) corev1.ResourceRequirements {
	out := corev1.ResourceRequirements{
		Limits:   over(service.Limits, main.Limits),
		Requests: over(service.Requests, main.Requests),
		Claims:   service.Claims,
	}
	if len(main.Claims) > 0 {
		out.Claims = main.Claims
	}
	return out
}

func over(base, top corev1.ResourceList) corev1.ResourceList {
	if len(base)+len(top) == 0 {
		return nil
	}
	out := make(corev1.ResourceList, len(base)+len(top))
	maps.Copy(out, base)
	maps.Copy(out, top)
	return out
}

// serviceResources are the resources block with what DYN_DEPLOYMENT_CONFIG says
// over it. Faults names what cannot be read.
func serviceResources(r dynamo.Resources, legacy dynamo.Amounts) corev1.ResourceRequirements {
	override := quantities(sameGPU(legacy, r))
	return corev1.ResourceRequirements{
		Limits:   over(quantities(r.Limits), override),
		Requests: over(quantities(r.Requests), override),
		Claims:   r.Claims,
	}
}

// sameGPU lets GPUs of DYN_DEPLOYMENT_CONFIG be of the type that the resources
// block counts, unless they name another.
func sameGPU(legacy dynamo.Amounts, r dynamo.Resources) dynamo.Amounts {
	legacy.GPUType = cmp.Or(legacy.GPUType, r.Limits.GPUType, r.Requests.GPUType)
	return legacy
}
