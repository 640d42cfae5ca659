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
	files, err := Generate("testdata/widgets")
	if err != nil {
		t.Fatalf("Generate(...): %v", err)
	}

	var names []string

	for _, f := range files {
		names = append(names, f.Name)
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

	if diff := cmp.Diff([]string{"gadgets.yaml", "widgets.yaml"}, names); diff != "" {
		t.Errorf("\nfiles: -want, +got:\n%s", diff)
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
