package main

import (
	"fmt"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// Files are the generated definitions of all kinds.
type Files struct {
	// Kinds are those of the kinds themselves, Claims those of claims of them.
	Kinds, Claims []File
}

// File is one generated definition.
type File struct {
	// Name of the file, without a folder.
	Name string
	// Data is its content, YAML.
	Data []byte
}

// Generate returns the definitions of all kinds of the Go packages in and below
// folder dir, sorted by kind. The same types give the same bytes.
func Generate(dir string) (Files, error) {
	crds, err := Load(dir)
	if err != nil {
		return Files{}, err
	}

	out := Files{}

	for _, crd := range crds {
		if err := out.add(crd); err != nil {
			return Files{}, fmt.Errorf("cannot make the definitions of kind %s: %w", crd.Spec.Names.Kind, err)
		}
	}

	return out, nil
}

// add adds the definitions of one kind.
func (f *Files) add(crd apiextensionsv1.CustomResourceDefinition) error {
	for i := range crd.Spec.Versions {
		PostProcess(crd.Spec.Versions[i].Schema.OpenAPIV3Schema)
	}

	if err := JoinForms(&crd); err != nil {
		return fmt.Errorf("cannot join its versions: %w", err)
	}

	xrd, err := Definition(crd)
	if err != nil {
		return err
	}

	claim, err := ClaimDefinition(crd)
	if err != nil {
		return fmt.Errorf("of claims: %w", err)
	}

	if f.Kinds, err = appendFile(f.Kinds, xrd.Spec.Names.Plural, xrd); err != nil {
		return err
	}

	f.Claims, err = appendFile(f.Claims, claim.Spec.Names.Plural, claim)

	return err
}

// appendFile appends the file of a definition.
func appendFile(files []File, plural string, definition any) ([]File, error) {
	data, err := Marshal(definition)
	if err != nil {
		return nil, fmt.Errorf("cannot write %s: %w", plural, err)
	}

	return append(files, File{Name: plural + ".yaml", Data: data}), nil
}
