package dryrun_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/apis/v1beta1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/dryrun/admissiontest"
)

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
func lookup(t *testing.T, schemas *dryrun.Schemas, object map[string]any) *dryrun.Schema {
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

// admit returns what the API server says of the case.
func admit(t *testing.T, schemas *dryrun.Schemas, c admissiontest.Case) dryrun.Result {
	t.Helper()

	after := read(t, c.Manifest())
	if !c.Update {
		return lookup(t, schemas, after).Admit(after)
	}

	before := read(t, c.Before())
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

// blames tells whether err is about the field that is at fault, or the same one
// of another service, since what moves between two concerns both. Rules that
// were not checked may have been about it, too.
func blames(c admissiontest.Case, err *field.Error) bool {
	skipped := err.Field == "spec" && strings.Contains(err.Detail, "not checked")
	return skipped || c.Named(err.Error()) || ofServices(c.Field) == ofServices(err.Field)
}

// ofServices returns a field path without the name of the service or the number of
// the component.
func ofServices(path string) string {
	for _, list := range []string{"services[", "components["} {
		if before, rest, found := strings.Cut(path, list); found {
			_, after, _ := strings.Cut(rest, "]")
			return before + list + after
		}
	}

	return path
}

// TestAdmissionCases holds the schemas against the cases of this repository.
func TestAdmissionCases(t *testing.T) {
	runAdmissionCases(t, "testdata")
}

// TestAdmissionConformance holds the schemas against all cases.
func TestAdmissionConformance(t *testing.T) {
	runAdmissionCases(t, admissiontest.Shared(t, "admission"))
}

// runAdmissionCases compares the verdict on each case in dir with the known one.
// Cases to be flagged are taken here: what flags them is the function.
func runAdmissionCases(t *testing.T, dir string) {
	t.Helper()

	schemas := dryrun.ForKinds()

	for _, c := range admissiontest.Cases(t, dir, "graph", "component", "request", "model") {
		t.Run(c.Name, func(t *testing.T) {
			result := admit(t, schemas, c)
			if got := len(result.Errors) > 0; got != (c.Verdict == admissiontest.Refuse) {
				t.Errorf("want verdict %s because of %s, got errors: %v", c.Verdict, c.Field, result.Errors.ToAggregate())
			}

			for _, err := range result.Errors {
				t.Logf("%s | %s | %v", c.Name, c.Verdict, err)

				if !blames(c, err) {
					t.Errorf("want errors about %s only, got: %v", c.Field, err)
				}
			}
		})
	}
}

// TestPublishedManifests admits every manifest that the conformance cases render
// from, in both versions: none may be refused, nor may a field of it be dropped
// where it is read in the version that it was not written in.
func TestPublishedManifests(t *testing.T) {
	schemas := dryrun.ForKinds()

	for _, set := range []string{"default", "platform", "own", "v1beta1"} {
		inputs, err := filepath.Glob(filepath.Join(admissiontest.Shared(t, set), "*", "input.yaml"))
		if err != nil {
			t.Fatalf("cannot list the cases of %s: %v", set, err)
		}

		if len(inputs) == 0 {
			t.Fatalf("no cases in %s", set)
		}

		for _, input := range inputs {
			name := filepath.Base(filepath.Dir(input))
			t.Run(fmt.Sprintf("%s/%s", set, name), func(t *testing.T) {
				admitInBoth(t, schemas, read(t, input))
			})
		}
	}
}

// admitInBoth admits object in the version that it was written in, and what the API
// server makes of it in each version of its kind.
func admitInBoth(t *testing.T, schemas *dryrun.Schemas, object map[string]any) {
	t.Helper()

	first := lookup(t, schemas, object).Admit(object)
	results := map[string]dryrun.Result{"as written": first}

	for _, version := range versionsOf(object) {
		stored := maps.Clone(first.Object)
		stored["apiVersion"] = version
		results[version] = lookup(t, schemas, stored).Admit(stored)

		if diff := cmp.Diff(stored, results[version].Object); diff != "" {
			t.Errorf("%s: -stored, +read:\n%s", version, diff)
		}
	}

	for version, result := range results {
		if err := result.Errors.ToAggregate(); err != nil {
			t.Errorf("%s: refused: %v", version, err)
		}

		if len(result.Pruned) > 0 {
			t.Errorf("%s: fields dropped: %v", version, result.Pruned)
		}
	}
}

// versionsOf returns the versions of object's kind.
func versionsOf(object map[string]any) []string {
	if object["kind"] == v1alpha1.ModelKind || object["kind"] == v1alpha1.RequestKind {
		return []string{v1alpha1.GroupVersion().String()}
	}

	return []string{v1alpha1.GroupVersion().String(), v1beta1.GroupVersion().String()}
}
