package main

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/tools/go/packages"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/controller-tools/pkg/crd"
	crdmarkers "sigs.k8s.io/controller-tools/pkg/crd/markers"
	"sigs.k8s.io/controller-tools/pkg/loader"
	"sigs.k8s.io/controller-tools/pkg/markers"
)

// Load derives the CustomResourceDefinition of each kind of the Go packages in and
// below folder dir, one package a version, sorted by kind. Descriptions that come
// from Kubernetes' own types are left out of their schemas.
func Load(dir string) ([]apiextensionsv1.CustomResourceDefinition, error) {
	roots, err := loader.LoadRootsWithConfig(&packages.Config{Dir: dir}, "./...")
	if err != nil {
		return nil, fmt.Errorf("cannot load the Go packages in %s: %w", dir, err)
	}

	parser, err := newParser(roots)
	if err != nil {
		return nil, err
	}

	// What lies beside the versions, such as the package that embeds the
	// definitions, has no types to speak of.
	roots = slices.DeleteFunc(roots, func(root *loader.Package) bool {
		return parser.GroupVersions[root].Group == ""
	})

	metav1 := crd.FindMetav1(roots)
	if metav1 == nil {
		return nil, fmt.Errorf("the Go packages in %s have no kinds: none imports k8s.io/apimachinery/pkg/apis/meta/v1", dir)
	}

	kinds := crd.FindKubeKinds(parser, metav1)
	crds := make([]apiextensionsv1.CustomResourceDefinition, 0, len(kinds))

	for _, kind := range kinds {
		for _, root := range roots {
			stripForeignDescriptions(parser, crd.TypeIdent{Package: root, Name: kind.Kind})
		}

		parser.NeedCRDFor(kind, nil)
		crds = append(crds, parser.CustomResourceDefinitions[kind])
	}

	return crds, packageErrors(roots)
}

// newParser returns a parser that knows the root packages and the schemas of
// Kubernetes types with a representation of their own, such as quantities.
func newParser(roots []*loader.Package) (*crd.Parser, error) {
	registry := &markers.Registry{}
	if err := crdmarkers.Register(registry); err != nil {
		return nil, fmt.Errorf("cannot register the markers of controller-tools: %w", err)
	}

	parser := &crd.Parser{
		// Templates inside a PodSpec have labels and annotations; without this
		// the API server would prune them.
		GenerateEmbeddedObjectMeta: true,

		Collector: &markers.Collector{Registry: registry},
		Checker:   &loader.TypeChecker{},
	}
	crd.AddKnownTypes(parser)

	for _, root := range roots {
		parser.NeedPackage(root)
	}

	return parser, nil
}

// packageErrors returns what controller-tools recorded at the packages: faults
// of their Go code and of their markers.
func packageErrors(roots []*loader.Package) error {
	var errs []error

	for _, root := range roots {
		for _, err := range root.Errors {
			errs = append(errs, fmt.Errorf("%s: %w", root.PkgPath, err))
		}
	}

	return errors.Join(errs...)
}
