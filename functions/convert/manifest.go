package convert

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// What a composite says by its apiVersion does not matter: core reads all of them in one
// version, and a definition serves both. What counts are the fields that are there.

// DecodeGraph reads a composite of kind DynamoGraphDeployment in the form that it is
// written in. Its metadata and status are those of v1alpha1, which are the same in both.
// A spec that cannot be read is a fault of the graph; an error is for anything else.
func DecodeGraph(composite map[string]any) (*v1alpha1.DynamoGraphDeployment, dynamo.Graph, error) {
	dgd := &v1alpha1.DynamoGraphDeployment{}
	if err := object.Into(without(composite, "spec"), dgd); err != nil {
		return nil, dynamo.Graph{}, err
	}
	spec, _ := composite["spec"].(map[string]any)
	_, services := spec["services"]
	_, components := spec["components"]
	switch {
	case services && components:
		return dgd, faultyGraph(dgd, explainBothForms()), nil
	case components:
		in := &v1beta1.DynamoGraphDeployment{}
		unknown, fault := readKnown(spec, in)
		if fault != nil {
			return dgd, faultyGraph(dgd, fault), nil
		}
		in.ObjectMeta = dgd.ObjectMeta
		g := readGraphV1Beta1(in, spec)
		g.Ignored = append(g.Ignored, omitNamed(unknown, g.Ignored, g.Components...)...)
		return dgd, g, nil
	case services:
		in := &v1alpha1.DynamoGraphDeployment{}
		if fault := readSpec(spec, in); fault != nil {
			return dgd, faultyGraph(dgd, fault), nil
		}
		dgd.Spec = in.Spec
		return dgd, ReadGraph(dgd), nil
	}
	return dgd, faultyGraph(dgd, explainNoForm()), nil
}

func explainBothForms() *field.Error {
	return field.Forbidden(field.NewPath("spec", "components"),
		"a graph has services, as in v1alpha1, or components, as in v1beta1, and not both: remove one of the two")
}

func explainNoForm() *field.Error {
	return field.Required(field.NewPath("spec"),
		"neither services, as in v1alpha1, nor components, as in v1beta1: a graph has one of the two; nothing that runs is changed until it does")
}

// faultyGraph is a graph of which nothing is known but its name.
func faultyGraph(in *v1alpha1.DynamoGraphDeployment, why *field.Error) dynamo.Graph {
	spec := field.NewPath("spec")
	return dynamo.Graph{
		Name:      in.Name,
		Namespace: in.Namespace,
		At:        dynamo.GraphPaths{Name: field.NewPath("metadata", "name"), Components: spec, PVCs: spec},
		Faults:    field.ErrorList{why},
	}
}

// DecodeComponent does the same of a composite of kind DynamoComponentDeployment. One
// that has only fields of both forms is read as v1alpha1.
func DecodeComponent(composite map[string]any) (*v1alpha1.DynamoComponentDeployment, dynamo.Component, error) {
	dcd := &v1alpha1.DynamoComponentDeployment{}
	spec, _ := composite["spec"].(map[string]any)
	old, recent := findForms(spec)
	if len(recent) == 0 {
		if err := object.Into(composite, dcd); err != nil {
			return nil, dynamo.Component{}, err
		}
		return dcd, ReadComponent(dcd), nil
	}
	if err := object.Into(without(composite, "spec"), dcd); err != nil {
		return nil, dynamo.Component{}, err
	}
	in := &v1beta1.DynamoComponentDeployment{ObjectMeta: dcd.ObjectMeta}
	var faults field.ErrorList
	if len(old) > 0 {
		faults = append(faults, explainMixed(old[0], recent[0]))
	}
	unknown, fault := readKnown(spec, in)
	if fault != nil && len(old) == 0 {
		faults = append(faults, fault)
	}
	in.ObjectMeta = dcd.ObjectMeta
	c := readComponentV1Beta1(in, spec)
	c.Ignored = append(c.Ignored, omitNamed(unknown, c.Ignored)...)
	c.Faults = append(faults, c.Faults...)
	return dcd, c, nil
}

func explainMixed(old, recent string) *field.Error {
	at := field.NewPath("spec")
	return field.Forbidden(at.Child(old),
		fmt.Sprintf("is of v1alpha1, and %s of v1beta1: write the component in one of the two forms", at.Child(recent)))
}

// findForms returns the fields of a component on its own that are v1alpha1's alone, and
// those that are v1beta1's alone.
func findForms(spec map[string]any) ([]string, []string) {
	old, recent := findGiven(spec, onlyV1Alpha1()), findGiven(spec, OnlyV1Beta1())
	if _, isName := spec["frontendSidecar"].(string); isName {
		recent = append(recent, "frontendSidecar")
	}
	return old, recent
}

// omitNamed returns the paths that are not named yet, nor by one of some components.
func omitNamed(paths, named []string, of ...dynamo.Component) []string {
	for _, c := range of {
		named = append(slices.Clone(named), c.Ignored...)
	}
	return slices.DeleteFunc(paths, func(path string) bool {
		return slices.ContainsFunc(named, func(text string) bool { return text == path || strings.HasPrefix(text, path+" (") })
	})
}

// onlyV1Alpha1 are the fields of a component on its own that v1beta1 does not have.
func onlyV1Alpha1() []string {
	return []string{
		"annotations", "autoscaling", "checkpoint", "componentType", "dynamoNamespace", "envFromSecret", "envs", "extraPodMetadata",
		"extraPodSpec", "failover", "gpuMemoryService", "ingress", "labels", "livenessProbe", "readinessProbe", "resources",
		"serviceName", "sharedMemory", "subComponentType", "volumeMounts",
	}
}

// OnlyV1Beta1 are those that v1alpha1 does not have. An object of one form takes no field
// of the other.
func OnlyV1Beta1() []string {
	return []string{"compilationCache", "experimental", "name", "podTemplate", "roles", "sharedMemorySize", "type"}
}

// findGiven returns which of some fields a spec has, sorted.
func findGiven(spec map[string]any, names []string) []string {
	var out []string
	for _, name := range names {
		if spec[name] != nil {
			out = append(out, name)
		}
	}
	return out
}

// without returns an object without one of its sections.
func without(o map[string]any, section string) map[string]any {
	out := maps.Clone(o)
	delete(out, section)
	return out
}
