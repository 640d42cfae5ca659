package process

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// handler is what a user's probe or hook asks a container by, and where it is
// written.
type handler struct {
	corev1.ProbeHandler

	at *field.Path
}

// warnOfProbes tell of probes and hooks of the user's that ask the main container
// at a port where it does not listen.
func (p Process) warnOfProbes(c dynamo.Component) []string {
	user, main := p.user, c.At.At(dynamo.FieldMain)
	all := listHandlers(user, main)
	for _, of := range []struct {
		service, own *corev1.Probe
		at           *field.Path
	}{
		{c.Pod.LivenessProbe, user.LivenessProbe, c.At.At(dynamo.FieldLivenessProbe)},
		{c.Pod.ReadinessProbe, user.ReadinessProbe, c.At.At(dynamo.FieldReadinessProbe)},
	} {
		// The handler of the main container's own replaces the service's.
		if of.service != nil && (of.own == nil || of.own.ProbeHandler == corev1.ProbeHandler{}) {
			all = append(all, handler{of.service.ProbeHandler, of.at})
		}
	}
	ports := p.movePorts(Defaults(Outline(c))).Ports
	var out []string
	for _, h := range all {
		at, port := h.findPort()
		if port.Type == intstr.Int {
			out = append(out, p.warnOfLeftPort(at, port.IntVal, ports)...)
			continue
		}
		out = append(out, warnOfUnnamedPort(at, port.StrVal, ports)...)
	}
	return out
}

// warnOfOtherProbes are the same of the user's further containers. Where their
// programs listen is not known, but their ports are.
func warnOfOtherProbes(c dynamo.Component) []string {
	var out []string
	add := func(name string, containers []corev1.Container) {
		for i, container := range containers {
			for _, h := range listHandlers(container, c.At.Container(name, i, container.Name)) {
				if at, port := h.findPort(); port.Type == intstr.String {
					out = append(out, warnOfUnnamedPort(at, port.StrVal, listPorts(c, container))...)
				}
			}
		}
	}
	add("containers", c.Pod.Spec.Containers)
	add("initContainers", c.Pod.Spec.InitContainers)
	return out
}

// listPorts returns the ports of one of the user's further containers: of a frontend
// sidecar also those that it gets.
func listPorts(c dynamo.Component, container corev1.Container) []corev1.ContainerPort {
	if s := c.Pod.Sidecar; s == nil || s.Container == "" || s.Container != container.Name {
		return container.Ports
	}
	return ReadSidecar(c).movePorts(Frontend(Identity{})).Ports
}

// listHandlers are those of a container as its user gives it.
func listHandlers(c corev1.Container, at *field.Path) []handler {
	var out []handler
	probe := func(p *corev1.Probe, name string) {
		if p != nil {
			out = append(out, handler{p.ProbeHandler, at.Child(name)})
		}
	}
	probe(c.LivenessProbe, "livenessProbe")
	probe(c.ReadinessProbe, "readinessProbe")
	probe(c.StartupProbe, "startupProbe")
	hook := func(h *corev1.LifecycleHandler, name string) {
		if h != nil {
			out = append(out, handler{corev1.ProbeHandler{HTTPGet: h.HTTPGet, TCPSocket: h.TCPSocket}, at.Child("lifecycle", name)})
		}
	}
	if c.Lifecycle != nil {
		hook(c.Lifecycle.PostStart, "postStart")
		hook(c.Lifecycle.PreStop, "preStop")
	}
	return out
}

// findPort is the port that a handler asks, and where that is written: number 0 for a
// handler without one. A handler may ask another host, whose ports are its own.
func (h handler) findPort() (*field.Path, intstr.IntOrString) {
	switch {
	case h.HTTPGet != nil && h.HTTPGet.Host == "":
		return h.at.Child("httpGet", "port"), h.HTTPGet.Port
	case h.TCPSocket != nil && h.TCPSocket.Host == "":
		return h.at.Child("tcpSocket", "port"), h.TCPSocket.Port
	case h.GRPC != nil:
		return h.at.Child("grpc", "port"), intstr.FromInt32(h.GRPC.Port)
	}
	return h.at, intstr.IntOrString{}
}

// warnOfUnnamedPort warns of a name that no port of a container has.
func warnOfUnnamedPort(at *field.Path, name string, ports []corev1.ContainerPort) []string {
	if name == "" || slices.ContainsFunc(ports, func(o corev1.ContainerPort) bool { return o.Name == name }) {
		return nil
	}
	remedy := "write its number, or give it a name in ports"
	var known []string
	for _, o := range ports {
		if o.Name != "" {
			known = append(known, o.Name)
		}
	}
	if len(known) > 0 {
		remedy = fmt.Sprintf("write one of %s, or a number", strings.Join(known, ", "))
	}
	return []string{fmt.Sprintf("%s: the container has no port called %q, so that this always fails: %s", at, name, remedy)}
}

// warnOfLeftPort warns of the number that a port of the type has, where the process is
// told to listen elsewhere and the container has no other port there.
func (p Process) warnOfLeftPort(at *field.Path, number int32, ports []corev1.ContainerPort) []string {
	if slices.ContainsFunc(ports, func(o corev1.ContainerPort) bool { return o.ContainerPort == number }) {
		return nil
	}
	for _, l := range p.listeners {
		if m := p.findMove(l); l.number == number && m.number != 0 && m.number != number {
			return []string{fmt.Sprintf("%s: asks port %d, while %s lets port %q be %d: write %d", at, number, m.by, l.name, m.number, m.number)}
		}
	}
	return nil
}
