package dryrun

import (
	"fmt"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xcrd"
	xv1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// DeriveCRD returns the CustomResourceDefinition that Crossplane makes of the
// CompositeResourceDefinition in xrd (YAML or JSON, version v1 or v2; the scope
// must be spelled out).
func DeriveCRD(xrd []byte) (*apiextensionsv1.CustomResourceDefinition, error) {
	return derive(xrd, xcrd.ForCompositeResource)
}

// DeriveClaimCRD returns the CustomResourceDefinition that Crossplane makes of the
// claims in xrd.
func DeriveClaimCRD(xrd []byte) (*apiextensionsv1.CustomResourceDefinition, error) {
	return derive(xrd, xcrd.ForCompositeResourceClaim)
}

func derive(xrd []byte, of func(*xv1.CompositeResourceDefinition) (*apiextensionsv1.CustomResourceDefinition, error)) (*apiextensionsv1.CustomResourceDefinition, error) {
	// Crossplane's own code knows one Go type for both versions, too.
	definition := &xv1.CompositeResourceDefinition{}
	if err := yaml.Unmarshal(xrd, definition); err != nil {
		return nil, fmt.Errorf("cannot read CompositeResourceDefinition: %w", err)
	}

	if definition.Kind != xv1.CompositeResourceDefinitionKind {
		return nil, fmt.Errorf("kind is %q, want %s", definition.Kind, xv1.CompositeResourceDefinitionKind)
	}

	if definition.Spec.Scope == nil {
		return nil, fmt.Errorf("definition %s: spec.scope is not set: write it out, its default differs between versions", definition.Name)
	}

	crd, err := of(definition)
	if err != nil {
		return nil, fmt.Errorf("cannot derive a CustomResourceDefinition from definition %s: %w", definition.Name, err)
	}

	return crd, nil
}
