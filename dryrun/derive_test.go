package dryrun_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"strings"
	"testing"

	xv1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	xv2 "github.com/crossplane/crossplane/apis/v2/apiextensions/v2"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

// maxAnnotations is the most bytes that the annotations of an object may have
// (k8s.io/apimachinery/pkg/api/validation, TotalAnnotationSizeLimitB). Client-side
// kubectl apply keeps the whole manifest in one.
const maxAnnotations = 256 * 1024

// definitions returns the definition of each kind, and of claims of it, by the name of
// the file in its folder.
func definitions(t *testing.T) map[string][]byte {
	t.Helper()

	out := map[string][]byte{}

	for _, folder := range []string{"", apis.ClaimsFolder} {
		maps.Copy(out, readFolder(t, path.Join(folder, apis.DefinitionsFolder)))
	}

	if len(out) != 2*len(v1alpha1.Kinds()) {
		t.Fatalf("there are %d definitions, want one of each kind and one of its claims", len(out))
	}

	return out
}

// compositions returns the Composition of each kind, and of claims of it, likewise.
func compositions(t *testing.T) map[string][]byte {
	t.Helper()

	out := readFolder(t, apis.CompositionsFolder)
	maps.Copy(out, readFolder(t, path.Join(apis.ClaimsFolder, apis.CompositionsFolder)))

	return out
}

// readFolder returns the files of a folder by name.
func readFolder(t *testing.T, folder string) map[string][]byte {
	t.Helper()

	entries, err := fs.ReadDir(apis.Files, folder)
	if err != nil {
		t.Fatalf("cannot list the files: %v", err)
	}

	out := map[string][]byte{}

	for _, entry := range entries {
		data, err := fs.ReadFile(apis.Files, path.Join(folder, entry.Name()))
		if err != nil {
			t.Fatalf("cannot read a file: %v", err)
		}

		out[entry.Name()] = data
	}

	return out
}

// ofClaims says whether a file is that of claims.
func ofClaims(name string) bool { return strings.HasPrefix(name, "x") }

// derived returns the CRDs of a definition: one, and of claims two.
func derived(t *testing.T, name string, xrd []byte) []*apiextensionsv1.CustomResourceDefinition {
	t.Helper()

	crd, err := dryrun.DeriveCRD(xrd)
	if err != nil {
		t.Fatalf("DeriveCRD(...): %v", err)
	}

	if !ofClaims(name) {
		return []*apiextensionsv1.CustomResourceDefinition{crd}
	}

	claim, err := dryrun.DeriveClaimCRD(xrd)
	if err != nil {
		t.Fatalf("DeriveClaimCRD(...): %v", err)
	}

	return []*apiextensionsv1.CustomResourceDefinition{crd, claim}
}

// keep returns a CRD as an API server keeps it: with the defaults, the owner's UID
// and the stored version that only a cluster knows.
func keep(t *testing.T, crd *apiextensionsv1.CustomResourceDefinition) *apiextensions.CustomResourceDefinition {
	t.Helper()

	apiextensionsv1.SetDefaults_CustomResourceDefinition(crd)
	apiextensionsv1.SetDefaults_CustomResourceDefinitionSpec(&crd.Spec)

	for i := range crd.OwnerReferences {
		crd.OwnerReferences[i].UID = types.UID("some-uid")
	}

	crd.Status.StoredVersions = []string{crd.Spec.Versions[0].Name}

	internal := &apiextensions.CustomResourceDefinition{}
	if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(crd, internal, nil); err != nil {
		t.Fatalf("cannot convert CRD: %v", err)
	}

	return internal
}

// TestDefinitionsEstablish validates the CRD of each definition as an API server
// does, the estimated cost of its rules included.
func TestDefinitionsEstablish(t *testing.T) {
	for name, xrd := range definitions(t) {
		t.Run(name, func(t *testing.T) {
			for _, crd := range derived(t, name, xrd) {
				for _, err := range validation.ValidateCustomResourceDefinition(t.Context(), keep(t, crd)) {
					t.Errorf("%s: %v", crd.Name, err)
				}
			}
		})
	}
}

// TestDefinitionSizes keeps the definitions small enough for client-side kubectl
// apply.
func TestDefinitionSizes(t *testing.T) {
	for name, xrd := range definitions(t) {
		t.Run(name, func(t *testing.T) {
			asJSON, err := yaml.YAMLToJSON(xrd)
			if err != nil {
				t.Fatalf("cannot convert to JSON: %v", err)
			}

			t.Logf("%s: XRD %d bytes", name, len(asJSON))

			if len(asJSON) > maxAnnotations {
				t.Errorf("want at most %d bytes, got XRD %d", maxAnnotations, len(asJSON))
			}

			for _, crd := range derived(t, name, xrd) {
				crdJSON, err := json.Marshal(crd)
				if err != nil {
					t.Fatalf("cannot marshal the CRD: %v", err)
				}

				t.Logf("%s: CRD %d bytes", crd.Name, len(crdJSON))

				if len(crdJSON) > maxAnnotations {
					t.Errorf("%s: want at most %d bytes, got CRD %d", crd.Name, maxAnnotations, len(crdJSON))
				}
			}
		})
	}
}

// TestRulesExplainThemselves wants a text of ours for each rule: without one
// users read CEL.
func TestRulesExplainThemselves(t *testing.T) {
	for name, xrd := range definitions(t) {
		t.Run(name, func(t *testing.T) {
			for _, crd := range derived(t, name, xrd) {
				for version, schema := range schemasOf(keep(t, crd)) {
					if n := countRules(t, version, schema); n == 0 {
						t.Errorf("%s %s: no rules at all: they were lost on the way", crd.Name, version)
					}
				}
			}
		})
	}
}

// schemasOf returns the schema of each version of crd.
func schemasOf(crd *apiextensions.CustomResourceDefinition) map[string]*apiextensions.JSONSchemaProps {
	out := map[string]*apiextensions.JSONSchemaProps{}

	for _, version := range crd.Spec.Versions {
		validation := crd.Spec.Validation // Of all versions, where they have one in common.
		if version.Schema != nil {
			validation = version.Schema
		}

		out[version.Name] = validation.OpenAPIV3Schema
	}

	return out
}

// countRules returns the number of rules below schema, and fails the test for
// each that has no message.
func countRules(t *testing.T, path string, schema *apiextensions.JSONSchemaProps) int {
	t.Helper()

	for _, rule := range schema.XValidations {
		if rule.Message == "" {
			t.Errorf("%s: rule without a message: %s", path, rule.Rule)
		}
	}

	n := len(schema.XValidations)
	for name, property := range schema.Properties {
		n += countRules(t, path+"."+name, &property)
	}

	if schema.Items != nil && schema.Items.Schema != nil {
		n += countRules(t, path+"[]", schema.Items.Schema)
	}

	if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
		n += countRules(t, path+"[*]", schema.AdditionalProperties.Schema)
	}

	return n
}

// TestFilesAreStrict reads both files of each kind into Crossplane's own types:
// no field may be unknown to them.
func TestFilesAreStrict(t *testing.T) {
	for name, data := range definitions(t) {
		t.Run(name, func(t *testing.T) {
			var definition any = &xv2.CompositeResourceDefinition{}
			if ofClaims(name) {
				definition = &xv1.CompositeResourceDefinition{}
			}

			if err := yaml.UnmarshalStrict(data, definition); err != nil {
				t.Errorf("definition: %v", err)
			}

			if err := yaml.UnmarshalStrict(compositions(t)[name], &xv1.Composition{}); err != nil {
				t.Errorf("Composition: %v", err)
			}
		})
	}
}

// TestDefinitionsAndCompositionsAgree checks what ties the two files of a kind.
func TestDefinitionsAndCompositionsAgree(t *testing.T) {
	for name, data := range definitions(t) {
		t.Run(name, func(t *testing.T) {
			xrd, composition := map[string]any{}, map[string]any{}
			if err := yaml.Unmarshal(data, &xrd); err != nil {
				t.Fatalf("cannot parse definition: %v", err)
			}

			if err := yaml.Unmarshal(compositions(t)[name], &composition); err != nil || len(composition) == 0 {
				t.Fatalf("no Composition of that name (%v)", err)
			}

			scope := "Namespaced"
			if ofClaims(name) {
				scope = "LegacyCluster"
			}

			for path, want := range map[string]any{
				"spec.scope":                      scope,
				"spec.defaultCompositionRef.name": at(composition, "metadata.name"),
				"spec.names.kind":                 at(composition, "spec.compositeTypeRef.kind"),
				"spec.names.plural":               strings.TrimSuffix(name, ".yaml"),
			} {
				if got := at(xrd, path); got != want {
					t.Errorf("%s: want %v, got %v", path, want, got)
				}
			}
		})
	}
}

// at returns the value at a path of field names.
func at(object map[string]any, path string) any {
	var value any = object

	for name := range strings.SplitSeq(path, ".") {
		fields, ok := value.(map[string]any)
		if !ok {
			return nil
		}

		value = fields[name]
	}

	return value
}
