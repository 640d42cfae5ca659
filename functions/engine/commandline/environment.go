package commandline

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
)

// Variables that refer to each other may grow beyond all memory. What is larger than
// these bounds is not read; no container that somebody wants to run is.
const (
	// maxValue is the longest value of a variable, and maxArguments the largest
	// number of a script's arguments.
	maxValue     = 4 << 10
	maxArguments = 256
	// maxGrowth is how much longer all words of a container together become by
	// what Kubernetes puts into them.
	maxGrowth = 128 << 10
)

// environment is what is known of a container's variables and of the arguments
// of its script.
type environment struct {
	// values are those of variables with a literal value.
	values map[string]string
	// unknown are variables that are set to something that cannot be read, and
	// @ where the arguments cannot.
	unknown map[string]bool
	// arguments of the script, $1 and on.
	arguments []string
	// longest value, and what is left of maxGrowth.
	longest, growth int
}

// readEnv reads a container's variables as Kubernetes does: one may refer to
// those before it.
func readEnv(vars []corev1.EnvVar) *environment {
	out := &environment{values: map[string]string{}, unknown: map[string]bool{}, growth: maxGrowth}
	for _, v := range vars {
		if v.ValueFrom != nil {
			out.forget(v.Name)
			continue
		}
		out.set(v.Name, out.expand(v.Value))
	}
	return out
}

// expand is a word as Kubernetes expands it, or as it is where it could become
// too long.
func (e *environment) expand(word string) string {
	if strings.Count(word, "$(")*e.longest > e.growth {
		return word
	}
	out := shell.Expand(word, e.values)
	e.growth -= max(0, len(out)-len(word))
	return out
}

// expandAll are the words of a container as Kubernetes expands them.
func (e *environment) expandAll(main corev1.Container) []string {
	out := make([]string, 0, len(main.Command)+len(main.Args))
	for _, w := range slices.Concat(main.Command, main.Args) {
		out = append(out, e.expand(w))
	}
	return out
}

// inner returns the environment of a script with arguments of its own, which
// changes nothing in e.
func (e *environment) inner(arguments []string) *environment {
	out := &environment{values: maps.Clone(e.values), unknown: maps.Clone(e.unknown), longest: e.longest, growth: e.growth}
	delete(out.unknown, "@")
	out.giveArguments(arguments)
	return out
}

func (e *environment) set(name, value string) {
	if len(value) > maxValue {
		e.forget(name)
		return
	}
	delete(e.unknown, name)
	e.values[name] = value
	e.longest = max(e.longest, len(value))
}

func (e *environment) forget(name string) {
	delete(e.values, name)
	e.unknown[name] = true
}

func (e *environment) giveArguments(all []string) {
	e.arguments = all
	for _, a := range all {
		if len(all) > maxArguments || len(a) > maxValue {
			e.unknown["@"] = true
		}
	}
}
