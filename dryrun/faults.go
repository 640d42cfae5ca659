package dryrun

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// OriginRule is the origin of errors that rules in CEL find. It is the name that
// the schema has for them.
const OriginRule = "x-kubernetes-validations"

// RulesSkipped is the text of the error that stands for rules that were not
// evaluated.
const RulesSkipped = "its rules were not checked because of the other errors: correct those and try again"

// faults returns the faults of object, a decoded one. Rules that compare are
// evaluated if old, the object before, is not nil.
func (s *Schema) faults(object, old map[string]any) field.ErrorList {
	if errs := s.typeFaults(object); len(errs) > 0 {
		return errs
	}

	errs := s.metadataFaults(object, old)
	errs = append(errs, s.openAPIFaults(object)...)
	errs = append(errs, objectmeta.Validate(nil, object, s.structural, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, s.structural, object)...)
	errs = append(errs, beside(errs, s.ruleFaults(object, old, errs))...)

	slices.SortStableFunc(errs, func(a, b *field.Error) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), strings.Compare(a.Error(), b.Error()))
	})

	return errs
}

// beside returns the faults that rules found in fields that nothing else is wrong
// with: what a rule says of a value that is none at all helps nobody.
func beside(others, rules field.ErrorList) field.ErrorList {
	return slices.DeleteFunc(rules, func(rule *field.Error) bool {
		return slices.ContainsFunc(others, func(other *field.Error) bool { return other.Field == rule.Field })
	})
}

// ruleFaults returns the faults of object against the rules in CEL. As in an
// API server, rules are not evaluated on an object that is not of the shape they
// are written for; one error then says so.
func (s *Schema) ruleFaults(object, old map[string]any, before field.ErrorList) field.ErrorList {
	if s.rules == nil {
		return nil
	}

	if slices.ContainsFunc(before, hidesRules) {
		return field.ErrorList{field.Invalid(field.NewPath("spec"), field.OmitValueType{}, RulesSkipped)}
	}

	// A nil map in an interface is not a nil interface, which means "no old".
	var oldObject any
	if old != nil {
		oldObject = old
	}

	errs, _ := s.rules.Validate(context.Background(), nil, s.structural, object, oldObject, celconfig.RuntimeCELCostBudget)

	return nameField(errs).WithOrigin(OriginRule)
}

// nameField gives errors that have no field the one that they are about: a rule on an
// object as a whole can see of its metadata the name alone.
func nameField(errs field.ErrorList) field.ErrorList {
	for _, err := range errs {
		if err.Field == noField {
			err.Field = field.NewPath("metadata", "name").String()
		}
	}

	return errs
}

// hidesRules tells whether an API server evaluates no rules after err.
func hidesRules(err *field.Error) bool {
	switch err.Type {
	case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
		return true
	default:
		return false
	}
}
