package main

import (
	"encoding/json"
	"fmt"

	xv2 "github.com/crossplane/crossplane/apis/v2/apiextensions/v2"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Definition returns the XRD of a namespaced composite resource with the names,
// schema, print columns and scale subresource of crd. Its default Composition
// is the one of the same name.
//
// Of the root of the schema only the description, the rules, spec and status
// are taken: Crossplane fills in the rest.
func Definition(crd apiextensionsv1.CustomResourceDefinition) (*xv2.CompositeResourceDefinition, error) {
	versions := make([]xv2.CompositeResourceDefinitionVersion, 0, len(crd.Spec.Versions))

	for _, version := range crd.Spec.Versions {
		v, err := definitionVersion(version)
		if err != nil {
			return nil, fmt.Errorf("version %s: %w", version.Name, err)
		}

		versions = append(versions, v)
	}

	return &xv2.CompositeResourceDefinition{
		TypeMeta: metav1.TypeMeta{
			APIVersion: xv2.SchemeGroupVersion.String(),
			Kind:       xv2.CompositeResourceDefinitionKind,
		},
		ObjectMeta: metav1.ObjectMeta{Name: crd.Name},
		Spec: xv2.CompositeResourceDefinitionSpec{
			Group:                 crd.Spec.Group,
			Names:                 crd.Spec.Names,
			Scope:                 xv2.CompositeResourceScopeNamespaced,
			DefaultCompositionRef: &xv2.CompositionReference{Name: crd.Name},
			Versions:              versions,
		},
	}, nil
}

// definitionVersion carries one version over. The version that a CRD stores is
// the one that Compositions may refer to.
func definitionVersion(version apiextensionsv1.CustomResourceDefinitionVersion) (xv2.CompositeResourceDefinitionVersion, error) {
	root := version.Schema.OpenAPIV3Schema
	if err := checkSurvives(root); err != nil {
		return xv2.CompositeResourceDefinitionVersion{}, err
	}

	out := xv2.CompositeResourceDefinitionVersion{
		Name:                     version.Name,
		Served:                   version.Served,
		Referenceable:            version.Storage,
		DeprecationWarning:       version.DeprecationWarning,
		AdditionalPrinterColumns: version.AdditionalPrinterColumns,
	}
	if version.Deprecated {
		out.Deprecated = &version.Deprecated
	}

	if version.Subresources != nil && version.Subresources.Scale != nil {
		out.Subresources = &xv2.CompositeResourceDefinitionVersionSubresources{Scale: version.Subresources.Scale}
	}

	raw, err := json.Marshal(rootSchema(root))
	if err != nil {
		return out, fmt.Errorf("cannot marshal its schema: %w", err)
	}

	out.Schema = &xv2.CompositeResourceValidation{}
	out.Schema.OpenAPIV3Schema.Raw = raw

	return out, nil
}

// rootSchema is the part of root that an XRD may say.
func rootSchema(root *apiextensionsv1.JSONSchemaProps) *apiextensionsv1.JSONSchemaProps {
	out := &apiextensionsv1.JSONSchemaProps{
		Type:         "object",
		Description:  root.Description,
		XValidations: root.XValidations,
		Required:     []string{"spec"},
		Properties:   map[string]apiextensionsv1.JSONSchemaProps{},
	}

	for _, name := range []string{"spec", fieldStatus} {
		if schema, found := root.Properties[name]; found {
			out.Properties[name] = schema
		}
	}

	return out
}
