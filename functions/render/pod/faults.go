package pod

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/process"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/resources"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/volumes"
)

// Faults names everything that keeps a component's pods from being made, or the
// API server from taking them.
func Faults(c dynamo.Component) field.ErrorList {
	return slices.Concat(
		imageFaults(c),
		runtimeFaults(c),
		apartFaults(c),
		containerFaults(c),
		repeatedFaults(c),
		sidecarFaults(c),
		process.Faults(c),
		probeFaults(c),
		volumes.Faults(c),
		executorFaults(c),
		resourceFaults(c),
	)
}

// resourceFaults names faults of amounts, also of those in DYN_DEPLOYMENT_CONFIG.
func resourceFaults(c dynamo.Component) field.ErrorList {
	config, err := readLegacyResources(c)
	return append(legacyFaults(c, err), resources.Faults(c, config)...)
}

// imageFaults asks for the image of the main container, which has no default but in the
// settings.
func imageFaults(c dynamo.Component) field.ErrorList {
	if c.Image() != "" {
		return nil
	}
	return field.ErrorList{field.Required(c.At.Main("image"), "name the image of the main container"+explainSiteImage(c))}
}

// explainSiteImage says how the settings could name the image; empty where they cannot.
func explainSiteImage(c dynamo.Component) string {
	switch {
	case c.Type == dynamo.TypeFrontend:
		return ", or images.frontend in the settings"
	case !dynamo.IsWorker(c.Type) || c.RuntimeApart() != nil:
		return ""
	case c.Engine.Name == dynamo.EngineNone:
		return ", or backendFramework, for which the settings may have an image"
	}
	return ", or images." + string(c.Engine.Name) + " in the settings"
}

// containerFaults names the user's further containers that have the name of one
// that is made for the component.
func containerFaults(c dynamo.Component) field.ErrorList {
	taken := []string{dynamo.MainContainer}
	if c.Pod.Sidecar != nil && c.Pod.Sidecar.Container == "" {
		taken = append(taken, process.SidecarContainer)
	}
	if c.Orchestrator.Place().WaitForLeader {
		taken = append(taken, engine.WaitContainer)
	}
	faults := field.ErrorList{}
	check := func(list string, containers []corev1.Container) {
		for i, o := range containers {
			at := c.At.Container(list, i, o.Name).Child("name")
			switch {
			case o.Name == dynamo.MainContainer && c.At.Form.ListsMain():
				faults = append(faults, field.Duplicate(at, o.Name))
			case slices.Contains(taken, o.Name):
				faults = append(faults, field.Invalid(at, o.Name,
					"is the name of a container that is made for you: use "+c.At.Word(dynamo.FieldMain)+" to change it, or choose another name"))
			}
		}
	}
	check("initContainers", c.Pod.Spec.InitContainers)
	check("containers", c.Pod.Spec.Containers)
	return faults
}

// sidecarFaults names a frontend sidecar that is none of the user's further containers.
func sidecarFaults(c dynamo.Component) field.ErrorList {
	if c.Pod.Sidecar == nil || c.Pod.Sidecar.Container == "" {
		return nil
	}
	name, at := c.Pod.Sidecar.Container, c.At.At(dynamo.FieldSidecar)
	if name == dynamo.MainContainer {
		return field.ErrorList{field.Invalid(at, name, "is the main container: name the one beside it that runs the frontend")}
	}
	if _, ok := c.Pod.FindSidecar(); ok {
		return nil
	}
	return field.ErrorList{field.Invalid(at, name, fmt.Sprintf("is no container of %s: add it there, or name one of them",
		c.At.At(dynamo.FieldPodSpec).Child("containers")))}
}

// probeFaults names probes that say how often to ask, but not what, while the
// component's type has no probe that says it either.
func probeFaults(c dynamo.Component) field.ErrorList {
	main := ptr.Deref(c.Pod.Main, corev1.Container{})
	base := process.Defaults(process.Outline(c))
	faults := field.ErrorList{}
	check := func(at *field.Path, p *corev1.Probe) {
		if p == nil || hasHandler(p) {
			return
		}
		faults = append(faults, field.Required(at, "a probe of this component type needs a handler: give httpGet, tcpSocket, grpc or exec"))
	}
	place := func(name string, own *corev1.Probe, service dynamo.Field) *field.Path {
		if own != nil {
			return c.At.Main(name)
		}
		return c.At.At(service)
	}
	check(place("livenessProbe", main.LivenessProbe, dynamo.FieldLivenessProbe), chooseProbe(base.LivenessProbe, overlay(c.Pod.LivenessProbe, main.LivenessProbe)))
	check(place("readinessProbe", main.ReadinessProbe, dynamo.FieldReadinessProbe), chooseProbe(base.ReadinessProbe, overlay(c.Pod.ReadinessProbe, main.ReadinessProbe)))
	check(c.At.Main("startupProbe"), chooseProbe(base.StartupProbe, main.StartupProbe))
	return faults
}
