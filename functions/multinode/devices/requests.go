package devices

import (
	"fmt"
	"regexp"

	resourcev1 "k8s.io/api/resource/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// gpuClass is a device class of GPUs, or of slices of them, such as
// gpu.nvidia.com and mig.nvidia.com. Others are network devices and the like.
var gpuClass = regexp.MustCompile(`(?i)(^|[.-])(v?gpu|mig|xpu)s?([.-]|$)`)

// readRequests reads the requests of a claim, or of the claims of a template; it is not
// ok where there are none.
func readRequests(kind string, o layer.Object) ([]resourcev1.DeviceRequest, bool) {
	spec := o.Spec()
	if kind == kindTemplate {
		spec, _ = spec["spec"].(map[string]any)
	}
	claim := resourcev1.ResourceClaimSpec{}
	err := object.Into(spec, &claim)
	return claim.Devices.Requests, err == nil && len(claim.Devices.Requests) > 0
}

// countClaim returns the GPUs that a container gets of a claim with requests, or why
// they cannot be counted and what to do.
func countClaim(u use, requests []resourcev1.DeviceRequest) (int64, string) {
	sum := int64(0)
	for _, r := range requests {
		if u.request != "" && u.request != r.Name {
			continue
		}
		n, why := countRequest(r)
		if why != "" {
			return 0, fmt.Sprintf("request %q of %s %q %s", r.Name, u.kind, u.object, why)
		}
		sum += n
	}
	return sum, ""
}

// countRequest returns the number of GPUs of a request: none where it asks for other
// devices.
func countRequest(r resourcev1.DeviceRequest) (int64, string) {
	if r.Exactly != nil {
		return countDevices(r.Exactly.DeviceClassName, r.Exactly.AllocationMode, r.Exactly.Count)
	}
	if len(r.FirstAvailable) == 0 {
		return 0, "has a form that is not known: use exactly or firstAvailable"
	}
	first, why := int64(0), ""
	for i, sub := range r.FirstAvailable {
		n, unclear := countDevices(sub.DeviceClassName, sub.AllocationMode, sub.Count)
		switch {
		case unclear != "":
			why = unclear
		case i == 0:
			first = n
		case n != first:
			why = "takes another number of GPUs with each alternative: request the same number with all"
		}
	}
	return first, why
}

// countDevices returns the GPUs among those that a class gives. A count that is left out
// is 1.
func countDevices(class string, mode resourcev1.DeviceAllocationMode, count int64) (int64, string) {
	switch {
	case !gpuClass.MatchString(class):
		return 0, ""
	case mode == "" || mode == resourcev1.DeviceAllocationModeExactCount:
		return max(count, 1), ""
	case mode == resourcev1.DeviceAllocationModeAll:
		return 0, "takes all devices of a node: request a number of them"
	}
	return 0, fmt.Sprintf("has allocation mode %q, which is not known: use ExactCount", mode)
}
