package main

import (
	"fmt"
)

// File is one generated definition.
type File struct {
	// Name of the file, without a folder.
	Name string
	// Data is its content, YAML.
	Data []byte
}

// Generate returns the definitions of all kinds of the Go packages in and below
// folder dir, sorted by kind. The same types give the same bytes.
func Generate(dir string) ([]File, error) {
	crds, err := Load(dir)
	if err != nil {
		return nil, err
	}

	files := make([]File, 0, len(crds))

	for _, crd := range crds {
		for i := range crd.Spec.Versions {
			PostProcess(crd.Spec.Versions[i].Schema.OpenAPIV3Schema)
		}

		if err := JoinForms(&crd); err != nil {
			return nil, fmt.Errorf("cannot join the versions of kind %s: %w", crd.Spec.Names.Kind, err)
		}

		xrd, err := Definition(crd)
		if err != nil {
			return nil, fmt.Errorf("cannot make a definition of kind %s: %w", crd.Spec.Names.Kind, err)
		}

		data, err := Marshal(xrd)
		if err != nil {
			return nil, fmt.Errorf("cannot write the definition of kind %s: %w", crd.Spec.Names.Kind, err)
		}

		files = append(files, File{Name: crd.Spec.Names.Plural + ".yaml", Data: data})
	}

	return files, nil
}
