package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
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
		"OneVersion": {
			reason: "each kind of a package has a file, and one of its claims", args: "testdata/widgets",
			want: []string{"gadgets.yaml", "widgets.yaml", "xgadgets.yaml", "xwidgets.yaml"},
		},
		"TwoVersions": {
			reason: "a kind of two packages has one file with both of its forms", args: "testdata/gizmos",
			want: []string{"gizmos.yaml", "xgizmos.yaml"},
		},
	}

	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			files, err := Generate(tc.args)
			if err != nil {
				t.Fatalf("\n%s\nGenerate(%s): %v", tc.reason, tc.args, err)
			}

			var names []string

			for _, f := range slices.Concat(files.Kinds, files.Claims) {
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
	out, claims := t.TempDir(), t.TempDir()
	if err := run("testdata/widgets", out, claims); err != nil {
		t.Fatalf("run(...): %v", err)
	}

	for _, path := range []string{
		filepath.Join(out, "gadgets.yaml"), filepath.Join(out, "widgets.yaml"),
		filepath.Join(claims, "xgadgets.yaml"), filepath.Join(claims, "xwidgets.yaml"),
	} {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("cannot read what was written: %v", err)
		}

		want, err := os.ReadFile(filepath.Join("testdata", "golden", filepath.Base(path)))
		if err != nil {
			t.Fatalf("cannot read golden file: %v", err)
		}

		if !bytes.Equal(want, got) {
			t.Errorf("%s: a second generation differs from the golden file", path)
		}
	}

	if err := run("testdata/widgets", out, ""); err != nil {
		t.Errorf("run without -claims: %v", err)
	}

	if err := run("", out, ""); err == nil {
		t.Error("run without -types: want an error")
	}

	for name, folders := range map[string][2]string{"-out": {filepath.Join(out, "missing"), claims}, "-claims": {out, filepath.Join(out, "missing")}} {
		if err := run("testdata/widgets", folders[0], folders[1]); err == nil {
			t.Errorf("run with a missing %s: want an error", name)
		}
	}
}
