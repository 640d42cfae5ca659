package dryrun

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/internal/mistype"
)

// unreadableMetadata says which fields of metadata are not of their type. An API
// server says of the first that it cannot read it, which is err.
func unreadableMetadata(metadata any, err error) field.ErrorList {
	path := field.NewPath("metadata")

	fields, ok := metadata.(map[string]any)
	if !ok {
		return field.ErrorList{mistype.Fault(path, mistype.Object, metadata)}
	}

	var out field.ErrorList

	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !readable(name, fields[name]) {
			out = append(out, fieldFaults(path.Child(name), name, fields[name], err)...)
		}
	}

	return out
}

// readable tells whether a field of metadata is of its type.
func readable(name string, value any) bool {
	return runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{name: value}, &metav1.ObjectMeta{}) == nil
}

// fieldFaults says what is wrong with a field of metadata.
func fieldFaults(path *field.Path, name string, value any, err error) field.ErrorList {
	want := metadataType(name)
	if !mistype.Fits(want, value) {
		return field.ErrorList{mistype.Fault(path, want, value)}
	}

	var out field.ErrorList

	texts, _ := value.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		if !mistype.Fits(mistype.String, texts[key]) {
			out = append(out, mistype.Fault(path.Key(key), mistype.String, texts[key]))
		}
	}

	if len(out) == 0 {
		out = field.ErrorList{field.Invalid(path, field.OmitValueType{}, err.Error())}
	}

	return out
}

// metadataType is the type of a field of metadata.
func metadataType(name string) string {
	switch name {
	case "annotations", "labels":
		return mistype.Object
	case "finalizers", "managedFields", "ownerReferences":
		return mistype.Array
	case "deletionGracePeriodSeconds", "generation":
		return mistype.Integer
	default:
		return mistype.String
	}
}
