package dryrun

import (
	"fmt"
	"io/fs"
	"path"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
)

// Schemas are the schemas of the kinds of one set of definitions. A schema is
// built when it is first asked for and then kept: building takes some ten
// milliseconds. Safe for concurrent use.
type Schemas struct {
	files fs.FS

	mu       sync.Mutex
	built    map[schema.GroupVersionKind]*Schema
	versions map[schema.GroupKind][]string
}

// ForKinds returns the schemas of the kinds that this project defines.
func ForKinds() *Schemas {
	return New(apis.Files)
}

// New returns the schemas of the definitions in folder definitions of files.
// The definition of a kind is the file that is named after the kind's plural, as
// in package apis. Those of claims are in a folder of their own.
func New(files fs.FS) *Schemas {
	return &Schemas{files: files, built: map[schema.GroupVersionKind]*Schema{}, versions: map[schema.GroupKind][]string{}}
}

// Lookup returns the schema of kind. The error wraps fs.ErrNotExist if there is
// no definition of that kind; any other error means that the definition is
// broken.
func (s *Schemas) Lookup(kind schema.GroupVersionKind) (*Schema, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if built, found := s.built[kind]; found {
		return built, nil
	}

	xrd, err := s.read(kind)
	if err != nil {
		return nil, err
	}

	built, err := NewSchema(xrd, kind)
	if err != nil {
		return nil, err
	}

	s.built[kind] = built

	return built, nil
}

// Versions returns the API versions in which kind is served, in the order of its
// definition; none without a definition.
func (s *Schemas) Versions(kind schema.GroupKind) []string {
	s.mu.Lock()
	defer s.mu.Unlock()

	if _, known := s.versions[kind]; !known {
		s.versions[kind] = s.readVersions(kind)
	}

	return s.versions[kind]
}

// readVersions reads the versions of kind from its definition.
func (s *Schemas) readVersions(kind schema.GroupKind) []string {
	xrd, err := s.read(kind.WithVersion(""))
	if err != nil {
		return nil
	}

	definition := struct {
		Spec struct {
			Versions []struct {
				Name   string `json:"name"`
				Served bool   `json:"served"`
			} `json:"versions"`
		} `json:"spec"`
	}{}
	if err := yaml.Unmarshal(xrd, &definition); err != nil {
		return nil
	}

	var out []string

	for _, v := range definition.Spec.Versions {
		if v.Served {
			out = append(out, kind.WithVersion(v.Name).GroupVersion().String())
		}
	}

	return out
}

// read returns the definition of a kind.
func (s *Schemas) read(kind schema.GroupVersionKind) ([]byte, error) {
	xrd, err := fs.ReadFile(s.files, definitionFile(kind))
	if err != nil {
		return nil, fmt.Errorf("no definition of kind %s in group %q: %w", kind.Kind, kind.Group, err)
	}

	return xrd, nil
}

// definitionFile is the path of the definition of a kind. A claim and the composite
// behind it are in one file, which is named after the latter.
func definitionFile(kind schema.GroupVersionKind) string {
	folder := apis.DefinitionsFolder
	if claimed, ok := v1alpha1.ClaimedKind(kind.Kind); ok {
		kind.Kind = v1alpha1.CompositeKind(claimed)
	}

	if v1alpha1.IsComposite(kind.Kind) {
		folder = path.Join(apis.ClaimsFolder, folder)
	}

	plural, _ := meta.UnsafeGuessKindToResource(kind)

	return path.Join(folder, plural.Resource+".yaml")
}
