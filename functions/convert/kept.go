package convert

import (
	"encoding/json"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// The operator of 1.5 and later stores objects in v1beta1. Of those that were written in
// v1alpha1 it keeps, in an annotation, what v1beta1 cannot say. Where a cluster is taken
// over, that is read on: else claims, hosts and labels would vanish with the operator.

// readKeptGraph reads what the annotation of a graph keeps. It returns the annotation as a
// field that nothing acts on where it cannot be read.
func readKeptGraph(annotations map[string]string) (v1alpha1.DynamoGraphDeploymentSpec, []string) {
	out := v1alpha1.DynamoGraphDeploymentSpec{}
	if !readKept(annotations, meta.AnnotationKeptGraph, &out) {
		return v1alpha1.DynamoGraphDeploymentSpec{}, []string{keptPath(meta.AnnotationKeptGraph).String() + " (cannot be read as JSON)"}
	}
	return out, nil
}

// readKeptComponent does the same of a component on its own.
func readKeptComponent(annotations map[string]string) (v1alpha1.DynamoComponentDeploymentSharedSpec, []string) {
	out := v1alpha1.DynamoComponentDeploymentSharedSpec{}
	if !readKept(annotations, meta.AnnotationKeptComponent, &out) {
		return v1alpha1.DynamoComponentDeploymentSharedSpec{}, []string{keptPath(meta.AnnotationKeptComponent).String() + " (cannot be read as JSON)"}
	}
	return out, nil
}

// listKeptRequest lists what the annotation of a request keeps, none of which has a place
// in the form of v1beta1: a profiler that is started of it is told of none.
func listKeptRequest(annotations map[string]string) []string {
	kept, at := map[string]any{}, keptPath(meta.AnnotationKeptRequest)
	if !readKept(annotations, meta.AnnotationKeptRequest, &kept) {
		return []string{at.String() + " (cannot be read as JSON)"}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(kept)) {
		below, _ := kept[name].(map[string]any)
		for _, field := range slices.Sorted(maps.Keys(below)) {
			out = append(out, at.Child(name, field).String())
		}
		if len(below) == 0 {
			out = append(out, at.Child(name).String())
		}
	}
	return out
}

// readKept reads an annotation, and says whether it could be read. One that is not there
// can.
func readKept(annotations map[string]string, key string, into any) bool {
	text, ok := annotations[key]
	return !ok || json.Unmarshal([]byte(text), into) == nil
}

func keptPath(key string) *field.Path { return field.NewPath("metadata", "annotations").Key(key) }

// addKeptPaths says where what is kept stands: in the annotation, below the path of the
// kept component.
func addKeptPaths(to *dynamo.Paths, kept v1alpha1.DynamoComponentDeploymentSharedSpec, at *field.Path) {
	old := dynamo.Paths{Spec: at, Form: Form()}
	to.LabelSources = append(to.LabelSources, dynamo.Source{Path: old.At(dynamo.FieldLabels), Values: kept.Labels})
	to.AnnotationSources = append(to.AnnotationSources, dynamo.Source{Path: old.At(dynamo.FieldAnnotations), Values: kept.Annotations})
	if kept.Ingress != nil {
		to.Kept = &old
	}
}

// addKept adds to a service what v1beta1 has no place for. Labels and annotations of the
// graph are under those of the service.
func addKept(to *v1alpha1.DynamoComponentDeploymentSharedSpec, kept v1alpha1.DynamoComponentDeploymentSharedSpec) {
	to.Ingress = kept.Ingress
	to.Labels = meta.Merge(to.Labels, kept.Labels)
	to.Annotations = meta.Merge(to.Annotations, kept.Annotations)
}
