package main

import (
	"fmt"
	"strings"

	xv1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	xv2 "github.com/crossplane/crossplane/apis/v2/apiextensions/v2"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
)

// connectionKeys returns the keys of the Secret that a claim of a kind can be
// given; nil for a kind that has nothing to connect to.
func connectionKeys(kind string) []string {
	if kind == "DynamoGraphDeployment" {
		return []string{"host", "port", "url"}
	}

	return nil
}

// ClaimDefinition returns the XRD of claims of the kind that crd has: a namespaced
// claim and, behind it, a cluster-scoped composite with the same fields. Crossplane
// takes neither of the two under the name of the kind itself.
//
// Claims have all versions and forms of the kind, so that a manifest becomes one of
// a claim by its kind alone.
func ClaimDefinition(crd apiextensionsv1.CustomResourceDefinition) (*xv1.CompositeResourceDefinition, error) {
	names, claims := compositeNames(crd.Spec.Names), claimNames(crd.Spec.Names)
	name := names.Plural + "." + crd.Spec.Group
	versions := make([]xv1.CompositeResourceDefinitionVersion, 0, len(crd.Spec.Versions))

	for _, version := range crd.Spec.Versions {
		v, err := claimVersion(version, crd.Spec.Names.Kind)
		if err != nil {
			return nil, fmt.Errorf("version %s: %w", version.Name, err)
		}

		versions = append(versions, v)
	}

	return &xv1.CompositeResourceDefinition{
		TypeMeta: metav1.TypeMeta{
			APIVersion: xv1.SchemeGroupVersion.String(),
			Kind:       xv1.CompositeResourceDefinitionKind,
		},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: xv1.CompositeResourceDefinitionSpec{
			Group:                 crd.Spec.Group,
			Names:                 names,
			ClaimNames:            &claims,
			Scope:                 ptr.To(xv1.CompositeResourceScopeLegacyCluster),
			ConnectionSecretKeys:  connectionKeys(crd.Spec.Names.Kind),
			DefaultCompositionRef: &xv1.CompositionReference{Name: name},
			Versions:              versions,
		},
	}, nil
}

// claimVersion carries one version over.
func claimVersion(version apiextensionsv1.CustomResourceDefinitionVersion, kind string) (xv1.CompositeResourceDefinitionVersion, error) {
	version = *version.DeepCopy()
	root := version.Schema.OpenAPIV3Schema

	for i, rule := range root.XValidations {
		root.XValidations[i].Rule = sparingComposites(rule.Rule, kind)
	}

	v, err := definitionVersion(version)
	if err != nil {
		return xv1.CompositeResourceDefinitionVersion{}, err
	}

	out := xv1.CompositeResourceDefinitionVersion{
		Name:                     v.Name,
		Served:                   v.Served,
		Referenceable:            v.Referenceable,
		Deprecated:               v.Deprecated,
		Schema:                   &xv1.CompositeResourceValidation{OpenAPIV3Schema: v.Schema.OpenAPIV3Schema},
		AdditionalPrinterColumns: v.AdditionalPrinterColumns,
		Subresources:             claimSubresources(v.Subresources),
	}
	if v.DeprecationWarning != nil {
		out.DeprecationWarning = ptr.To(strings.ReplaceAll(*v.DeprecationWarning, kind, kind+claimSuffix))
	}

	return out, nil
}

func claimSubresources(of *xv2.CompositeResourceDefinitionVersionSubresources) *xv1.CompositeResourceDefinitionVersionSubresources {
	if of == nil {
		return nil
	}

	return &xv1.CompositeResourceDefinitionVersionSubresources{Scale: of.Scale}
}

// sparingComposites returns a rule of an object that has nothing to say of the name
// of a composite: Crossplane makes that of the claim's name and six characters, and
// nothing is named after it.
func sparingComposites(rule, kind string) string {
	if !strings.Contains(rule, "self.metadata.name") {
		return rule
	}

	return fmt.Sprintf("self.kind == '%s' || (%s)", compositePrefix+kind, rule)
}

// What tells the names of composites and claims from those of the kind itself.
const (
	compositePrefix = "X"
	claimSuffix     = "Claim"
)

// compositeNames are those of the composites behind claims. They are in no category: who lists one
// sees their claims.
func compositeNames(of apiextensionsv1.CustomResourceDefinitionNames) apiextensionsv1.CustomResourceDefinitionNames {
	prefix := strings.ToLower(compositePrefix)

	return apiextensionsv1.CustomResourceDefinitionNames{
		Kind:       compositePrefix + of.Kind,
		ListKind:   compositePrefix + of.Kind + "List",
		Plural:     prefix + of.Plural,
		Singular:   prefix + of.Singular,
		ShortNames: each(of.ShortNames, func(name string) string { return prefix + name }),
	}
}

// claimNames are those of claims.
func claimNames(of apiextensionsv1.CustomResourceDefinitionNames) apiextensionsv1.CustomResourceDefinitionNames {
	suffix := strings.ToLower(claimSuffix)

	return apiextensionsv1.CustomResourceDefinitionNames{
		Kind:       of.Kind + claimSuffix,
		ListKind:   of.Kind + claimSuffix + "List",
		Plural:     of.Singular + suffix + "s",
		Singular:   of.Singular + suffix,
		ShortNames: each(of.ShortNames, func(name string) string { return name + suffix[:1] }),
		Categories: of.Categories,
	}
}

func each(names []string, change func(string) string) []string {
	out := make([]string, 0, len(names))
	for _, name := range names {
		out = append(out, change(name))
	}

	return out
}
