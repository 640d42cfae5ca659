// Package examine finds what is wrong with a component: faults that keep it from being
// composed, warnings, and fields that have no effect. The graph layer and the
// component layer both ask it, so that both tell their users the same.
package examine

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/expose"
	"github.com/crossplane-contrib/function-dynamo/functions/render/picker"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// Component returns all findings on a component.
func Component(c dynamo.Component) layer.Findings {
	return layer.Findings{
		Faults:   findFaults(c),
		Warnings: findWarnings(c),
		Ignored:  slices.Clone(c.Ignored),
	}
}

func findFaults(c dynamo.Component) field.ErrorList {
	return slices.Concat(
		c.Faults,
		pod.Faults(c),
		engine.Faults(c, engine.Paths{Framework: c.At.Framework, Main: c.At.At(dynamo.FieldMain)}),
		labelFaults(c),
		picker.Faults(c),
		workload.StrategyFaults(c),
		annotationFaults(c),
		metadataFaults(c),
		expose.HostFaults(c),
	)
}

func findWarnings(c dynamo.Component) []string {
	return slices.Concat(
		pod.Warnings(c),
		picker.Warnings(c),
		expose.HostWarnings(c),
		expose.PortWarnings(c),
	)
}

// Name checks a name from which names of Services are made.
func Name(name string, at *field.Path) field.ErrorList {
	if name != "" && name[0] >= 'a' && name[0] <= 'z' {
		return nil
	}
	return field.ErrorList{field.Invalid(at, name, "must begin with a letter, since Services are named after it: choose another name")}
}

// labelFaults checks the fields whose values become label values.
func labelFaults(c dynamo.Component) field.ErrorList {
	faults := field.ErrorList{}
	check := func(at *field.Path, v string) {
		for _, msg := range validation.IsValidLabelValue(v) {
			faults = append(faults, field.Invalid(at, v, "becomes a label value: "+msg))
		}
	}
	check(c.At.At(dynamo.FieldType), c.Type)
	check(c.At.At(dynamo.FieldSubType), c.SubType)
	check(c.At.Name, c.Service)
	return faults
}

// annotationFaults checks the annotations that change what is rendered and have a fixed
// set of values.
func annotationFaults(c dynamo.Component) field.ErrorList {
	faults := field.ErrorList{}
	check := func(key string, known ...string) {
		v, ok := c.Annotations[key]
		if ok && !slices.Contains(known, v) {
			faults = append(faults, field.NotSupported(c.At.Annotations(key).Key(key), v, known))
		}
	}
	check(meta.AnnotationDiscoveryMode, discovery.ModePod, discovery.ModeContainer)
	check(meta.AnnotationExpose, meta.True, meta.False)
	check(meta.AnnotationVLLMExecutor, engine.ExecutorMP, engine.ExecutorRay)
	return faults
}
