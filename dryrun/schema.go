package dryrun

import (
	"fmt"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// Schema is what an API server knows of one version of one kind.
type Schema struct {
	kind       schema.GroupVersionKind
	namespaced bool
	structural *structural.Structural
	openAPI    validation.SchemaValidator
	rules      *cel.Validator
}

// NewSchema returns the schema of kind that the definition in xrd (YAML or JSON)
// describes. It is an error if xrd defines another kind or lacks its version.
func NewSchema(xrd []byte, kind schema.GroupVersionKind) (*Schema, error) {
	deriveFor := DeriveCRD
	if _, claim := v1alpha1.ClaimedKind(kind.Kind); claim {
		deriveFor = DeriveClaimCRD
	}

	crd, err := deriveFor(xrd)
	if err != nil {
		return nil, err
	}

	props, err := propsFor(crd, kind)
	if err != nil {
		return nil, err
	}

	s, err := build(props)
	if err != nil {
		return nil, fmt.Errorf("schema of kind %s: %w", kind.Kind, err)
	}

	s.kind = kind
	s.namespaced = crd.Spec.Scope == apiextensionsv1.NamespaceScoped

	return s, nil
}

// propsFor returns the schema that crd has for kind.
func propsFor(crd *apiextensionsv1.CustomResourceDefinition, kind schema.GroupVersionKind) (*apiextensionsv1.JSONSchemaProps, error) {
	if crd.Spec.Group != kind.Group || crd.Spec.Names.Kind != kind.Kind {
		return nil, fmt.Errorf("definition %s is of kind %s in group %q, not of %s in %q",
			crd.Name, crd.Spec.Names.Kind, crd.Spec.Group, kind.Kind, kind.Group)
	}

	for _, version := range crd.Spec.Versions {
		if version.Name == kind.Version {
			return version.Schema.OpenAPIV3Schema, nil
		}
	}

	return nil, fmt.Errorf("definition %s has no version %q", crd.Name, kind.Version)
}

// build compiles a schema for pruning, defaulting and validation.
func build(props *apiextensionsv1.JSONSchemaProps) (*Schema, error) {
	internal := &apiextensions.JSONSchemaProps{}
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(props, internal, nil); err != nil {
		return nil, fmt.Errorf("cannot convert: %w", err)
	}

	tree, err := structural.NewStructural(internal)
	if err != nil {
		return nil, fmt.Errorf("not structural: %w", err)
	}

	if err := defaulting.PruneDefaults(tree); err != nil {
		return nil, fmt.Errorf("bad defaults: %w", err)
	}

	openAPI, _, err := validation.NewSchemaValidator(internal)
	if err != nil {
		return nil, fmt.Errorf("cannot compile: %w", err)
	}

	return &Schema{
		structural: tree,
		openAPI:    openAPI,
		rules:      cel.NewValidator(tree, true, celconfig.PerCallLimit),
	}, nil
}
