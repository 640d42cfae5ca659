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
	main := ptr.Deref(c.Pod.Main, corev1.Container{})
	line := resolveCommand(main, Defaults(Outline(c)))
	faults := field.ErrorList{}
	check := func(name string, words []string, remedy string) {
		if len(words) == 0 {
			faults = append(faults, field.Required(c.At.Main(name), "a service on several nodes starts each node with flags of its own"+remedy))
		}
	}
	const whole = ": write the whole command line into command and args"
	check("command", line.Command, whole)
	if len(main.Command) > 0 {
		check("args", line.Args, ", which go behind those in args: leave the program in command, and move at least its flags into args")
	} else {
		check("args", line.Args, whole)
	}
	return faults
}

// Warnings tell of command lines that cannot run, and of ports that probes and
// Services cannot follow.
func Warnings(c dynamo.Component) []string {
	main, example := ReadMain(c), makeExample(c)
	// A main container without an image is a fault, and so are words that are
	// missing over several nodes.
	runs := c.Image() != "" && len(Faults(c)) == 0
	var out []string
	if runs {
		out = main.commandWarnings(example)
	}
	probes := append(main.warnOfProbes(c), warnOfOtherProbes(c)...)
	if c.Pod.Sidecar == nil {
		return slices.Concat(out, main.portWarnings(), probes)
	}
	sidecar := ReadSidecar(c)
	if runs {
		out = append(out, sidecar.commandWarnings(example)...)
	}
	out = slices.Concat(out, main.portWarnings(), probes, sidecar.portWarnings())
	if l := sidecar.listeners[0]; c.Picked && sidecar.findPort(l) != l.number {
		m := sidecar.findMove(l)
		out = append(out, fmt.Sprintf("%s: the pool of the endpoint picker sends requests to port %d: leave %s at it",
			sidecar.findPlace(m), l.number, m.by))
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
		case at >= 0 && m.number != 0 && m.number != p.user.Ports[at].ContainerPort:
			out = append(out, fmt.Sprintf("%s: is where probes and the Service look for port %q, while %s lets it be %d: give both the same number",
				p.at.ports.Index(at).Child("containerPort"), l.name, m.by, m.number))
		}
	}
	return slices.Concat(out, p.warnOfSamePorts(), p.warnOfOldVariable())
}

// warnOfSamePorts warns of a listener that is moved to where another port of the
// container is: no API server takes one number twice. To ports of the user's the
// one that is served is added only where its number is not among them.
func (p Process) warnOfSamePorts() []string {
	if len(p.user.Ports) > 0 {
		return nil
	}
	moved := func(l listener) bool { return p.findPort(l) != l.number }
	var out []string
	for i, l := range p.listeners {
		for j, other := range p.listeners {
			// Of two that are moved to one number the second is told of.
			if j == i || p.findPort(l) != p.findPort(other) || !moved(l) || moved(other) && j > i {
				continue
			}
			m := p.findMove(l)
			out = append(out, fmt.Sprintf("%s: %s lets port %q be %d, where port %q is, and a container has each number once: give it another one",
				p.findPlace(m), m.by, l.name, m.number, other.name))
		}
	}
	return out
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
