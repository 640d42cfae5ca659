package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/test/conformance"
)

// manifest is one that was published, or written for the conformance tests.
type manifest struct {
	// name to find it by.
	name   string
	object map[string]any
}

// corpus are the graphs and components of the conformance cases: all of them
// where they lie beside the repository, else the selection in it.
func corpus(root string) ([]manifest, error) {
	dir := filepath.Join(root, "..", "shared", "conformance")
	if _, err := os.Stat(dir); err != nil {
		dir = filepath.Join(root, "test", "conformance", "testdata")
	}
	cases, err := conformance.Discover(dir)
	if err != nil {
		return nil, err
	}
	var out []manifest
	for _, c := range cases {
		objects, err := preview.Documents(bytes.NewReader(c.Input))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.ID(), err)
		}
		for _, o := range objects {
			if u := (unstructured.Unstructured{Object: o}); strings.HasPrefix(u.GetAPIVersion(), v1alpha1.Group+"/") {
				out = append(out, manifest{name: c.ID() + " " + u.GetKind() + "/" + u.GetName(), object: o})
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no manifests in %s", dir)
	}
	return out, nil
}
