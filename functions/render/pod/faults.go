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

// Faults names everything that keeps a component's pods from being made, or the
// API server from taking them.
func Faults(c dynamo.Component) field.ErrorList {
	return slices.Concat(
		imageFaults(c),
		containerFaults(c),
		commandFaults(c),
		probeFaults(c),
		cacheFaults(c),
		mountFaults(c),
		claimFaults(c),
		executorFaults(c),
		resourceFaults(c),
	)
}

// mainPath is where a field of the user's main container stands.
func mainPath(c dynamo.Component, names ...string) *field.Path {
	out := c.At.At(dynamo.FieldMain)
	for _, name := range names {
		out = out.Child(name)
	}
	return out
}

func imageFaults(c dynamo.Component) field.ErrorList {
	if c.Pod.Main != nil && c.Pod.Main.Image != "" {
		return nil
	}
	return field.ErrorList{field.Required(mainPath(c, "image"), "name the image of the main container")}
}

// commandFaults asks for the whole command line where a replica spans several
// nodes: it differs from node to node, and what an image starts by itself cannot
// be changed.
func commandFaults(c dynamo.Component) field.ErrorList {
	if !c.Multinode() {
		return nil
	}
	line := resolveCommand(ptr.Deref(c.Pod.Main, corev1.Container{}), defaults(identity{componentType: c.Type}))
	faults := field.ErrorList{}
	check := func(name string, words []string) {
		if len(words) == 0 {
			faults = append(faults, field.Required(mainPath(c, name),
				"a service on several nodes starts each node with flags of its own: write the whole command line into command and args"))
		}
	}
	check("command", line.Command)
	check("args", line.Args)
	return faults
}

// containerFaults names the user's further containers that have the name of one
// that is made for the component.
func containerFaults(c dynamo.Component) field.ErrorList {
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
				faults = append(faults, field.Invalid(c.At.At(dynamo.FieldPodSpec).Child(list).Index(i).Child("name"), o.Name,
					"is the name of a container that is made for you: use "+c.At.Word(dynamo.FieldMain)+" to change it, or choose another name"))
			}
		}
	}
	check("initContainers", c.Pod.Spec.InitContainers)
	check("containers", c.Pod.Spec.Containers)
	return faults
}

// probeFaults names probes that say when and not what to ask, where the
// component's type has no probe that does.
func probeFaults(c dynamo.Component) field.ErrorList {
	main := ptr.Deref(c.Pod.Main, corev1.Container{})
	base := defaults(identity{componentType: c.Type})
	faults := field.ErrorList{}
	check := func(at *field.Path, p *corev1.Probe) {
		if p == nil || hasHandler(p) {
			return
		}
		faults = append(faults, field.Required(at, "a probe of this component type needs a handler: give httpGet, tcpSocket, grpc or exec"))
	}
	place := func(name string, own *corev1.Probe, service dynamo.Field) *field.Path {
		if own != nil {
			return mainPath(c, name)
		}
		return c.At.At(service)
	}
	check(place("livenessProbe", main.LivenessProbe, dynamo.FieldLivenessProbe), probe(base.LivenessProbe, overlay(c.Pod.LivenessProbe, main.LivenessProbe)))
	check(place("readinessProbe", main.ReadinessProbe, dynamo.FieldReadinessProbe), probe(base.ReadinessProbe, overlay(c.Pod.ReadinessProbe, main.ReadinessProbe)))
	check(mainPath(c, "startupProbe"), probe(base.StartupProbe, main.StartupProbe))
	return faults
}

// cacheFaults names compilation caches without a path, where the engine has no
// usual place for them either.
func cacheFaults(c dynamo.Component) field.ErrorList {
	e := c.Engine.Name
	reason := fmt.Sprintf("engine %q has no default place for a compilation cache: give the path", e)
	if e == engine.None {
		reason = "no engine is known here, and so no default place for a compilation cache: give the path"
	}
	faults := field.ErrorList{}
	for i, m := range c.Pod.Mounts {
		if mountPath(m, e) == "" {
			faults = append(faults, field.Required(mountField(c, i, dynamo.FieldMountPath), reason))
		}
	}
	return faults
}
