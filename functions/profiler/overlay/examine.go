package overlay

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
)

// Examine returns what is wrong with an overlay whatever it is put over.
func Examine(overlay map[string]any, at *field.Path) field.ErrorList {
	if overlay == nil {
		return nil
	}
	var faults field.ErrorList
	versions := []string{v1alpha1.GroupVersion().String(), v1beta1.GroupVersion().String()}
	faults = append(faults, oneOf(at.Child("apiVersion"), overlay["apiVersion"], versions)...)
	faults = append(faults, oneOf(at.Child("kind"), overlay["kind"], []string{v1alpha1.GraphKind})...)
	for _, key := range []string{"metadata", "spec"} {
		if _, ok := overlay[key].(map[string]any); !ok && overlay[key] != nil {
			faults = append(faults, field.Invalid(at.Child(key), field.OmitValueType{}, "must be an object"))
		}
	}
	metadata, _ := overlay["metadata"].(map[string]any)
	return append(faults, metadataFaults(metadata, at.Child("metadata"))...)
}

func oneOf(at *field.Path, value any, known []string) field.ErrorList {
	text, _ := value.(string)
	switch {
	case text == "":
		return field.ErrorList{field.Required(at, "must be "+strings.Join(known, " or "))}
	case !slices.Contains(known, text):
		return field.ErrorList{field.NotSupported(at, text, known)}
	}
	return nil
}

// metadataFaults checks what of an overlay's metadata the graph is made with.
func metadataFaults(metadata map[string]any, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	name, isText := metadata["name"].(string)
	switch {
	case !isText && metadata["name"] != nil:
		faults = append(faults, mistyped(at.Child("name")))
	case name != "":
		for _, message := range validation.NameIsDNSSubdomain(name, false) {
			faults = append(faults, field.Invalid(at.Child("name"), name, message))
		}
	}
	labels, wrong := readTexts(metadata["labels"], at.Child("labels"))
	faults = append(append(faults, wrong...), metav1validation.ValidateLabels(labels, at.Child("labels"))...)
	annotations, wrong := readTexts(metadata["annotations"], at.Child("annotations"))
	return append(append(faults, wrong...), validation.ValidateAnnotations(annotations, at.Child("annotations"))...)
}

// readTexts reads a map of texts. What is no text in it, or is no map, is a fault.
func readTexts(value any, at *field.Path) (map[string]string, field.ErrorList) {
	block, isMap := value.(map[string]any)
	if !isMap && value != nil {
		return nil, field.ErrorList{field.Invalid(at, field.OmitValueType{}, "must be an object")}
	}
	var faults field.ErrorList
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(block)) {
		text, ok := block[key].(string)
		if !ok {
			faults = append(faults, mistyped(at.Key(key)))
			continue
		}
		out[key] = text
	}
	return out, faults
}

func mistyped(at *field.Path) *field.Error {
	return field.Invalid(at, field.OmitValueType{}, "must be a text: put it into quotes")
}

// ListIgnored names the fields of an overlay that are not put over the graph: those that
// are no part of what a user says of one, and all that only a graph has that exists.
func ListIgnored(overlay map[string]any, at *field.Path) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(overlay)) {
		if !slices.Contains([]string{"apiVersion", "kind", "metadata", "spec"}, key) {
			out = append(out, at.Child(key).String())
		}
	}
	metadata, _ := overlay["metadata"].(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		switch name := at.Child("metadata", key).String(); {
		case key == "namespace":
			out = append(out, fmt.Sprintf("%s (the graph is made in the namespace of the request)", name))
		case !slices.Contains(taken(), key):
			out = append(out, name)
		}
	}
	return out
}

// taken are the fields of an overlay's metadata that the graph is made with.
func taken() []string { return []string{"annotations", "labels", "name"} }
