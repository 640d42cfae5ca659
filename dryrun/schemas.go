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
// in package apis.
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
	plural, _ := meta.UnsafeGuessKindToResource(kind)

	xrd, err := fs.ReadFile(s.files, path.Join(apis.DefinitionsFolder, plural.Resource+".yaml"))
	if err != nil {
		return nil, fmt.Errorf("no definition of kind %s in group %q: %w", kind.Kind, kind.Group, err)
	}

	return xrd, nil
}
