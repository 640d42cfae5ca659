package component

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// At are the places that faults of a component are reported at. They differ
// between a component on its own and a service of a graph.
type At struct {
	// Spec of the component or service.
	Spec *field.Path
	// Metadata of the object that carries the inherited annotations.
	Metadata *field.Path
	// Framework is where the engine is declared.
	Framework *field.Path
}

// examine says everything there is to say of a component's own object.
func examine(c dynamo.Component) layer.Findings {
	spec, metadata := field.NewPath("spec"), field.NewPath("metadata")
	faults := Validate(c, At{Spec: spec, Metadata: metadata, Framework: spec.Child("backendFramework")})
	if c.Standalone {
		faults = append(faults, Named(c.Name, metadata.Child("name"))...)
	}
	return layer.Findings{Faults: faults, Ignored: Ignored(c, spec)}
}

// Named checks a name that Services are called after.
func Named(name string, at *field.Path) field.ErrorList {
	if name != "" && name[0] >= 'a' && name[0] <= 'z' {
		return nil
	}
	return field.ErrorList{field.Invalid(at, name, "must begin with a letter, since Services are named after it: choose another name")}
}

// Validate names every fault of a component.
func Validate(c dynamo.Component, at At) field.ErrorList {
	faults := pod.Validate(c, at.Spec)
	main := at.Spec.Child("extraPodSpec", "mainContainer")
	faults = append(faults, engine.Faults(c, engine.Paths{Framework: at.Framework, Main: main})...)
	faults = append(faults, labels(c, at.Spec)...)
	faults = append(faults, workload.Validate(c, at.Spec.Child("annotations"))...)
	return append(faults, annotations(c, at.Metadata.Child("annotations"))...)
}

// labels checks the texts that become label values.
func labels(c dynamo.Component, path *field.Path) field.ErrorList {
	faults := field.ErrorList{}
	check := func(at *field.Path, v string) {
		for _, msg := range validation.IsValidLabelValue(v) {
			faults = append(faults, field.Invalid(at, v, "becomes a label value: "+msg))
		}
	}
	check(path.Child("componentType"), c.Type)
	check(path.Child("subComponentType"), c.SubType)
	check(path.Child("serviceName"), c.Service)
	return faults
}

// annotations that steer rendering have known values.
func annotations(c dynamo.Component, path *field.Path) field.ErrorList {
	faults := field.ErrorList{}
	check := func(key string, known ...string) {
		v, ok := c.Annotations[key]
		if ok && v != known[0] && v != known[1] {
			faults = append(faults, field.NotSupported(path.Key(key), v, known))
		}
	}
	check(meta.AnnotationDiscoveryMode, pod.DiscoveryModePod, pod.DiscoveryModeContainer)
	check(meta.AnnotationVLLMExecutor, "mp", "ray")
	return faults
}

// Ignored names the fields of a component that nothing acts on.
func Ignored(c dynamo.Component, path *field.Path) []string {
	var out []string
	if c.Missing != "" {
		out = append(out, fmt.Sprintf("%s (not available yet: the service is not rendered)", path.Child(c.Missing)))
	}
	for _, name := range c.Unsupported {
		out = append(out, path.Child(name).String())
	}
	for _, name := range c.Deprecated {
		out = append(out, path.Child(name).String()+" (deprecated)")
	}
	return out
}
