package fuzz

import (
	"io/fs"
	"maps"
	"slices"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis"
)

// kind is what is read of an OpenAPI schema: the tree of types of a kind.
type kind struct {
	Type                 string          `json:"type"`
	Enum                 []any           `json:"enum"`
	Properties           map[string]kind `json:"properties"`
	Items                *kind           `json:"items"`
	AdditionalProperties *kind           `json:"additionalProperties"`
	IntOrString          bool            `json:"x-kubernetes-int-or-string"`
}

// kinds are the trees of our kinds, by name.
func kinds(tb testing.TB) map[string]kind {
	tb.Helper()
	files, err := fs.Glob(apis.Files, apis.DefinitionsFolder+"/*.yaml")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no definitions (%v)", err)
	}
	out := map[string]kind{}
	for _, file := range files {
		raw, err := apis.Files.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		definition := struct {
			Spec struct {
				Names struct {
					Kind string `json:"kind"`
				} `json:"names"`
				Versions []struct {
					Schema struct {
						OpenAPIV3Schema kind `json:"openAPIV3Schema"`
					} `json:"schema"`
				} `json:"versions"`
			} `json:"spec"`
		}{}
		if err := yaml.Unmarshal(raw, &definition); err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
		out[definition.Spec.Names.Kind] = definition.Spec.Versions[0].Schema.OpenAPIV3Schema
	}
	return out
}

// at is the type of a field of k.
func (k kind) at(name string) kind {
	if p, ok := k.Properties[name]; ok {
		return p
	}
	if k.AdditionalProperties != nil {
		return *k.AdditionalProperties
	}
	return kind{}
}

// item is the type of the items of a list.
func (k kind) item() kind {
	if k.Items != nil {
		return *k.Items
	}
	return kind{}
}

// value of the type, chosen by the script; no deeper than depth.
func (k kind) value(s *script, depth int) any {
	switch {
	case len(k.Enum) > 0:
		return k.Enum[s.pick(len(k.Enum))]
	case depth == 0:
		return nil
	}
	switch k.Type {
	case "object":
		return k.object(s, depth)
	case "array":
		out := []any{}
		for range s.pick(3) {
			out = append(out, k.item().value(s, depth-1))
		}
		return out
	case "boolean":
		return s.pick(2) == 1
	case "integer", "number":
		return s.number()
	}
	if k.IntOrString && s.pick(2) == 1 {
		return s.number()
	}
	return s.text()
}

func (k kind) object(s *script, depth int) any {
	out := map[string]any{}
	names := slices.Sorted(maps.Keys(k.Properties))
	for range 1 + s.pick(3) {
		switch {
		case len(names) > 0:
			name := names[s.pick(len(names))]
			out[name] = k.Properties[name].value(s, depth-1)
		case k.AdditionalProperties != nil:
			out[s.text()] = k.AdditionalProperties.value(s, depth-1)
		}
	}
	return out
}
