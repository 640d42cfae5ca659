package process

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// listener is a port on which a component type listens, and what a user can move it
// with.
type listener struct {
	name   string
	number int32
	// variable and flag move the port, where they are not empty. The flag wins.
	variable, flag string
}

// listListeners lists the ports of a component type. Its probes ask the first one,
// and its Service leads there. For types that are not listed users say all of that
// themselves.
func listListeners(id Identity) []listener {
	switch componentType := id.componentType; {
	case id.foreign:
		return nil
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
	case componentType == dynamo.TypePicker && id.alone:
		return []listener{
			{name: ports.GRPCName, number: ports.GRPC},
			{name: ports.GRPCHealthName, number: ports.GRPCHealth},
			{name: ports.MetricsName, number: ports.PickerMetrics},
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

// listModules lists the modules that listen for a component type, by the names that
// python knows. Users may run others.
func listModules(componentType string) []string {
	switch {
	case componentType == dynamo.TypeFrontend:
		return []string{"dynamo.frontend"}
	case dynamo.IsWorker(componentType):
		return []string{"dynamo.vllm", "dynamo.sglang", "dynamo.trtllm", "dynamo.mocker"}
	case componentType == dynamo.TypePlanner:
		return []string{"dynamo.planner"}
	}
	return nil
}

// movePorts lets the default container of a type say where the process listens, in
// its ports and its probes. Ports that the user gives stand instead of the type's.
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
		// A container has each number once, and the port that is served comes first.
		if !slices.ContainsFunc(own, isSamePort(o)) {
			own = append(own, o)
		}
	}
	served := p.makeServed()
	base.Ports = chooseList(addServed(p.user.Ports, served), own)
	name := findServed(base.Ports, served).Name
	base.LivenessProbe = retarget(base.LivenessProbe, name, moved)
	base.ReadinessProbe = retarget(base.ReadinessProbe, name, moved)
	base.StartupProbe = retarget(base.StartupProbe, name, moved)
	return base
}

// addServed adds the port that is served to the user's ports, unless one of them has
// its name or its number. One that has its number and no name gets the name, since
// the API server takes no two entries with the same number.
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

// findServed returns the entry of some ports that is served: the one with the name
// of the served port, else the one with its number.
func findServed(all []corev1.ContainerPort, served corev1.ContainerPort) corev1.ContainerPort {
	if i := slices.IndexFunc(all, func(o corev1.ContainerPort) bool { return o.Name == served.Name }); i >= 0 {
		return all[i]
	}
	if i := slices.IndexFunc(all, isSamePort(served)); i >= 0 {
		return all[i]
	}
	return served
}

// isSamePort is the condition that an entry is for the same port as another.
func isSamePort(p corev1.ContainerPort) func(corev1.ContainerPort) bool {
	return func(o corev1.ContainerPort) bool {
		return o.ContainerPort == p.ContainerPort && (o.Protocol == "" || o.Protocol == p.Protocol)
	}
}

// retarget lets a type's probe ask the port with a name, or the number that its own
// number has moved to.
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

// makeServed makes the entry for the port that the probes of the type ask, with the
// number where the process listens.
func (p Process) makeServed() corev1.ContainerPort {
	return makePort(p.listeners[0].name, p.findPort(p.listeners[0]))
}

// Served is the port that a Service of a component leads to.
func Served(c dynamo.Component) corev1.ContainerPort {
	if c.RuntimeApart() != nil {
		return ReadApart(c).Served()
	}
	return ReadMain(c).Served()
}

// Served is the port that a Service of the component leads to. The user may move it
// by ports, variables and flags.
func (p Process) Served() corev1.ContainerPort {
	if len(p.listeners) > 0 {
		served := p.makeServed()
		return findServed(addServed(p.user.Ports, served), served)
	}
	named := func(o corev1.ContainerPort) bool { return o.Name == ports.SystemName }
	if i := slices.IndexFunc(p.user.Ports, named); i >= 0 {
		return p.user.Ports[i]
	}
	return makePort(ports.SystemName, ports.System)
}

// chooseList returns the user's list, or the default where that is empty.
func chooseList[T any](user, base []T) []T {
	if len(user) > 0 {
		return user
	}
	return base
}
