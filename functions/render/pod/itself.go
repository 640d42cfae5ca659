package pod

import (
	"fmt"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/resources"
)

// itselfWarnings tell of a worker that leaves to the settings what it runs, where that is
// probably not what the user means: a command line is made of little.
func itselfWarnings(c dynamo.Component) []string {
	if !c.RunsItself() {
		return nil
	}
	var out []string
	warn := func(f dynamo.Field, format string, args ...any) {
		out = append(out, c.At.At(f).String()+": "+fmt.Sprintf(format, args...))
	}
	if engine.HasPart(c) && dynamo.ReadsOlderParts(c.Runtime()) {
		warn(dynamo.FieldMain, "runtime %s knows other flags for %s workers than the command line that is made for them, which is that of 1.1 and later: write command and args",
			c.Runtime(), c.Type)
	}
	if c.Model == "" {
		warn(dynamo.FieldModel, "without it and without a command line the engine serves its own default model: name the model")
	}
	if c.ModelRevision != "" && !engine.TakesRevision(c.Engine.Name) {
		warn(dynamo.FieldModel, "%s takes no revision of a model, and serves the newest: download revision %q, and name its path in a command line",
			c.Engine.Name, c.ModelRevision)
	}
	if gpus := countOwnGPUs(c); gpus > 1 {
		warn(dynamo.FieldMain, "the command line that is made for it has no sizes, so that the engine uses one of %d GPUs: write command and args, with %s %d",
			gpus, engine.SizeFlag, gpus)
	}
	return out
}

// countOwnGPUs counts the GPUs of a worker on one node; zero over several nodes, of which
// others tell.
func countOwnGPUs(c dynamo.Component) int64 {
	if c.Multinode() {
		return 0
	}
	config, _ := readLegacyResources(c) // Faults names what cannot be read.
	return resources.CountGPUs(c.Pod.Resources, resources.Requirements(c, config.Amounts))
}
