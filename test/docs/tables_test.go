package docs

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/explain"
)

func sorted(all texts) []string { return slices.Sorted(maps.Keys(all)) }

func docPage(t *testing.T, name string) string {
	t.Helper()
	return read(t, filepath.Join(root, "docs", name))
}

// mentions says whether a page has a word in code.
func mentions(page, word string) bool {
	return regexp.MustCompile("`[^`\n]*\\b" + regexp.QuoteMeta(word) + "\\b[^`\n]*`").MatchString(page)
}

// described fails for texts of the code that a page does not mention.
func described(t *testing.T, name string, all texts) {
	t.Helper()
	page := docPage(t, name)
	for _, word := range sorted(all) {
		if !mentions(page, word) {
			t.Errorf("docs/%s does not mention `%s` of %s: describe it there", name, word, all[word])
		}
	}
}

// TestConditionsAreDescribed holds docs/conditions.md to the conditions, reasons
// and events of the layers, both ways.
func TestConditionsAreDescribed(t *testing.T) {
	all := collect(t, "functions", reasons)
	maps.Copy(all, collect(t, "functions", conditions))
	described(t, "conditions.md", all)

	ours, _, _ := strings.Cut(docPage(t, "conditions.md"), "## Crossplane's conditions")
	rows := regexp.MustCompile("(?:True|False), `([A-Za-z]+)`").FindAllStringSubmatch(ours, -1)
	if len(rows) == 0 {
		t.Fatal("docs/conditions.md: no row has a status and a reason")
	}
	for _, row := range rows {
		if all[row[1]] == "" {
			t.Errorf("docs/conditions.md describes reason `%s`, which no layer gives", row[1])
		}
	}
}

// TestIdleFieldsAreListed holds docs/compatibility.md to the fields that are
// accepted and not acted on.
func TestIdleFieldsAreListed(t *testing.T) {
	described(t, "compatibility.md", collect(t, "functions/convert", idle))
}

// TestIdleFieldsAreExplained holds the comments of these fields to it, which xdynamo
// explain and docs/api.md show.
func TestIdleFieldsAreExplained(t *testing.T) {
	for _, path := range sorted(collect(t, "functions/convert", idle)) {
		found := 0
		for _, kind := range []string{"dgd", "dcd"} {
			answer, err := explain.Answer(explain.Query{Field: kind + ".spec." + path, Version: v1alpha1.Version})
			if err != nil {
				continue // The other kind has it.
			}
			found++
			if !strings.Contains(answer, "not acted on") && !strings.Contains(answer, "ignored") {
				t.Errorf("%s.spec.%s is not acted on: say so in the comment of its Go type:\n%s", kind, path, answer)
			}
		}
		if found == 0 {
			t.Errorf("functions/convert names %s, which no kind has", path)
		}
	}
}

// TestKeysAreListed holds the table of composition-resource names in docs/compose.md to
// those that a test of the function pins, both ways.
func TestKeysAreListed(t *testing.T) {
	const file = "functions/testdata/keys.golden"
	want := texts{}
	for _, line := range regexp.MustCompile(`(?m)^(Dynamo(?:Graph|Component)Deployment): (\S+) is \S+ (\w+)$`).FindAllStringSubmatch(read(t, filepath.Join(root, file)), -1) {
		want[strings.Join(line[1:], " ")] = file
	}
	got := texts{}
	for _, row := range regexp.MustCompile("(?m)^\\| (\\w+) \\| `([^`]+)` \\| (\\w+) \\|").FindAllStringSubmatch(docPage(t, "compose.md"), -1) {
		got[strings.Join(row[1:], " ")] = "docs/compose.md"
	}
	if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" || len(want) == 0 {
		t.Errorf("docs/compose.md, table of names: -%s, +the table:\n%s", file, diff)
	}
}

// TestSettingsAreDescribed holds docs/settings.md to the schema of the input.
func TestSettingsAreDescribed(t *testing.T) {
	const file = "package/input/dynamo.fn.crossplane.io_settings.yaml"
	crd := struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema schema `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}{}
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(root, file))), &crd); err != nil {
		t.Fatal(err)
	}
	all := texts{}
	for _, v := range crd.Spec.Versions {
		for name, s := range v.Schema.OpenAPIV3Schema.Properties {
			if !slices.Contains([]string{"apiVersion", "kind", "metadata"}, name) {
				s.names(all, name, file)
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s: no settings", file)
	}
	described(t, "settings.md", all)
}

// schema is what is read of an OpenAPI schema.
type schema struct {
	Description string            `json:"description"`
	Properties  map[string]schema `json:"properties"`
	Items       *schema           `json:"items"`
}

// names adds the paths of the leaves, as docs/settings.md writes them. A block of Kubernetes
// is one, since its fields are described elsewhere, and so is a field of an item, whatever it
// is.
func (s schema) names(out texts, path, place string) {
	isForeign := strings.Contains(strings.Join(strings.Fields(s.Description), " "), "fields are those of Kubernetes.")
	if isForeign || strings.Contains(path, "[].") {
		out[path] = place
		return
	}
	if s.Items != nil {
		s.Items.names(out, path+"[]", place)
		return
	}
	if len(s.Properties) == 0 {
		out[path] = place
	}
	for name, p := range s.Properties {
		p.names(out, path+"."+name, place)
	}
}
