package request

import (
	"cmp"

	"k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/examine"
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
	for _, f := range findOverlayFaults(s.overlay()) {
		f.Field = s.request.Search.At.Graph.String() + "." + f.Field
		out = append(out, f)
	}
	out = append(out, s.findNameFaults()...)
	out = append(out, metav1validation.ValidateLabels(overrides.Labels, at.Child("labels"))...)
	return append(out, validation.ValidateAnnotations(overrides.Annotations, at.Child("annotations"))...)
}

// findNameFaults refuses a name of the graph that is known beforehand, and that no graph can
// serve under.
func (s scope) findNameFaults() field.ErrorList {
	metadata, _ := s.overlay()["metadata"].(map[string]any)
	given := cmp.Or(s.request.Overrides.Name, nameIn(metadata))
	name, at := given, s.request.At.Overrides.Child("name")
	if name == "" && s.protocol.ReadsHardware() {
		name, at = s.protocol.NameGraph(s.request, ""), s.request.At.Name
	}
	faults := examine.Name(name, at)
	switch {
	case len(faults) == 0 || len(validation.NameIsDNSSubdomain(name, false)) > 0:
		return nil // One that is no name at all is told as such.
	case given == "":
		faults[0].Detail += ", or name the graph in " + s.request.At.Overrides.Child("name").String()
	}
	return faults
}
