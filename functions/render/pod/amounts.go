package pod

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

// resourceFaults checks the amounts of resources: they parse, are not negative,
// requests do not pass limits, and extended resources are limited by what they
// request.
func resourceFaults(c dynamo.Component) field.ErrorList {
	main := ptr.Deref(c.Pod.Main, corev1.Container{})
	config, err := legacy(c, c.Pod.Envs, main.Env)
	faults := field.ErrorList{}
	if err != nil {
		faults = append(faults, field.Invalid(configPath(c), "its value",
			fmt.Sprintf("%v: correct it for service %q", err, c.Service)))
	}
	limits, requests, unread := asked(c, config.resources)
	faults = append(faults, unread...)
	faults = append(faults, signs(limits)...)
	faults = append(faults, signs(requests)...)
	if len(unread) > 0 {
		return faults // What cannot be read cannot be compared.
	}
	all := requirements(serviceResources(c.Pod.Resources, config.resources), main.Resources)
	return append(faults, bounds(requests, all)...)
}

// configPath is where the DYN_DEPLOYMENT_CONFIG that counts is set.
func configPath(c dynamo.Component) *field.Path {
	if c.Pod.Main != nil && slices.ContainsFunc(c.Pod.Main.Env, func(v corev1.EnvVar) bool { return v.Name == DeploymentConfig }) {
		return mainPath(c, "env").Key(DeploymentConfig)
	}
	return c.At.At(dynamo.FieldEnvs).Key(DeploymentConfig)
}

// asked lists every limit and request that is given somewhere, lowest rank
// first, and the faults of what cannot be read. What DYN_DEPLOYMENT_CONFIG says
// is both, and stands among the requests.
func asked(c dynamo.Component, legacy dynamo.Amounts) ([]amount, []amount, field.ErrorList) {
	service, main := c.Pod.Resources, ptr.Deref(c.Pod.Main, corev1.Container{}).Resources
	own := mainPath(c, "resources")
	limits, faults := parse(service.Limits, block{at: c.At.At(dynamo.FieldLimits), form: c.At.Form})
	requests, more := parse(service.Requests, block{at: c.At.At(dynamo.FieldRequests), form: c.At.Form})
	faults = append(faults, more...)
	both, more := parse(sameGPU(legacy, service), legacyBlock())
	faults = append(faults, more...)
	limits = append(limits, read(main.Limits, own.Child("limits"))...)
	requests = append(append(requests, both...), read(main.Requests, own.Child("requests"))...)
	return limits, requests, faults
}

// read spells out quantities that the API has parsed.
func read(l corev1.ResourceList, path *field.Path) []amount {
	var out []amount
	for _, name := range slices.Sorted(maps.Keys(l)) {
		q := l[name]
		out = append(out, amount{name: name, at: path.Key(string(name)), text: q.String(), quantity: q})
	}
	return out
}

// signs checks single amounts: none is negative, GPUs come whole.
func signs(all []amount) field.ErrorList {
	faults := field.ErrorList{}
	for _, r := range all {
		if r.quantity.Sign() < 0 {
			faults = append(faults, field.Invalid(r.at, r.text, "must not be negative"))
		}
		if extended(r.name) && r.quantity.MilliValue()%1000 != 0 {
			faults = append(faults, field.Invalid(r.at, r.text, "must be a whole number"))
		}
	}
	return faults
}

// bounds checks requests against limits, after merging. Given are the requests
// as they were written, lowest rank first.
func bounds(given []amount, all corev1.ResourceRequirements) field.ErrorList {
	places := map[corev1.ResourceName]*field.Path{}
	for _, r := range given {
		places[r.name] = r.at
	}
	faults := field.ErrorList{}
	for _, name := range slices.Sorted(maps.Keys(all.Requests)) {
		request := all.Requests[name]
		limit, limited := all.Limits[name]
		switch {
		case extended(name) && (!limited || limit.Cmp(request) != 0):
			faults = append(faults, field.Invalid(places[name], request.String(), "requests of an extended resource need an equal limit: set the limit to it"))
		case limited && request.Cmp(limit) > 0:
			faults = append(faults, field.Invalid(places[name], request.String(), fmt.Sprintf("must not be above its limit of %s", limit.String())))
		}
	}
	return faults
}

// extended resources are counted in whole units and cannot be overcommitted;
// their names are outside of the kubernetes.io domain.
func extended(name corev1.ResourceName) bool {
	domain, _, ok := strings.Cut(string(name), "/")
	return ok && !strings.HasSuffix(domain, "kubernetes.io")
}
