// Package engine knows the inference engines: how to find one in a command
// line and what each needs. It assembles no objects.
package engine

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
)

// Engine is an inference engine, by the name of its Dynamo module.
type Engine = dynamo.Engine

// The engines.
const (
	None   = dynamo.EngineNone
	VLLM   = dynamo.EngineVLLM
	SGLang = dynamo.EngineSGLang
	TRTLLM = dynamo.EngineTRTLLM
)

// Found lists the engines that a container's command line starts, sorted.
func Found(main *corev1.Container) []Engine {
	if main == nil {
		return nil
	}
	var out []Engine
	for _, m := range commandline.Modules(*main) {
		out = append(out, Engine(m))
	}
	return out
}

// Of is the engine of a component: the one its command line starts; if that is
// none or several, the declared one; else the one of its siblings. Components
// that are no workers have none.
func Of(c dynamo.Component) Engine {
	if !dynamo.IsWorker(c.Type) {
		return None
	}
	if found := Found(c.Pod.Main); len(found) == 1 {
		return found[0]
	}
	if c.Engine.Declared != "" {
		return Engine(c.Engine.Declared)
	}
	return Engine(c.Engine.Sibling)
}

// Sibling is the one engine found on the workers of a graph, and None where
// they have several or none.
func Sibling(components []dynamo.Component) Engine {
	var all []Engine
	for _, c := range components {
		if !dynamo.IsWorker(c.Type) {
			continue
		}
		if found := Found(c.Pod.Main); len(found) == 1 {
			all = append(all, found[0])
		}
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) == 1 {
		return all[0]
	}
	return None
}

// Paths are where the fields are that speak of a component's engine.
type Paths struct {
	Framework, Main *field.Path
}

// Faults names contradictions between what a worker's command line starts and
// what is declared.
func Faults(c dynamo.Component, at Paths) field.ErrorList {
	if !dynamo.IsWorker(c.Type) {
		return nil
	}
	found := Found(c.Pod.Main)
	switch {
	case len(found) > 1 && c.Engine.Declared == "":
		return field.ErrorList{field.Invalid(at.Main, join(found),
			"the command line starts several engines: start one, or say which with backendFramework")}
	case len(found) == 1 && c.Engine.Declared != "" && string(found[0]) != c.Engine.Declared:
		return field.ErrorList{field.Invalid(at.Framework, c.Engine.Declared,
			fmt.Sprintf("%s of service %q starts dynamo.%s: change one of the two", at.Main, c.Service, found[0]))}
	}
	return nil
}

func join(engines []Engine) string {
	words := make([]string, 0, len(engines))
	for _, e := range engines {
		words = append(words, string(e))
	}
	return strings.Join(words, ", ")
}
