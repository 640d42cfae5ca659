package resources

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Faults checks the amounts of a component's resources: they parse, are not
// negative, requests do not pass limits, and extended resources are limited by
// what they request. Config is what DYN_DEPLOYMENT_CONFIG says of them.
func Faults(c dynamo.Component, config Block) field.ErrorList {
	limits, requests, unread := collect(c, config)
	faults := unread
	faults = append(faults, checkAmounts(limits)...)
	faults = append(faults, checkAmounts(requests)...)
	if len(unread) > 0 {
		return faults // What cannot be read cannot be compared.
	}
	return append(faults, checkBounds(requests, Requirements(c, config.Amounts))...)
}

// collect returns all limits and requests that the user gives somewhere, lowest rank
// first, and the faults of what cannot be read. An amount of DYN_DEPLOYMENT_CONFIG is
// both limit and request, and is listed among the requests.
func collect(c dynamo.Component, config Block) ([]amount, []amount, field.ErrorList) {
	service, main := c.Pod.Resources, ptr.Deref(c.Pod.Main, corev1.Container{}).Resources
	limits, faults := Block{Amounts: service.Limits, At: c.At.At(dynamo.FieldLimits), Form: c.At.Form}.parse()
	requests, more := Block{Amounts: service.Requests, At: c.At.At(dynamo.FieldRequests), Form: c.At.Form}.parse()
	faults = append(faults, more...)
	config.Amounts = addType(config.Amounts, service)
	both, more := config.parse()
	faults = append(faults, more...)
	limits = append(limits, readList(main.Limits, c.At.Main("resources", "limits"))...)
	requests = append(append(requests, both...), readList(main.Requests, c.At.Main("resources", "requests"))...)
	return limits, requests, faults
}

// readList returns the amounts of a list whose quantities the API has parsed.
func readList(l corev1.ResourceList, path *field.Path) []amount {
	var out []amount
	for _, name := range slices.Sorted(maps.Keys(l)) {
		q := l[name]
		out = append(out, amount{name: name, at: path.Key(string(name)), text: q.String(), quantity: q})
	}
	return out
}

// checkAmounts checks each amount by itself: none may be negative, and GPUs come
// whole.
func checkAmounts(all []amount) field.ErrorList {
	faults := field.ErrorList{}
	for _, r := range all {
		if r.quantity.Sign() < 0 {
			faults = append(faults, field.Invalid(r.at, r.text, "must not be negative"))
		}
		if isExtended(r.name) && r.quantity.MilliValue()%1000 != 0 {
			faults = append(faults, field.Invalid(r.at, r.text, "must be a whole number"))
		}
	}
	return faults
}

// checkBounds checks the requests of a container against its limits. Given are all
// requests as they were written, lowest rank first, so that a fault is told where the
// request that counts stands.
func checkBounds(given []amount, all corev1.ResourceRequirements) field.ErrorList {
	places := map[corev1.ResourceName]*field.Path{}
	for _, r := range given {
		places[r.name] = r.at
	}
	faults := field.ErrorList{}
	for _, name := range slices.Sorted(maps.Keys(all.Requests)) {
		request := all.Requests[name]
		limit, limited := all.Limits[name]
		switch {
		case isExtended(name) && (!limited || limit.Cmp(request) != 0):
			faults = append(faults, field.Invalid(places[name], request.String(), "requests of an extended resource need an equal limit: set the limit to it"))
		case limited && request.Cmp(limit) > 0:
			faults = append(faults, field.Invalid(places[name], request.String(), fmt.Sprintf("must not be above its limit of %s", limit.String())))
		}
	}
	return faults
}

// isExtended says whether a resource is counted in whole units and cannot be
// overcommitted: its name is outside of the kubernetes.io domain.
func isExtended(name corev1.ResourceName) bool {
	domain, _, ok := strings.Cut(string(name), "/")
	return ok && !strings.HasSuffix(domain, "kubernetes.io")
}
