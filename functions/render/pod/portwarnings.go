package pod

import (
	"fmt"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// program is a process with the listeners of its type, and where its user wrote
// what it is.
type program struct {
	process

	listeners []listener
	// ports are the user's; args and env are places.
	ports []corev1.ContainerPort
	args  *field.Path
	env   func(variable string) *field.Path
}

func mainProgram(c dynamo.Component) program {
	user := ptr.Deref(c.Pod.Main, corev1.Container{})
	return program{
		process:   readMain(c),
		listeners: listeners(c.Type),
		ports:     user.Ports,
		args:      mainPath(c, "args"),
		env: func(name string) *field.Path {
			if slices.ContainsFunc(user.Env, func(v corev1.EnvVar) bool { return v.Name == name }) {
				return mainPath(c, "env").Key(name)
			}
			return c.At.At(dynamo.FieldEnvs).Key(name)
		},
	}
}

func sidecarProgram(c dynamo.Component) program {
	return program{
		process:   readSidecar(c),
		listeners: listeners(dynamo.TypeFrontend),
		args:      c.At.At(dynamo.FieldSidecarArgs),
		env:       func(name string) *field.Path { return c.At.At(dynamo.FieldSidecarEnvs).Key(name) },
	}
}

// portWarnings tell of ports that probes and Services cannot follow.
func portWarnings(c dynamo.Component) []string {
	out := mainProgram(c).warnings(mainPath(c, "ports"))
	if c.Pod.Sidecar == nil {
		return out
	}
	sidecar := sidecarProgram(c)
	out = append(out, sidecar.warnings(nil)...)
	if l := sidecar.listeners[0]; c.Picked && sidecar.port(l) != l.number {
		out = append(out, fmt.Sprintf("%s: the pool of the endpoint picker sends requests to port %d: leave %s at it",
			sidecar.at(sidecar.move(l)), l.number, l.variable))
	}
	return out
}

// at is where the user says what moves a port.
func (p program) at(m move) *field.Path {
	if m.inLine {
		return p.args
	}
	return p.env(m.by)
}

// warnings are those of all listeners; ports is the place of the user's.
func (p program) warnings(ports *field.Path) []string {
	var out []string
	for i, l := range p.listeners {
		m := p.move(l)
		at := slices.IndexFunc(p.ports, func(o corev1.ContainerPort) bool { return o.Name == l.name })
		switch {
		case m.by == "" || i > 0 && len(p.ports) > 0:
		case at < 0 && m.number == 0:
			out = append(out, fmt.Sprintf("%s: %s, so that port %q is taken to be %d: give a number from 1 to 65535",
				p.at(m), unread(m), l.name, l.number))
		case at >= 0 && m.number != 0 && m.number != l.number && m.number != p.ports[at].ContainerPort:
			out = append(out, fmt.Sprintf("%s: is where probes and the Service look for port %q, while %s lets it be %d: give both the same number",
				ports.Index(at).Child("containerPort"), l.name, m.by, m.number))
		}
	}
	return append(out, p.oldVariable()...)
}

// unread says why a port is not known.
func unread(m move) string {
	if m.text == "" {
		return m.by + " has no value that is known here"
	}
	return fmt.Sprintf("%s is %s, which is no port that can be read here", m.by, m.text)
}

// oldVariable warns of a variable that frontends are given and that no longer
// moves their port.
func (p program) oldVariable() []string {
	const name = "DYNAMO_PORT"
	if len(p.listeners) == 0 || p.listeners[0].name != ports.HTTPName {
		return nil
	}
	l := p.listeners[0]
	v := p.Variable(name)
	if !v.Given || v.Text == strconv.Itoa(int(l.number)) || v.Text == strconv.Itoa(int(p.port(l))) {
		return nil
	}
	return []string{fmt.Sprintf("%s: moves no port: set %s", p.env(name), l.variable)}
}
