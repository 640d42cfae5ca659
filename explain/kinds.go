package explain

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	xv1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/package/input"
)

// Kind is what can be explained.
type Kind struct {
	Group string
	// Name of the kind, such as DynamoGraphDeployment.
	Name string
	// Words are all that the kind is called, in lower case: its name, singular, plural and
	// short names.
	Words []string
	// Versions of the kind, the one to write first. Reading them takes a while.
	Versions func() ([]Version, error)
}

// Version of a kind.
type Version struct {
	Name string
	// Deprecated says what to write instead; empty for the version to write.
	Deprecated string

	schema *apiextensionsv1.JSONSchemaProps
}

// Kinds are those of the definitions, of their claims, and Settings, by name. They are
// read once.
func Kinds() ([]Kind, error) { return allKinds() }

//nolint:gochecknoglobals // What is embedded never changes.
var allKinds = sync.OnceValues(readKinds)

func readKinds() ([]Kind, error) {
	var out []Kind
	for _, folder := range []string{apis.DefinitionsFolder, path.Join(apis.ClaimsFolder, apis.DefinitionsFolder)} {
		kinds, err := readFolder(folder)
		if err != nil {
			return nil, err
		}
		out = append(out, kinds...)
	}
	settings, err := readInput()
	if err != nil {
		return nil, err
	}
	out = append(out, settings)
	slices.SortFunc(out, func(a, b Kind) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// readFolder reads the kinds of the definitions in a folder of apis.Files.
func readFolder(folder string) ([]Kind, error) {
	files, err := fs.Glob(apis.Files, path.Join(folder, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("cannot list definitions: %w", err)
	}
	var out []Kind
	for _, file := range files {
		raw, err := fs.ReadFile(apis.Files, file)
		if err != nil {
			return nil, fmt.Errorf("cannot read definition: %w", err)
		}
		kind, err := readDefinition(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out = append(out, kind)
	}
	return out, nil
}

// readDefinition reads the kind that people write of a definition: its claims, where it has
// some. Of the file it reads only what stands before the versions, which are nearly all of it.
func readDefinition(raw []byte) (Kind, error) {
	head, _, _ := bytes.Cut(raw, []byte("\n  versions:\n"))
	xrd := &xv1.CompositeResourceDefinition{} // Of version v2, too: what is read of it is the same.
	if err := yaml.Unmarshal(head, xrd); err != nil {
		return Kind{}, fmt.Errorf("cannot read definition: %w", err)
	}
	names := xrd.Spec.Names
	if xrd.Spec.ClaimNames != nil {
		names = *xrd.Spec.ClaimNames
	}
	return newKind(xrd.Spec.Group, names, func() ([]Version, error) { return readVersions(raw) }), nil
}

// readVersions reads the versions of a definition.
func readVersions(raw []byte) ([]Version, error) {
	xrd := &xv1.CompositeResourceDefinition{}
	if err := yaml.Unmarshal(raw, xrd); err != nil {
		return nil, fmt.Errorf("cannot read definition: %w", err)
	}
	var out []Version
	for _, v := range xrd.Spec.Versions {
		schema := &apiextensionsv1.JSONSchemaProps{}
		if err := yaml.Unmarshal(v.Schema.OpenAPIV3Schema.Raw, schema); err != nil {
			return nil, fmt.Errorf("cannot read schema of version %s: %w", v.Name, err)
		}
		out = append(out, Version{Name: v.Name, Deprecated: ptr.Deref(v.DeprecationWarning, ""), schema: schema})
	}
	// The one to write comes first.
	slices.SortStableFunc(out, func(a, b Version) int { return len(a.Deprecated) - len(b.Deprecated) })
	return out, nil
}

// readInput reads the kind of the function's input.
func readInput() (Kind, error) {
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.Unmarshal(input.Settings, crd); err != nil {
		return Kind{}, fmt.Errorf("cannot read the schema of settings: %w", err)
	}
	var versions []Version
	for _, v := range crd.Spec.Versions {
		versions = append(versions, Version{Name: v.Name, schema: v.Schema.OpenAPIV3Schema})
	}
	return newKind(crd.Spec.Group, crd.Spec.Names, func() ([]Version, error) { return versions, nil }), nil
}

func newKind(group string, names apiextensionsv1.CustomResourceDefinitionNames, versions func() ([]Version, error)) Kind {
	words := append([]string{strings.ToLower(names.Kind), names.Singular, names.Plural}, names.ShortNames...)
	slices.Sort(words)
	return Kind{Group: group, Name: names.Kind, Words: slices.Compact(words), Versions: sync.OnceValues(versions)}
}

// pick is the version of that name, or all without a name.
func (k Kind) pick(name string) ([]Version, error) {
	all, err := k.Versions()
	if err != nil || name == "" {
		return all, err
	}
	i := slices.IndexFunc(all, func(v Version) bool { return v.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("%s has no version %q: it has %s", k.Name, name, versionNames(all))
	}
	return all[i : i+1], nil
}

func versionNames(versions []Version) string {
	names := make([]string, 0, len(versions))
	for _, v := range versions {
		names = append(names, v.Name)
	}
	return strings.Join(names, ", ")
}

// findKind is the kind that is called so.
func findKind(kinds []Kind, word string) (Kind, error) {
	var known []string
	for _, k := range kinds {
		if slices.Contains(k.Words, strings.ToLower(word)) {
			return k, nil
		}
		known = append(known, k.Words...)
	}
	return Kind{}, fmt.Errorf("no kind is called %q:%s xdynamo explain without a kind lists them", word, guess(word, known))
}
