package pod

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
)

// Validate names every fault that keeps a component's pods from being made, or
// the API server from taking them. Path is that of the component's spec.
func Validate(c dynamo.Component, path *field.Path) field.ErrorList {
	faults := image(c, path)
	faults = append(faults, otherContainers(c, path)...)
	faults = append(faults, probes(c, path)...)
	faults = append(faults, caches(c, path)...)
	return append(faults, amounts(c, path)...)
}

func mainPath(path *field.Path) *field.Path {
	return path.Child("extraPodSpec", "mainContainer")
}

func image(c dynamo.Component, path *field.Path) field.ErrorList {
	if c.Pod.Main != nil && c.Pod.Main.Image != "" {
		return nil
	}
	return field.ErrorList{field.Required(mainPath(path).Child("image"), "name the image of the main container")}
}

// otherContainers may not take the names of those that we make.
func otherContainers(c dynamo.Component, path *field.Path) field.ErrorList {
	taken := []string{dynamo.MainContainer}
	if c.Pod.Sidecar != nil {
		taken = append(taken, SidecarContainer)
	}
	faults := field.ErrorList{}
	for i, o := range c.Pod.Spec.Containers {
		at := path.Child("extraPodSpec", "containers").Index(i).Child("name")
		if slices.Contains(taken, o.Name) {
			faults = append(faults, field.Invalid(at, o.Name,
				"is the name of a container that is made for you: use mainContainer to change it, or choose another name"))
		}
	}
	return faults
}

// probes of a type without probes need a handler of their own.
func probes(c dynamo.Component, path *field.Path) field.ErrorList {
	main := corev1.Container{}
	if c.Pod.Main != nil {
		main = *c.Pod.Main
	}
	base := defaults(identity{componentType: c.Type})
	faults := field.ErrorList{}
	check := func(at *field.Path, p *corev1.Probe) {
		if p != nil && !hasHandler(p) {
			faults = append(faults, field.Required(at, "a probe of this component type needs a handler: give httpGet, tcpSocket, grpc or exec"))
		}
	}
	check(path.Child("livenessProbe"), probe(base.LivenessProbe, overlay(c.Pod.LivenessProbe, main.LivenessProbe)))
	check(path.Child("readinessProbe"), probe(base.ReadinessProbe, overlay(c.Pod.ReadinessProbe, main.ReadinessProbe)))
	check(mainPath(path).Child("startupProbe"), probe(base.StartupProbe, main.StartupProbe))
	return faults
}

// caches without a path need an engine that has a place for one.
func caches(c dynamo.Component, path *field.Path) field.ErrorList {
	e := engine.Of(c)
	faults := field.ErrorList{}
	for i, m := range c.Pod.Mounts {
		if mountPath(m, e) == "" {
			faults = append(faults, field.Required(path.Child("volumeMounts").Index(i).Child("mountPoint"),
				fmt.Sprintf("engine %q has no default place for a compilation cache: give the path", e)))
		}
	}
	return faults
}

// amounts of resources: they parse, are not negative, requests do not pass
// limits, and extended resources are limited by what they request.
func amounts(c dynamo.Component, path *field.Path) field.ErrorList {
	var own []corev1.EnvVar
	if c.Pod.Main != nil {
		own = c.Pod.Main.Env
	}
	config, err := legacy(c, mergeEnv(c.Pod.Envs, own))
	if err != nil {
		return field.ErrorList{field.Invalid(path.Child("envs").Key(DeploymentConfig), "its value",
			fmt.Sprintf("%v: correct it for service %q", err, c.Service))}
	}
	at := path.Child("resources")
	service, faults := serviceResources(c.Pod.Resources, config.resources, at)
	if len(faults) > 0 {
		return faults
	}
	faults = append(faults, signs(c.Pod.Resources.Limits, at.Child("limits"))...)
	faults = append(faults, signs(c.Pod.Resources.Requests, at.Child("requests"))...)
	all := service
	if c.Pod.Main != nil {
		all = requirements(service, c.Pod.Main.Resources)
	}
	return append(faults, bounds(c.Pod.Resources.Requests, all, at.Child("requests"))...)
}

// signs checks single amounts: none is negative, GPUs come whole.
func signs(a dynamo.Amounts, path *field.Path) field.ErrorList {
	faults := field.ErrorList{}
	for _, r := range sorted(list(a, path)) {
		q, err := resource.ParseQuantity(r.text)
		if r.text == "" || err != nil {
			continue
		}
		if q.Sign() < 0 {
			faults = append(faults, field.Invalid(r.at, r.text, "must not be negative"))
		}
		if extended(r.name) && q.MilliValue()%1000 != 0 {
			faults = append(faults, field.Invalid(r.at, r.text, "must be a whole number"))
		}
	}
	return faults
}

// bounds checks requests against limits, after merging.
func bounds(a dynamo.Amounts, all corev1.ResourceRequirements, path *field.Path) field.ErrorList {
	places := map[corev1.ResourceName]*field.Path{}
	for _, r := range list(a, path) {
		places[r.name] = r.at
	}
	faults := field.ErrorList{}
	for _, name := range sortedNames(all.Requests) {
		request := all.Requests[name]
		limit, limited := all.Limits[name]
		at, ok := places[name]
		if !ok {
			at = path.Key(string(name))
		}
		switch {
		case extended(name) && (!limited || limit.Cmp(request) != 0):
			faults = append(faults, field.Invalid(at, request.String(), "requests of an extended resource need an equal limit: set the limit to it"))
		case limited && request.Cmp(limit) > 0:
			faults = append(faults, field.Invalid(at, request.String(), fmt.Sprintf("must not be above its limit of %s", limit.String())))
		}
	}
	return faults
}
