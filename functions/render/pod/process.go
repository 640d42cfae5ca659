package pod

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
)

// process is what is known of the programs that a container runs.
type process struct{ commandline.Programs }

// readProcess reads the command line of a container with its variables.
func readProcess(line corev1.Container, env []corev1.EnvVar) process {
	line.Env = env
	return process{commandline.ReadPrograms(line)}
}

// readMain reads the process of a component's main container, but for variables
// of the settings, which move no port.
func readMain(c dynamo.Component) process {
	base, user := defaults(identity{componentType: c.Type}), ptr.Deref(c.Pod.Main, corev1.Container{})
	return readProcess(resolveCommand(user, base), mergeEnv(base.Env, c.Pod.Envs, user.Env))
}

// readSidecar reads the process of the frontend beside a component's main
// container, which the component has.
func readSidecar(c dynamo.Component) process {
	base := frontend(identity{})
	return readProcess(resolveCommand(corev1.Container{Args: c.Pod.Sidecar.Args}, base), mergeEnv(base.Env, c.Pod.Sidecar.Envs))
}

// move is what a process says of the port of a listener.
type move struct {
	// by is the flag or variable that says it; empty where nothing does.
	by string
	// inLine says that it is part of the command line.
	inLine bool
	// text is the port as it is written, and number what it comes to; 0 where
	// that cannot be said.
	text   string
	number int32
}

// port is where a listener is: at its default where nothing that can be read
// moves it.
func (p process) port(l listener) int32 {
	if m := p.move(l); m.number != 0 {
		return m.number
	}
	return l.number
}

// move decides what moves a listener: its flag before its variable, and what a
// script gives to the variable before what the container does.
func (p process) move(l listener) move {
	if given := p.Values(commandline.Flag{l.flag}); l.flag != "" && len(given) > 0 {
		return readMove(move{by: l.flag, inLine: true}, given)
	}
	if l.variable == "" {
		return move{}
	}
	if given := p.Assigned(l.variable); len(given) > 0 {
		return readMove(move{by: l.variable, inLine: true}, given)
	}
	if v := p.Variable(l.variable); v.Given {
		return readMove(move{by: l.variable}, []commandline.Value{v})
	}
	return move{}
}

// readMove completes a move by the values that are given for a port. Several
// that differ are those of several programs, and which one is meant is not known.
func readMove(m move, given []commandline.Value) move {
	var texts []string
	known := true
	for _, v := range given {
		texts = append(texts, v.Text)
		known = known && v.Known
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	m.text = strings.Join(texts, " and ")
	if number, err := strconv.ParseUint(texts[0], 10, 16); err == nil && known && len(texts) == 1 {
		m.number = int32(number)
	}
	return m
}
