package engine

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
)

// withFlags gives flags to the engine of a container. Where they have to be
// computed, a program that no shell starts gets one.
func withFlags(main corev1.Container, line commandline.Line, flags ...string) Change {
	if !line.NeedsShell() || !slices.ContainsFunc(flags, isComputed) {
		return Change{Command: main.Command, Args: line.With(flags...)}
	}
	// Kubernetes still expands what the flags say of the node.
	script := shell.Arg("exec "+shell.Quote(slices.Concat(main.Command, main.Args)...)) + " " + strings.Join(flags, " ")
	return Change{Command: []string{"sh", "-c"}, Args: []string{script}}
}

func isComputed(flag string) bool { return strings.Contains(flag, "$((") }

// size is a factor of the number of GPUs that an engine takes: a flag, as
// messages name it, and what the command line gives to it.
type size struct {
	commandline.Size

	flag string
}

// sizes are factors; their product is how many GPUs an engine takes.
type sizes []size

// readSizes reads sizes of a command line, each from a flag by its spellings, the
// first of which is the one that messages name.
func readSizes(line commandline.Line, flags ...commandline.Flag) sizes {
	out := make(sizes, 0, len(flags))
	for _, f := range flags {
		out = append(out, size{Size: line.Size(f), flag: f[0]})
	}
	return out
}

// product of the sizes, which are each too small to make it overflow.
func (s sizes) product() int64 {
	out := int64(1)
	for _, one := range s {
		out *= one.Count
	}
	return out
}

// isTemplated reports whether the command line itself tells each node its rank: a
// number there would be the same on all.
func isTemplated(v commandline.Value) bool {
	return v.Given && strings.Trim(v.Text, "0123456789") != ""
}
