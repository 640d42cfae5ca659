package explain

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	xv1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/internal/near"
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
	// Versions of the kind, the one to write first.
	Versions []Version
}

// Version of a kind.
type Version struct {
	Name string
	// Deprecated says what to write instead; empty for the version to write.
	Deprecated string

	schema *apiextensionsv1.JSONSchemaProps
}

// Kinds are those of the definitions, of their claims, and Settings, by name.
func Kinds() ([]Kind, error) {
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
// some.
func readDefinition(raw []byte) (Kind, error) {
	xrd := &xv1.CompositeResourceDefinition{} // Of version v2, too: what is read of it is the same.
	if err := yaml.Unmarshal(raw, xrd); err != nil {
		return Kind{}, fmt.Errorf("cannot read definition: %w", err)
	}
	names := xrd.Spec.Names
	if xrd.Spec.ClaimNames != nil {
		names = *xrd.Spec.ClaimNames
	}
	out := newKind(xrd.Spec.Group, names)
	for _, v := range xrd.Spec.Versions {
		schema := &apiextensionsv1.JSONSchemaProps{}
		if err := yaml.Unmarshal(v.Schema.OpenAPIV3Schema.Raw, schema); err != nil {
			return Kind{}, fmt.Errorf("cannot read schema of version %s: %w", v.Name, err)
		}
		out.add(v.Name, v.DeprecationWarning, schema)
	}
	return out, nil
}

// readInput reads the kind of the function's input.
func readInput() (Kind, error) {
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.Unmarshal(input.Settings, crd); err != nil {
		return Kind{}, fmt.Errorf("cannot read the schema of settings: %w", err)
	}
	out := newKind(crd.Spec.Group, crd.Spec.Names)
	for _, v := range crd.Spec.Versions {
		out.add(v.Name, v.DeprecationWarning, v.Schema.OpenAPIV3Schema)
	}
	return out, nil
}

func newKind(group string, names apiextensionsv1.CustomResourceDefinitionNames) Kind {
	words := append([]string{strings.ToLower(names.Kind), names.Singular, names.Plural}, names.ShortNames...)
	slices.Sort(words)
	return Kind{Group: group, Name: names.Kind, Words: slices.Compact(words)}
}

// add puts a version where it belongs: those to write come first, later ones before
// earlier ones.
func (k *Kind) add(name string, warning *string, schema *apiextensionsv1.JSONSchemaProps) {
	v := Version{Name: name, schema: schema}
	if warning != nil {
		v.Deprecated = *warning
	}
	k.Versions = append(k.Versions, v)
	slices.SortStableFunc(k.Versions, func(a, b Version) int {
		return len(a.Deprecated) - len(b.Deprecated)
	})
}

// pick is the version of that name.
func (k Kind) pick(name string) (Version, error) {
	var names []string
	for _, v := range k.Versions {
		if v.Name == name {
			return v, nil
		}
		names = append(names, v.Name)
	}
	return Version{}, fmt.Errorf("%s has no version %q: it has %s", k.Name, name, strings.Join(names, ", "))
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
	text := fmt.Sprintf("no kind is called %q", word)
	if meant := near.Name(word, known); meant != "" {
		text += fmt.Sprintf(": did you mean %s?", meant)
	}
	return Kind{}, fmt.Errorf("%s: xdynamo explain without a kind lists them", text)
}
