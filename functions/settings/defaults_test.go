package settings

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// schema is what is read of the schema of the input.
type schema struct {
	Default    any               `json:"default"`
	Properties map[string]schema `json:"properties"`
}

// defaults are what the schema says that a field is when it is left out.
func (s schema) defaults() any {
	if len(s.Properties) == 0 {
		return s.Default
	}
	out := map[string]any{}
	for name, p := range s.Properties {
		if d := p.defaults(); d != nil {
			out[name] = d
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// TestDefaultsAreThoseOfTheSchema: the schema is what people read, and nothing
// applies its defaults to the input of a step.
func TestDefaultsAreThoseOfTheSchema(t *testing.T) {
	raw, err := os.ReadFile(filepath.FromSlash("../../package/input/dynamo.fn.crossplane.io_settings.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	crd := struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema schema `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}{}
	if err := yaml.Unmarshal(raw, &crd); err != nil {
		t.Fatal(err)
	}
	in, err := json.Marshal(crd.Spec.Versions[0].Schema.OpenAPIV3Schema.defaults())
	if err != nil {
		t.Fatal(err)
	}
	got, faults := Decode(in)
	if len(faults) > 0 || string(in) == "null" {
		t.Fatalf("Decode(%s): got faults %v", in, faults)
	}
	want := Default()
	want.Layers = fromInput()
	if diff := cmp.Diff(want, got, withoutPlaces()); diff != "" {
		t.Errorf("the defaults of the schema, %s: -built in, +schema:\n%s", in, diff)
	}
}
