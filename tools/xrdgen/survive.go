package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// errDropped is the fault of a rule that an API server would never see.
var errDropped = errors.New("crossplane drops this when it derives the CRD; say it in a field below or as a rule (x-kubernetes-validations)")

// checkSurvives refuses what Crossplane leaves out, without a word, of the CRD
// that it derives from a definition (crossplane-runtime v2, pkg/xcrd): at the
// top of spec and status it carries over only the description, required fields,
// properties, rules, oneOf and, for spec, preserve-unknown-fields.
func checkSurvives(root *apiextensionsv1.JSONSchemaProps) error {
	for _, name := range []string{"spec", fieldStatus} {
		schema, found := root.Properties[name]
		if !found {
			continue
		}

		if dropped := droppedKeywords(schema); len(dropped) > 0 {
			return fmt.Errorf("%s has %s: %w", name, strings.Join(dropped, ", "), errDropped)
		}
	}

	status := root.Properties[fieldStatus]
	if status.XPreserveUnknownFields != nil {
		return fmt.Errorf("%s has x-kubernetes-preserve-unknown-fields: %w", fieldStatus, errDropped)
	}

	return nil
}

// droppedKeywords returns the keywords of schema that are dropped, sorted.
func droppedKeywords(schema apiextensionsv1.JSONSchemaProps) []string {
	given := map[string]bool{
		"additionalProperties":  schema.AdditionalProperties != nil,
		"allOf":                 len(schema.AllOf) > 0,
		"anyOf":                 len(schema.AnyOf) > 0,
		"default":               schema.Default != nil,
		"maxProperties":         schema.MaxProperties != nil,
		"minProperties":         schema.MinProperties != nil,
		"not":                   schema.Not != nil,
		"nullable":              schema.Nullable,
		"x-kubernetes-map-type": schema.XMapType != nil,
	}
	maps.DeleteFunc(given, func(_ string, used bool) bool { return !used })

	return slices.Sorted(maps.Keys(given))
}
