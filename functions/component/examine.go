package component

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/render/picker"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// At are the places that faults of a component are reported at. They differ
// between a component on its own and a service of a graph.
type At struct {
	// Spec of the component or service.
	Spec *field.Path
	// Service is where its name inside of its graph is.
	Service *field.Path
	// Framework is where the engine is declared.
	Framework *field.Path
	// Annotations are where annotations come from; an earlier place wins.
	Annotations []Place
}

// Place is where annotations are written, and those that are.
type Place struct {
	Path   *field.Path
	Values map[string]string
}

// annotations is the winning place of the first key that is set anywhere.
func (a At) annotations(keys ...string) *field.Path {
	for _, key := range keys {
		for _, p := range a.Annotations {
			if _, ok := p.Values[key]; ok {
				return p.Path
			}
		}
	}
	return a.Spec.Child("annotations")
}

// Places of the annotations of a component or service at path, the winning one
// first; outer are those that it inherits from.
func Places(in v1alpha1.DynamoComponentDeploymentSharedSpec, path *field.Path, outer ...Place) []Place {
	own := []Place{{Path: path.Child("annotations"), Values: in.Annotations}}
	if m := in.ExtraPodMetadata; m != nil {
		own = append([]Place{{Path: path.Child("extraPodMetadata", "annotations"), Values: m.Annotations}}, own...)
	}
	return append(own, outer...)
}

// examine says everything there is to say of a component's own object.
func examine(dcd *v1alpha1.DynamoComponentDeployment, c dynamo.Component) layer.Findings {
	spec, metadata := field.NewPath("spec"), field.NewPath("metadata")
	faults := Validate(c, At{
		Spec:      spec,
		Service:   spec.Child("serviceName"),
		Framework: spec.Child("backendFramework"),
		Annotations: Places(dcd.Spec.DynamoComponentDeploymentSharedSpec, spec,
			Place{Path: metadata.Child("annotations"), Values: dcd.Annotations}),
	})
	if c.Standalone {
		faults = append(faults, Named(c.Name, metadata.Child("name"))...)
	}
	return layer.Findings{Faults: faults, Warnings: Warnings(c, spec), Ignored: Ignored(c, spec)}
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
	faults = append(faults, labels(c, at)...)
	faults = append(faults, picker.Validate(c, at.Spec)...)
	strategy := at.annotations(meta.AnnotationDeploymentStrategy, meta.AnnotationMaxUnavailable, meta.AnnotationMaxSurge)
	faults = append(faults, workload.Validate(c, strategy)...)
	return append(faults, annotations(c, at)...)
}

// Warnings tell of what is rendered, and may not be as the user means it. Path is
// that of the component's spec.
func Warnings(c dynamo.Component, path *field.Path) []string { return pod.Warnings(c, path) }

// labels checks the texts that become label values.
func labels(c dynamo.Component, at At) field.ErrorList {
	faults := field.ErrorList{}
	check := func(at *field.Path, v string) {
		for _, msg := range validation.IsValidLabelValue(v) {
			faults = append(faults, field.Invalid(at, v, "becomes a label value: "+msg))
		}
	}
	check(at.Spec.Child("componentType"), c.Type)
	check(at.Spec.Child("subComponentType"), c.SubType)
	check(at.Service, c.Service)
	return faults
}

// annotations that steer rendering have known values.
func annotations(c dynamo.Component, at At) field.ErrorList {
	faults := field.ErrorList{}
	check := func(key string, known ...string) {
		v, ok := c.Annotations[key]
		if ok && v != known[0] && v != known[1] {
			faults = append(faults, field.NotSupported(at.annotations(key).Key(key), v, known))
		}
	}
	check(meta.AnnotationDiscoveryMode, pod.DiscoveryModePod, pod.DiscoveryModeContainer)
	check(meta.AnnotationVLLMExecutor, engine.ExecutorMP, engine.ExecutorRay)
	return faults
}

// Ignored names the fields of a component that nothing acts on.
func Ignored(c dynamo.Component, path *field.Path) []string {
	var out []string
	if c.Standalone && c.ScalingAdapter {
		out = append(out, path.Child("scalingAdapter").String()+" (belongs to the services of a graph)")
	}
	for _, name := range c.Unsupported {
		if !slices.Contains(c.Deprecated, name) {
			out = append(out, path.Child(name).String())
		}
	}
	for _, name := range c.Deprecated {
		out = append(out, path.Child(name).String()+" (deprecated)")
	}
	return out
}
