package request

import (
	"k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// findOverrideFaults returns the faults of what the request changes of its graph. A
// composite of a namespace can make nothing in another one.
func (s scope) findOverrideFaults() field.ErrorList {
	var out field.ErrorList
	at, overrides := s.request.At.Overrides, s.request.Overrides
	if ns := overrides.Namespace; ns != "" && s.request.Namespace != "" && ns != s.request.Namespace {
		out = append(out, field.Invalid(at.Child("namespace"), ns,
			"must be the namespace of the request: make the request in the namespace where the graph shall be"))
	}
	if overrides.Name != "" {
		for _, message := range validation.NameIsDNSSubdomain(overrides.Name, false) {
			out = append(out, field.Invalid(at.Child("name"), overrides.Name, message))
		}
	}
	out = append(out, metav1validation.ValidateLabels(overrides.Labels, at.Child("labels"))...)
	return append(out, validation.ValidateAnnotations(overrides.Annotations, at.Child("annotations"))...)
}
