// Command xdynamo is the tool for people who write Dynamo manifests: it shows
// what becomes of them before they touch a cluster.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	"github.com/crossplane-contrib/function-dynamo/internal/version"
)

// Exit statuses.
const (
	exitOK = iota
	// exitRefused: a manifest is invalid, or a layer returned Fatal; of diff, pods would
	// restart.
	exitRefused
	// exitUsage: wrong usage, or a file that cannot be read.
	exitUsage
)

// cli is the command line.
type cli struct {
	Version kong.VersionFlag `help:"Print version and commit, and exit."`

	Render   renderCommand   `cmd:"" help:"Render manifests through all layers, down to the workloads."`
	Diff     diffCommand     `cmd:"" help:"Say what changes from manifests to others, or from what a cluster holds: which objects, and which pods restart because of which field."`
	Convert  convertCommand  `cmd:"" help:"Print manifests of v1alpha1 in the form of v1beta1, and say what of them has no place there."`
	Explain  explainCommand  `cmd:"" help:"Say what a field of a kind or of the settings is, with the rules that hold for it."`
	Validate validateCommand `cmd:"" help:"Say what is wrong with manifests, line by line: what the API server would refuse, and what the function would flag."`
}

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// errRefused says that what is wrong has been printed already.
var errRefused = errors.New("refused")

func main() {
	os.Exit(run(os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// run is main with its surroundings as arguments.
func run(args []string, s streams) int {
	exited := -1
	parser, err := kong.New(&cli{},
		kong.Name("xdynamo"),
		kong.Description("Shows what becomes of NVIDIA Dynamo manifests under Crossplane."),
		kong.Vars{"version": "xdynamo " + version.String()},
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { exited = code }),
		kong.Bind(s),
	)
	if err != nil {
		return usage(s, err)
	}
	ctx, err := parser.Parse(args)
	switch {
	case exited >= 0:
		return exited
	case err != nil:
		return usage(s, fmt.Errorf("%w: xdynamo --help says what there is", err))
	}
	err = ctx.Run()
	switch {
	case errors.Is(err, errRefused), errors.Is(err, errRestart):
		return exitRefused
	case err != nil:
		return usage(s, err)
	}
	return exitOK
}

func usage(s streams, err error) int {
	_, _ = fmt.Fprintf(s.err, "xdynamo: error: %v\n", err)
	return exitUsage
}
