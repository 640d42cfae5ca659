package request

import (
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/render/keyed"
)

// originSchema marks the faults of values that a definition does not allow.
const originSchema = "schema"

// componentName is how the definition of graphs has the names of components.
var componentName = regexp.MustCompile(`^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$`)

// findSchemaFaults names what only the definition of graphs refuses: their own layer lets it
// pass, since it has read a graph that an API server took.
func findSchemaFaults(of map[string]any) field.ErrorList {
	at := field.NewPath("spec")
	spec, _ := of["spec"].(map[string]any)
	list, _ := spec["components"].([]any)
	out := slices.Concat(
		findNameless(at.Child("env"), spec["env"]),
		findNameless(at.Child("envs"), spec["envs"]),
		notOneOf(at.Child("backendFramework"), spec["backendFramework"], v1alpha1.BackendFrameworkSGLang, v1alpha1.BackendFrameworkVLLM, v1alpha1.BackendFrameworkTRTLLM),
	)
	for _, item := range list {
		c, _ := item.(map[string]any)
		place := at.Child("components").Key(nameIn(c))
		out = append(out, findTypeFaults(place, c)...)
		out = append(out, findFormFaults(place, c)...)
		out = append(out, findNameless(place.Child("roles"), c["roles"])...)
	}
	return out
}

// findNameless returns the faults of the elements of a list that have no name, or that of an
// earlier one.
func findNameless(at *field.Path, value any) field.ErrorList {
	list, _ := value.([]any)
	return keyed.Miskeyed(at, "name", list, func(item any) string {
		fields, _ := item.(map[string]any)
		return nameIn(fields)
	})
}

// findTypeFaults names a type of a component that version v1beta1 does not know. The layer of
// a graph lets it pass, as v1alpha1 does.
func findTypeFaults(at *field.Path, component map[string]any) field.ErrorList {
	return notOneOf(at.Child("type"), component["type"], v1beta1.ComponentTypes()...)
}

// findFormFaults names values of a component that its definition does not allow.
func findFormFaults(at *field.Path, component map[string]any) field.ErrorList {
	var out field.ErrorList
	if name := nameIn(component); name != "" && (len(name) > validation.DNS1123LabelMaxLength || !componentName.MatchString(name)) {
		out = append(out, field.Invalid(at.Child("name"), layer.Shorten(name), "must be at most 63 letters, digits and hyphens, with no hyphen at either end"))
	}
	if least, ok := component["minAvailable"].(int64); ok && least < 1 {
		out = append(out, field.Invalid(at.Child("minAvailable"), least, "must be 1 or more"))
	}
	for _, f := range out {
		f.Origin = originSchema
	}
	return out
}

// notOneOf returns the fault of a text that is none of those that there are.
func notOneOf[T ~string](at *field.Path, value any, known ...T) field.ErrorList {
	text, isText := value.(string)
	if !isText || slices.Contains(known, T(text)) {
		return nil
	}
	return field.ErrorList{field.NotSupported(at, T(text), known).WithOrigin(originSchema)}
}
