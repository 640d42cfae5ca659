package admissiontest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/crossplane-contrib/function-dynamo/dryrun/admissiontest"
)

func TestCases(t *testing.T) {
	dir := t.TempDir()
	const index = "case,kind,verdict,field,why,operator\n" +
		"a,graph,refuse,spec.a,why,\n" +
		"b,model,flag,spec.b,why,\n" +
		"c,component,update-accept,,why,\n"
	if err := os.WriteFile(filepath.Join(dir, "index.csv"), []byte(index), 0o600); err != nil {
		t.Fatal(err)
	}

	got := admissiontest.Cases(t, dir, "graph", "component")

	want := []admissiontest.Case{
		{Name: "a", Kind: "graph", Verdict: admissiontest.Refuse, Field: "spec.a"},
		{Name: "c", Kind: "component", Verdict: admissiontest.Accept, Update: true},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(admissiontest.Case{})); diff != "" {
		t.Fatalf("Cases(...): -want, +got:\n%s", diff)
	}
	paths := []string{got[0].Manifest(), got[1].Manifest(), got[1].Before()}
	if diff := cmp.Diff([]string{
		filepath.Join(dir, "refuse", "a.yaml"),
		filepath.Join(dir, "updates", "c", "after.yaml"),
		filepath.Join(dir, "updates", "c", "before.yaml"),
	}, paths); diff != "" {
		t.Errorf("paths: -want, +got:\n%s", diff)
	}
}

func TestCaseNamed(t *testing.T) {
	cases := map[string]struct {
		reason string
		field  string
		text   string
		want   bool
	}{
		"Itself":     {reason: "the field", field: "spec.a", text: "spec.a: Required value", want: true},
		"Below":      {reason: "a field of it", field: "spec.a", text: "spec.a[0].b: Required value", want: true},
		"AboveNamed": {reason: "the message says which", field: "spec.a[b].c", text: "spec.a: Invalid value: rename a[b]", want: true},
		"FieldNamed": {reason: "the message says which", field: "spec.a.b", text: "spec.a: Invalid value: needs b", want: true},
		"Above":      {reason: "nobody knows which", field: "spec.a[b].c", text: "spec.a: Invalid value: rename one"},
		"Other":      {reason: "another field", field: "spec.a", text: "spec.b: Invalid value: as spec.a"},
		"Any":        {reason: "the case names none", text: "spec.b: Invalid value", want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := (admissiontest.Case{Field: tc.field}).Named(tc.text); got != tc.want {
				t.Errorf("\n%s\nNamed(%q) of %q: want %v, got %v", tc.reason, tc.text, tc.field, tc.want, got)
			}
		})
	}
}
