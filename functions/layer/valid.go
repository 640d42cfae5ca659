package layer

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Condition types that layers share.
const (
	TypeValid             = "Valid"
	TypeUnsupportedFields = "UnsupportedFields"
)

// Reasons of Valid and UnsupportedFields.
const (
	ReasonValid         = "Valid"
	ReasonInvalidSpec   = "InvalidSpec"
	ReasonNameCollision = "NameCollision"

	ReasonFieldsIgnored = "FieldsIgnored"
	ReasonNoneIgnored   = "NoFieldsIgnored"
)

// Findings is what a layer has to say of a composite's fields.
type Findings struct {
	// Faults keep it from being composed.
	Faults field.ErrorList
	// Collisions are two children that would share one object.
	Collisions field.ErrorList
	// Warnings do not keep it from being composed.
	Warnings []string
	// Ignored are fields that are accepted and not acted on.
	Ignored []string
}

// And returns the findings of both.
func (f Findings) And(other Findings) Findings {
	return Findings{
		Faults:     append(f.Faults, other.Faults...),
		Collisions: append(f.Collisions, other.Collisions...),
		Warnings:   append(f.Warnings, other.Warnings...),
		Ignored:    append(f.Ignored, other.Ignored...),
	}
}

// Fatal says whether anything keeps the composite from being composed.
func (f Findings) Fatal() bool { return len(f.Faults)+len(f.Collisions) > 0 }

// Valid is the condition that names every fault or, without one, every warning.
func (f Findings) Valid() Condition {
	switch {
	case len(f.Faults) > 0:
		return Condition{Type: TypeValid, Status: False, Reason: ReasonInvalidSpec, Message: joinFaults(f.Faults, f.Collisions)}
	case len(f.Collisions) > 0:
		return Condition{Type: TypeValid, Status: False, Reason: ReasonNameCollision, Message: joinFaults(f.Collisions)}
	}
	return Condition{Type: TypeValid, Status: True, Reason: ReasonValid, Message: strings.Join(f.Warnings, "; ")}
}

// Unsupported is the condition that names the ignored fields.
func (f Findings) Unsupported() Condition {
	if len(f.Ignored) == 0 {
		return Condition{Type: TypeUnsupportedFields, Status: False, Reason: ReasonNoneIgnored}
	}
	return Condition{
		Type:    TypeUnsupportedFields,
		Status:  True,
		Reason:  ReasonFieldsIgnored,
		Message: "accepted, and not acted on: " + strings.Join(f.Ignored, ", "),
	}
}

// Report adds the findings' conditions to a layer's result, and a warning event
// for each that says something it did not say before. Was are the conditions
// that the composite has now.
func (f Findings) Report(out *Out, was []metav1.Condition) {
	out.Found = f
	for _, c := range []Condition{f.Valid(), f.Unsupported()} {
		out.Conditions = append(out.Conditions, c)
		if c.Message != "" && c.Changed(was) {
			out.Events = append(out.Events, Event{Warning: true, Reason: c.Reason, Message: c.Message})
		}
	}
}

// Refuse returns the result for a composite that cannot be composed. One that has
// children gets those of out, which keep what exists; one without any is fatal.
func (f Findings) Refuse(in In, out Out, was []metav1.Condition) Out {
	out.Ready, out.Pace = false, PaceSteady
	f.Report(&out, was)
	if len(in.Observed) == 0 {
		out.Children, out.Fatal = nil, f.Why()
	}
	return out
}

// Why says why a composite is not composed: it is at fault, or needs what is not
// there.
func (f Findings) Why() string {
	if f.Fatal() {
		return f.Valid().Message
	}
	return f.Unsupported().Message
}

// Changed says whether a condition says something else than it did.
func (c Condition) Changed(was []metav1.Condition) bool {
	for _, w := range was {
		if w.Type == c.Type {
			return string(w.Status) != string(c.Status) || w.Reason != c.Reason || w.Message != c.Message
		}
	}
	return true
}

// joinFaults joins the texts of faults. Services that inherit one fault share its text,
// which is named once.
func joinFaults(lists ...field.ErrorList) string {
	var all []string
	for _, l := range lists {
		for _, e := range l {
			if !slices.Contains(all, e.Error()) {
				all = append(all, e.Error())
			}
		}
	}
	return strings.Join(all, "; ")
}
