package pod

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
)

// Validate names every fault that keeps a component's pods from being made, or
// the API server from taking them. Path is that of the component's spec.
func Validate(c dynamo.Component, path *field.Path) field.ErrorList {
	faults := image(c, path)
	faults = append(faults, otherContainers(c, path)...)
	faults = append(faults, commandLine(c, path)...)
	faults = append(faults, probes(c, path)...)
	faults = append(faults, caches(c, path)...)
	faults = append(faults, mountFaults(c, path)...)
	faults = append(faults, claimNames(c, path)...)
	faults = append(faults, executorFaults(c)...)
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

// commandLine must be known where a replica spans several nodes: it differs from
// node to node, and what an image starts by itself cannot be changed.
func commandLine(c dynamo.Component, path *field.Path) field.ErrorList {
	if !c.Multinode() {
		return nil
	}
	line := resolveCommand(ptr.Deref(c.Pod.Main, corev1.Container{}), defaults(identity{componentType: c.Type}))
	faults := field.ErrorList{}
	check := func(name string, words []string) {
		if len(words) == 0 {
			faults = append(faults, field.Required(mainPath(path).Child(name),
				"a service on several nodes starts each node with flags of its own: write the whole command line into command and args"))
		}
	}
	check("command", line.Command)
	check("args", line.Args)
	return faults
}

// otherContainers may not take the names of those that we make.
func otherContainers(c dynamo.Component, path *field.Path) field.ErrorList {
	taken := []string{dynamo.MainContainer}
	if c.Pod.Sidecar != nil {
		taken = append(taken, SidecarContainer)
	}
	if c.Multinode() {
		taken = append(taken, engine.WaitContainer)
	}
	faults := field.ErrorList{}
	check := func(list string, containers []corev1.Container) {
		for i, o := range containers {
			if slices.Contains(taken, o.Name) {
				faults = append(faults, field.Invalid(path.Child("extraPodSpec", list).Index(i).Child("name"), o.Name,
					"is the name of a container that is made for you: use mainContainer to change it, or choose another name"))
			}
		}
	}
	check("initContainers", c.Pod.Spec.InitContainers)
	check("containers", c.Pod.Spec.Containers)
	return faults
}

// probes of a type without probes need a handler of their own.
func probes(c dynamo.Component, path *field.Path) field.ErrorList {
	main := ptr.Deref(c.Pod.Main, corev1.Container{})
	base := defaults(identity{componentType: c.Type})
	faults := field.ErrorList{}
	check := func(name string, own, p *corev1.Probe) {
		if p == nil || hasHandler(p) {
			return
		}
		at := path.Child(name)
		if own != nil {
			at = mainPath(path).Child(name)
		}
		faults = append(faults, field.Required(at, "a probe of this component type needs a handler: give httpGet, tcpSocket, grpc or exec"))
	}
	check("livenessProbe", main.LivenessProbe, probe(base.LivenessProbe, overlay(c.Pod.LivenessProbe, main.LivenessProbe)))
	check("readinessProbe", main.ReadinessProbe, probe(base.ReadinessProbe, overlay(c.Pod.ReadinessProbe, main.ReadinessProbe)))
	check("startupProbe", main.StartupProbe, probe(base.StartupProbe, main.StartupProbe))
	return faults
}

// caches without a path need an engine that has a place for one.
func caches(c dynamo.Component, path *field.Path) field.ErrorList {
	e := c.Engine.Name
	reason := fmt.Sprintf("engine %q has no default place for a compilation cache: give the path", e)
	if e == engine.None {
		reason = "no engine is known here, and so no default place for a compilation cache: give the path"
	}
	faults := field.ErrorList{}
	for i, m := range c.Pod.Mounts {
		if mountPath(m, e) == "" {
			faults = append(faults, field.Required(path.Child("volumeMounts").Index(i).Child("mountPoint"), reason))
		}
	}
	return faults
}
