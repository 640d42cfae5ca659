package process

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// listener is a port of a component type, and what of a user's moves it.
type listener struct {
	name   string
	number int32
	// variable and flag move the port, where they are not empty. The flag wins.
	variable, flag string
}

// listListeners of a component type. The first is the one that its probes ask and
// its Service leads to; types without any leave all that to their users.
func listListeners(componentType string) []listener {
	switch {
	case componentType == dynamo.TypeFrontend:
		return []listener{{name: ports.HTTPName, number: ports.HTTP, variable: "DYN_HTTP_PORT", flag: "--http-port"}}
	case dynamo.IsWorker(componentType):
		return []listener{
			{name: ports.SystemName, number: ports.System, variable: "DYN_SYSTEM_PORT"},
			{name: ports.NIXLName, number: ports.NIXL, variable: "NIXL_TELEMETRY_PROMETHEUS_PORT"},
		}
	case componentType == dynamo.TypePlanner:
		return []listener{
			{name: ports.SystemName, number: ports.System, variable: "DYN_SYSTEM_PORT"},
			{name: ports.MetricsName, number: ports.PlannerMetrics, variable: "PLANNER_PROMETHEUS_PORT"},
		}
	case componentType == dynamo.TypePicker:
		return []listener{
			{name: ports.GRPCName, number: ports.GRPC, flag: "--grpc-port"},
			{name: ports.GRPCHealthName, number: ports.GRPCHealth, flag: "--grpc-health-port"},
			{name: ports.MetricsName, number: ports.PickerMetrics, flag: "--metrics-port"},
		}
	}
	return nil
}

// movePorts moves the ports and probes of a type's container to where the process
// listens, and puts the user's ports in the place of the type's.
func (p Process) movePorts(base corev1.Container) corev1.Container {
	if len(p.listeners) == 0 {
		base.Ports = chooseList(p.user.Ports, base.Ports)
		return base
	}
	moved := func(number int32) int32 {
		if i := slices.IndexFunc(p.listeners, func(l listener) bool { return l.number == number }); i >= 0 {
			return p.findPort(p.listeners[i])
		}
		return number
	}
	own := make([]corev1.ContainerPort, 0, len(base.Ports))
	for _, o := range base.Ports {
		o.ContainerPort = moved(o.ContainerPort)
		own = append(own, o)
	}
	served := p.makeServed()
	base.Ports = chooseList(addServed(p.user.Ports, served), own)
	name := findServed(base.Ports, served).Name
	base.LivenessProbe = retarget(base.LivenessProbe, name, moved)
	base.ReadinessProbe = retarget(base.ReadinessProbe, name, moved)
	base.StartupProbe = retarget(base.StartupProbe, name, moved)
	return base
}

// addServed adds the port that is served to the user's ports, unless they have it
// by its name or by its number. An entry of its number gets the name where it has
// none: two entries of one number are one to the API server.
func addServed(user []corev1.ContainerPort, served corev1.ContainerPort) []corev1.ContainerPort {
	if len(user) == 0 || slices.ContainsFunc(user, func(o corev1.ContainerPort) bool { return o.Name == served.Name }) {
		return user
	}
	out := slices.Clone(user)
	i := slices.IndexFunc(out, isSamePort(served))
	if i < 0 {
		return append(out, served)
	}
	if out[i].Name == "" {
		out[i].Name = served.Name
	}
	return out
}

// findServed is the entry of ports that is served: the one of that name, else of
// that number.
func findServed(ports []corev1.ContainerPort, served corev1.ContainerPort) corev1.ContainerPort {
	if i := slices.IndexFunc(ports, func(o corev1.ContainerPort) bool { return o.Name == served.Name }); i >= 0 {
		return ports[i]
	}
	if i := slices.IndexFunc(ports, isSamePort(served)); i >= 0 {
		return ports[i]
	}
	return served
}

// isSamePort says whether two entries are of one port.
func isSamePort(p corev1.ContainerPort) func(corev1.ContainerPort) bool {
	return func(o corev1.ContainerPort) bool {
		return o.ContainerPort == p.ContainerPort && (o.Protocol == "" || o.Protocol == p.Protocol)
	}
}

// retarget is a probe of a type with the ports of its container.
func retarget(p *corev1.Probe, name string, moved func(int32) int32) *corev1.Probe {
	if p == nil {
		return nil
	}
	out := p.DeepCopy()
	if out.HTTPGet != nil {
		out.HTTPGet.Port = intstr.FromString(name)
	}
	if out.GRPC != nil {
		out.GRPC.Port = moved(out.GRPC.Port)
	}
	return out
}

// makeServed is the port that the probes of the type ask, where the process listens.
func (p Process) makeServed() corev1.ContainerPort {
	return makePort(p.listeners[0].name, p.findPort(p.listeners[0]))
}

// Served is the port that a Service of the component leads to, where the user's
// ports, variables and flags let it be.
func (p Process) Served() corev1.ContainerPort {
	if len(p.listeners) > 0 {
		return findServed(addServed(p.user.Ports, p.makeServed()), p.makeServed())
	}
	named := func(o corev1.ContainerPort) bool { return o.Name == ports.SystemName }
	if i := slices.IndexFunc(p.user.Ports, named); i >= 0 {
		return p.user.Ports[i]
	}
	return makePort(ports.SystemName, ports.System)
}

func chooseList[T any](user, base []T) []T {
	if len(user) > 0 {
		return user
	}
	return base
}
