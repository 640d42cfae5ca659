package process

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
)

// Faults asks for the whole command line where a replica spans several nodes: it
// differs from node to node, and what an image starts by itself cannot be
// changed.
func Faults(c dynamo.Component) field.ErrorList {
	if !c.Multinode() {
		return nil
	}
	line := resolveCommand(ptr.Deref(c.Pod.Main, corev1.Container{}), Defaults(OfType(c.Type)))
	faults := field.ErrorList{}
	check := func(name string, words []string) {
		if len(words) == 0 {
			faults = append(faults, field.Required(c.At.Main(name),
				"a service on several nodes starts each node with flags of its own: write the whole command line into command and args"))
		}
	}
	check("command", line.Command)
	check("args", line.Args)
	return faults
}

// Warnings tell of command lines that cannot run, and of ports that probes and
// Services cannot follow.
func Warnings(c dynamo.Component) []string {
	main, example := ReadMain(c), makeExample(c)
	runs := c.Pod.Main != nil && c.Pod.Main.Image != "" // A main container without an image is a fault.
	var out []string
	if runs {
		out = main.commandWarnings(example)
	}
	if c.Pod.Sidecar == nil {
		return append(out, main.portWarnings()...)
	}
	sidecar := ReadSidecar(c)
	if runs {
		out = append(out, sidecar.commandWarnings(example)...)
	}
	out = append(append(out, main.portWarnings()...), sidecar.portWarnings()...)
	if l := sidecar.listeners[0]; c.Picked && sidecar.findPort(l) != l.number {
		out = append(out, fmt.Sprintf("%s: the pool of the endpoint picker sends requests to port %d: leave %s at it",
			sidecar.findPlace(sidecar.findMove(l)), l.number, l.variable))
	}
	return out
}

// makeExample is a command for components like this one. What engine its
// siblings run does not matter for an example.
func makeExample(c dynamo.Component) string {
	module := "your.module"
	switch {
	case dynamo.IsWorker(c.Type):
		module = "dynamo." + cmp.Or(c.Engine.Declared, string(engine.VLLM))
	case c.Type == dynamo.TypeFrontend:
		module = "dynamo.frontend"
	}
	return "[python3, -m, " + module + "]"
}

// findPlace is where the user says what moves a port.
func (p Process) findPlace(m move) *field.Path {
	if m.inLine {
		return p.at.args
	}
	return p.at.env(m.by)
}

// portWarnings tell of ports that cannot be read, and of those for which the user
// writes two numbers.
func (p Process) portWarnings() []string {
	var out []string
	for i, l := range p.listeners {
		m := p.findMove(l)
		at := slices.IndexFunc(p.user.Ports, func(o corev1.ContainerPort) bool { return o.Name == l.name })
		switch {
		case m.by == "" || i > 0 && len(p.user.Ports) > 0:
		case at < 0 && m.number == 0:
			out = append(out, fmt.Sprintf("%s: %s, so that port %q is taken to be %d: give a number from 1 to 65535",
				p.findPlace(m), explainUnread(m), l.name, l.number))
		case at >= 0 && m.number != 0 && m.number != l.number && m.number != p.user.Ports[at].ContainerPort:
			out = append(out, fmt.Sprintf("%s: is where probes and the Service look for port %q, while %s lets it be %d: give both the same number",
				p.at.ports.Index(at).Child("containerPort"), l.name, m.by, m.number))
		}
	}
	return append(out, p.warnOfOldVariable()...)
}

// explainUnread says why a port is not known.
func explainUnread(m move) string {
	if m.text == "" {
		return m.by + " has no value that is known here"
	}
	return fmt.Sprintf("%s is %s, which is no port that can be read here", m.by, m.text)
}

// warnOfOldVariable tells of DYNAMO_PORT, which moved the port of early frontends and
// has no effect on today's.
func (p Process) warnOfOldVariable() []string {
	const name = "DYNAMO_PORT"
	if len(p.listeners) == 0 || p.listeners[0].name != ports.HTTPName {
		return nil
	}
	l := p.listeners[0]
	v := p.programs.Variable(name)
	if !v.Given || v.Text == strconv.Itoa(int(l.number)) || v.Text == strconv.Itoa(int(p.findPort(l))) {
		return nil
	}
	return []string{fmt.Sprintf("%s: moves no port: set %s", p.at.env(name), l.variable)}
}
