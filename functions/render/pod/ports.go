package pod

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

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

// listeners of a component type. The first is the one that its probes ask and
// its Service leads to; types without any leave all that to their users.
func listeners(componentType string) []listener {
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

// withPorts moves the ports and probes of a type's container to where a process
// of that type listens, and puts the user's ports in the place of the type's.
func withPorts(base corev1.Container, componentType string, p process, user []corev1.ContainerPort) corev1.Container {
	all := listeners(componentType)
	if len(all) == 0 {
		base.Ports = orDefault(user, base.Ports)
		return base
	}
	moved := func(number int32) int32 {
		if i := slices.IndexFunc(all, func(l listener) bool { return l.number == number }); i >= 0 {
			return p.port(all[i])
		}
		return number
	}
	own := make([]corev1.ContainerPort, 0, len(base.Ports))
	for _, o := range base.Ports {
		o.ContainerPort = moved(o.ContainerPort)
		own = append(own, o)
	}
	served := port(all[0].name, p.port(all[0]))
	base.Ports = orDefault(withServed(user, served), own)
	name := servedBy(base.Ports, served).Name
	base.LivenessProbe = retarget(base.LivenessProbe, name, moved)
	base.ReadinessProbe = retarget(base.ReadinessProbe, name, moved)
	base.StartupProbe = retarget(base.StartupProbe, name, moved)
	return base
}

// withServed are the user's ports with the one that is served: they may have it
// by its name or by its number, which gets the name where it has none. Two
// entries of one number are one to the API server.
func withServed(user []corev1.ContainerPort, served corev1.ContainerPort) []corev1.ContainerPort {
	if len(user) == 0 || slices.ContainsFunc(user, func(o corev1.ContainerPort) bool { return o.Name == served.Name }) {
		return user
	}
	out := slices.Clone(user)
	i := slices.IndexFunc(out, sameNumber(served))
	if i < 0 {
		return append(out, served)
	}
	if out[i].Name == "" {
		out[i].Name = served.Name
	}
	return out
}

// servedBy is the entry of ports that is served: the one of that name, else of
// that number.
func servedBy(ports []corev1.ContainerPort, served corev1.ContainerPort) corev1.ContainerPort {
	if i := slices.IndexFunc(ports, func(o corev1.ContainerPort) bool { return o.Name == served.Name }); i >= 0 {
		return ports[i]
	}
	if i := slices.IndexFunc(ports, sameNumber(served)); i >= 0 {
		return ports[i]
	}
	return served
}

// sameNumber says whether two entries are of one port.
func sameNumber(p corev1.ContainerPort) func(corev1.ContainerPort) bool {
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

// Served is the port of a component's main container that its Service leads to,
// where the user's ports, variables and flags let it be.
func Served(c dynamo.Component) corev1.ContainerPort {
	user := ptr.Deref(c.Pod.Main, corev1.Container{}).Ports
	all := listeners(c.Type)
	if len(all) == 0 {
		named := func(o corev1.ContainerPort) bool { return o.Name == ports.SystemName }
		if i := slices.IndexFunc(user, named); i >= 0 {
			return user[i]
		}
		return port(ports.SystemName, ports.System)
	}
	served := port(all[0].name, readMain(c).port(all[0]))
	return servedBy(withServed(user, served), served)
}
