package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// update rewrites the golden files: go test . -update.
var update = flag.Bool("update", false, "rewrite the golden files")

func TestGenerate(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"OneVersion":  {reason: "each kind of a package has a file", args: "testdata/widgets", want: []string{"gadgets.yaml", "widgets.yaml"}},
		"TwoVersions": {reason: "a kind of two packages has one file with both of its forms", args: "testdata/gizmos", want: []string{"gizmos.yaml"}},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			files, err := Generate(tc.args)
			if err != nil {
				t.Fatalf("\n%s\nGenerate(%s): %v", tc.reason, tc.args, err)
			}

			var names []string

			for _, f := range files {
				names = append(names, f.Name)
				compareGolden(t, f)
			}

			if diff := cmp.Diff(tc.want, names); diff != "" {
				t.Errorf("\n%s\nfiles: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// compareGolden compares a file with the golden one of its name, or rewrites that.
func compareGolden(t *testing.T, f File) {
	t.Helper()

	golden := filepath.Join("testdata", "golden", f.Name)

	if *update {
		if err := os.WriteFile(golden, f.Data, filePermissions); err != nil {
			t.Fatalf("cannot write golden file: %v", err)
		}
	}

	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("cannot read golden file: %v", err)
	}

	if diff := cmp.Diff(string(want), string(f.Data)); diff != "" {
		t.Errorf("\n%s: -want, +got:\n%s", f.Name, diff)
	}
}

func TestGenerateRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"DroppedRule": {
			reason: "a rule that no API server would see is an error that names it",
			args:   "testdata/dropped",
			want:   "spec has minProperties",
		},
		"NoKinds":  {reason: "a package without kinds is a mistake", args: "testdata/nokinds", want: "have no kinds"},
		"NoFolder": {reason: "a folder that is not there is a mistake", args: "testdata/missing", want: "cannot load"},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Generate(tc.args)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("\n%s\nGenerate(%s): want an error with %q, got: %v", tc.reason, tc.args, tc.want, err)
			}
		})
	}
}

func TestRun(t *testing.T) {
	out := t.TempDir()
	if err := run("testdata/widgets", out); err != nil {
		t.Fatalf("run(...): %v", err)
	}

	for _, name := range []string{"gadgets.yaml", "widgets.yaml"} {
		got, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatalf("cannot read what was written: %v", err)
		}

		want, err := os.ReadFile(filepath.Join("testdata", "golden", name))
		if err != nil {
			t.Fatalf("cannot read golden file: %v", err)
		}

		if !bytes.Equal(want, got) {
			t.Errorf("%s: a second generation differs from the golden file", name)
		}
	}

	if err := run("", out); err == nil {
		t.Error("run without -types: want an error")
	}

	if err := run("testdata/widgets", filepath.Join(out, "missing")); err == nil {
		t.Error("run with a missing -out: want an error")
	}
}
