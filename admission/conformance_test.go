package admission_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/admission"
)

// conformance returns folder name of the conformance cases, which lie beside the
// repository: ../shared/conformance. A clone alone does not have them.
func conformance(t *testing.T, name string) string {
	t.Helper()

	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("cannot find the folder of this test: %v", err)
	}

	for !exists(filepath.Join(dir, "go.mod")) {
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the folder of this test")
		}

		dir = parent
	}

	cases := filepath.Join(dir, "..", "shared", "conformance", name)
	if !exists(cases) {
		t.Skipf("the conformance cases are not there: want ../shared/conformance/%s beside the repository", name)
	}

	return cases
}

// exists tells whether there is a file or folder at path.
func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// read returns the manifest in the file at path.
func read(t *testing.T, path string) map[string]any {
	t.Helper()

	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("cannot read manifest: %v", err)
	}

	// YAML 1.2, in which an unquoted y is a string: the cases were written by a
	// tool that thinks so.
	object := map[string]any{}
	if err := yaml.Unmarshal(data, &object); err != nil {
		t.Fatalf("cannot parse %s: %v", path, err)
	}

	return object
}

// lookup returns the schema of object's kind.
func lookup(t *testing.T, schemas *admission.Schemas, object map[string]any) *admission.Schema {
	t.Helper()

	s, err := schemas.Lookup(kindOf(object))
	if err != nil {
		t.Fatalf("Lookup(%s): %v", kindOf(object), err)
	}

	return s
}

// kindOf returns the kind that object says it is of.
func kindOf(object map[string]any) schema.GroupVersionKind {
	version, _ := object["apiVersion"].(string)
	kind, _ := object["kind"].(string)

	return schema.FromAPIVersionAndKind(version, kind)
}

// admissionCase is a line of admission/index.csv.
type admissionCase struct {
	name, kind, verdict, field string
}

// admissionCases returns the cases whose kind we have a definition of.
func admissionCases(t *testing.T, dir string) []admissionCase {
	t.Helper()

	f, err := os.Open(filepath.Join(dir, "index.csv"))
	if err != nil {
		t.Fatalf("cannot open the index of cases: %v", err)
	}
	defer f.Close()

	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("cannot read the index of cases: %v", err)
	}

	cases := make([]admissionCase, 0, len(lines))

	for _, line := range lines[1:] {
		if slices.Contains([]string{"graph", "component"}, line[1]) {
			cases = append(cases, admissionCase{name: line[0], kind: line[1], verdict: line[2], field: line[3]})
		}
	}

	return cases
}

// admit returns what the API server says of the case.
func (c admissionCase) admit(t *testing.T, schemas *admission.Schemas, dir string) admission.Result {
	t.Helper()

	if !strings.HasPrefix(c.verdict, "update-") {
		object := read(t, filepath.Join(dir, c.verdict, c.name+".yaml"))
		return lookup(t, schemas, object).Admit(object)
	}

	before := read(t, filepath.Join(dir, "updates", c.name, "before.yaml"))
	after := read(t, filepath.Join(dir, "updates", c.name, "after.yaml"))
	s := lookup(t, schemas, before)

	held := s.Admit(before)
	if len(held.Errors) > 0 {
		t.Fatalf("the object before the update is refused: %v", held.Errors.ToAggregate())
	}

	if status, found := before["status"]; found {
		held.Object["status"] = status
	}

	return s.AdmitUpdate(held.Object, after)
}

// refused tells whether the case must be refused.
func (c admissionCase) refused() bool {
	return strings.HasSuffix(c.verdict, "refuse")
}

// blames tells whether err is about the field that is at fault, or about one
// above or below it.
func (c admissionCase) blames(err *field.Error) bool {
	skipped := err.Field == "spec" && strings.Contains(err.Detail, "not checked")
	return skipped || strings.HasPrefix(err.Field, c.field) || strings.HasPrefix(c.field, err.Field)
}

// TestAdmissionCases holds the schemas against the cases of this repository.
func TestAdmissionCases(t *testing.T) {
	runAdmissionCases(t, "testdata")
}

// TestAdmissionConformance holds the schemas against all cases.
func TestAdmissionConformance(t *testing.T) {
	runAdmissionCases(t, conformance(t, "admission"))
}

// runAdmissionCases compares the verdict on each case in dir with the known one.
// Cases to be flagged are taken here: what flags them is the function.
func runAdmissionCases(t *testing.T, dir string) {
	t.Helper()

	schemas := admission.ForKinds()

	for _, c := range admissionCases(t, dir) {
		t.Run(c.name, func(t *testing.T) {
			result := c.admit(t, schemas, dir)
			if got := len(result.Errors) > 0; got != c.refused() {
				t.Errorf("refused: want %v, got %v (field %s): %v", c.refused(), got, c.field, result.Errors.ToAggregate())
			}

			for _, err := range result.Errors {
				t.Logf("%s | %s | %v", c.name, c.verdict, err)

				if !c.blames(err) {
					t.Errorf("want errors about %s only, got: %v", c.field, err)
				}
			}
		})
	}
}

// TestPublishedManifests admits every manifest that the conformance cases render
// from: none may be refused, nor may a field of it be dropped.
func TestPublishedManifests(t *testing.T) {
	schemas := admission.ForKinds()

	for _, set := range []string{"default", "platform", "own"} {
		inputs, err := filepath.Glob(filepath.Join(conformance(t, set), "*", "input.yaml"))
		if err != nil {
			t.Fatalf("cannot list the cases of %s: %v", set, err)
		}

		if len(inputs) == 0 {
			t.Fatalf("no cases in %s", set)
		}

		for _, input := range inputs {
			name := filepath.Base(filepath.Dir(input))
			t.Run(fmt.Sprintf("%s/%s", set, name), func(t *testing.T) {
				object := read(t, input)

				result := lookup(t, schemas, object).Admit(object)
				if err := result.Errors.ToAggregate(); err != nil {
					t.Errorf("refused: %v", err)
				}

				if len(result.Pruned) > 0 {
					t.Errorf("fields dropped: %v", result.Pruned)
				}
			})
		}
	}
}
