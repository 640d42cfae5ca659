// Package process knows what a container runs, and on which ports that listens. Each
// component type has defaults, which its user replaces in part: by a command, by
// arguments, by variables.
package process

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// SidecarContainer is the name of the container of a frontend that runs in the pod of
// another component.
const SidecarContainer = "sidecar-frontend"

// Defaults is the container that a component type runs when its user gives only
// an image.
func Defaults(id Identity) corev1.Container {
	switch {
	case id.foreign:
		return corev1.Container{}
	case id.componentType == dynamo.TypeFrontend:
		return Frontend(id)
	case dynamo.IsWorker(id.componentType):
		return makeWorker(id)
	case id.componentType == dynamo.TypePlanner:
		return makePlanner(id)
	case id.componentType == dynamo.TypePicker:
		return makePicker(id)
	}
	return corev1.Container{Command: Shell(), Env: makeCommonEnv(id)}
}

// Shell is the command of types for which their users write a line for a shell.
func Shell() []string { return []string{"/bin/sh", "-c"} }

// Frontend is the container of a frontend, also of one beside a component of
// another type.
func Frontend(id Identity) corev1.Container {
	out := corev1.Container{
		Command: []string{"python3"},
		Args:    []string{"-m", "dynamo.frontend"},
		Ports:   []corev1.ContainerPort{makePort(ports.HTTPName, ports.HTTP)},
		Env:     append(makeCommonEnv(id), makeFrontendEnv(id)...),
		LivenessProbe: &corev1.Probe{
			ProbeHandler:        askPath("/live", ports.HTTPName),
			InitialDelaySeconds: 15,
			PeriodSeconds:       10,
			TimeoutSeconds:      1,
			FailureThreshold:    3,
		},
		ReadinessProbe: &corev1.Probe{
			ProbeHandler:        askPath("/health", ports.HTTPName),
			InitialDelaySeconds: 10,
			PeriodSeconds:       10,
			TimeoutSeconds:      3,
			FailureThreshold:    3,
		},
	}
	if dynamo.TellsStart(id.runtime) {
		// Five minutes, before which it is not taken for dead.
		out.StartupProbe = &corev1.Probe{
			ProbeHandler:     askPath("/live", ports.HTTPName),
			PeriodSeconds:    10,
			TimeoutSeconds:   1,
			FailureThreshold: 30,
		}
	}
	return out
}

// makeWorker makes the container of a worker, which runs an engine.
func makeWorker(id Identity) corev1.Container {
	out := makeSystem()
	if len(id.line) > 0 {
		out.Command, out.Args = id.line[:1], id.line[1:]
	}
	out.Ports = []corev1.ContainerPort{makePort(ports.SystemName, ports.System), makePort(ports.NIXLName, ports.NIXL)}
	out.Env = append(makeCommonEnv(id), makeWorkerEnv(id)...)
	if dynamo.ChecksEngines(id.runtime) {
		// What its engine answers is part of what it says of itself: a single answer
		// that is late must not restart it.
		out.LivenessProbe.FailureThreshold = 3
	}
	return out
}

// RuntimeApart is the init container with the runtime of a worker, whose main container
// runs an engine that knows nothing of Dynamo. Its image knows what to run.
func RuntimeApart(id Identity) corev1.Container {
	ask := func(path string, period, timeout, failures int32) *corev1.Probe {
		return &corev1.Probe{
			ProbeHandler:     askPath(path, ports.SystemName),
			PeriodSeconds:    period,
			TimeoutSeconds:   timeout,
			FailureThreshold: failures,
		}
	}
	return corev1.Container{
		Ports:          []corev1.ContainerPort{makePort(ports.SystemName, ports.System)},
		Env:            append(makeCommonEnv(id), makeSystemEnv()...),
		LivenessProbe:  ask("/live", 5, 4, 3),
		ReadinessProbe: ask("/health", 5, 4, 3),
		StartupProbe:   ask("/live", 2, 1, 30),
	}
}

// makePlanner makes the container of a planner, which decides on the replicas of the
// graph's workers.
func makePlanner(id Identity) corev1.Container {
	out := makeSystem()
	out.Ports = []corev1.ContainerPort{makePort(ports.MetricsName, ports.PlannerMetrics), makePort(ports.SystemName, ports.System)}
	out.Env = append(makeCommonEnv(id), makePlannerEnv()...)
	return out
}

// makeSystem makes a container whose probes ask the server that the Dynamo runtime
// has in each process.
func makeSystem() corev1.Container {
	return corev1.Container{
		Command: Shell(),
		LivenessProbe: &corev1.Probe{
			ProbeHandler:     askPath("/live", ports.SystemName),
			PeriodSeconds:    5,
			TimeoutSeconds:   4,
			FailureThreshold: 1,
		},
		ReadinessProbe: &corev1.Probe{
			ProbeHandler:     askPath("/health", ports.SystemName),
			PeriodSeconds:    10,
			TimeoutSeconds:   4,
			FailureThreshold: 3,
		},
		// Two hours: large models take long to load.
		StartupProbe: &corev1.Probe{
			ProbeHandler:     askPath("/live", ports.SystemName),
			PeriodSeconds:    10,
			TimeoutSeconds:   5,
			FailureThreshold: 720,
		},
	}
}

// makePort makes an entry for a port.
func makePort(name string, number int32) corev1.ContainerPort {
	return corev1.ContainerPort{Name: name, ContainerPort: number, Protocol: corev1.ProtocolTCP}
}

// askPath is what a probe asks over HTTP.
func askPath(path, portName string) corev1.ProbeHandler {
	return corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromString(portName)}}
}
