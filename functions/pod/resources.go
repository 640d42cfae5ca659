package pod

import (
	"fmt"
	"maps"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// ResourceGPU is what gpu counts unless gpuType says otherwise.
const ResourceGPU corev1.ResourceName = "nvidia.com/gpu"

// amount is one resource of a block: where it stands and what it says.
type amount struct {
	name corev1.ResourceName
	at   *field.Path
	text string
}

// list spells out a block; path is the block's own.
func list(a dynamo.Amounts, path *field.Path) []amount {
	gpu := ResourceGPU
	if a.GPUType != "" {
		gpu = corev1.ResourceName(a.GPUType)
	}
	out := []amount{
		{corev1.ResourceCPU, path.Child("cpu"), a.CPU},
		{corev1.ResourceMemory, path.Child("memory"), a.Memory},
		{gpu, path.Child("gpu"), a.GPU},
	}
	for k, v := range a.Custom {
		out = append(out, amount{corev1.ResourceName(k), path.Child("custom").Key(k), v})
	}
	return out
}

// quantities parses a block. What does not parse is a fault and is left out.
func quantities(a dynamo.Amounts, path *field.Path) (corev1.ResourceList, field.ErrorList) {
	out, faults := corev1.ResourceList{}, field.ErrorList{}
	for _, r := range list(a, path) {
		if r.text == "" {
			continue
		}
		q, err := resource.ParseQuantity(r.text)
		if err != nil {
			faults = append(faults, field.Invalid(r.at, r.text, "is no quantity: write a number with a unit, such as 500m or 64Gi"))
			continue
		}
		out[r.name] = q
	}
	return out, faults
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

// serviceResources parses the resources block with what DYN_DEPLOYMENT_CONFIG
// says over it.
func serviceResources(r dynamo.Resources, legacy dynamo.Amounts, path *field.Path) (corev1.ResourceRequirements, field.ErrorList) {
	limits, faults := quantities(r.Limits, path.Child("limits"))
	requests, more := quantities(r.Requests, path.Child("requests"))
	faults = append(faults, more...)
	override, more := quantities(legacy, field.NewPath(fmt.Sprintf("%s[ServiceArgs].resources", DeploymentConfig)))
	faults = append(faults, more...)
	return corev1.ResourceRequirements{
		Limits:   over(limits, override),
		Requests: over(requests, override),
		Claims:   r.Claims,
	}, faults
}
