package v1beta1_test

import (
	"path"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
)

// TestComponentTypes holds the list of types to what the definition of components takes.
func TestComponentTypes(t *testing.T) {
	raw, err := apis.Files.ReadFile(path.Join(apis.DefinitionsFolder, "dynamocomponentdeployments.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	type property struct {
		Properties map[string]struct {
			Enum []v1beta1.ComponentType `json:"enum"`
		} `json:"properties"`
	}
	definition := struct {
		Spec struct {
			Versions []struct {
				Name   string `json:"name"`
				Schema struct {
					OpenAPIV3Schema struct {
						Properties map[string]property `json:"properties"`
					} `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}{}
	if err := yaml.Unmarshal(raw, &definition); err != nil {
		t.Fatal(err)
	}
	for _, v := range definition.Spec.Versions {
		if v.Name != v1beta1.Version {
			continue
		}
		got := v.Schema.OpenAPIV3Schema.Properties["spec"].Properties["type"].Enum
		if diff := cmp.Diff(got, v1beta1.ComponentTypes()); diff != "" {
			t.Errorf("ComponentTypes(): -of the definition, +got:\n%s", diff)
		}
		return
	}
	t.Fatalf("the definition has no version %s", v1beta1.Version)
}
