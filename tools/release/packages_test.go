package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/Masterminds/semver/v3"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// TestMetadata: what registries show of a package, and what Crossplane installs with it.
func TestMetadata(t *testing.T) {
	icon, err := os.ReadFile(filepath.Join(root, "package", "icon.svg"))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders() {
		t.Run(folder, func(t *testing.T) {
			m, err := readMeta(root, folder)
			if err != nil {
				t.Fatal(err)
			}
			want := "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(strings.TrimSpace(string(icon))))
			if diff := cmp.Diff(want, m.Metadata.Annotations["meta.crossplane.io/iconURI"]); diff != "" {
				t.Errorf("the icon is not package/icon.svg: base64 -w0 package/icon.svg: -want, +got:\n%s", diff)
			}
			for _, key := range []string{"maintainer", "source", "license", "description", "readme"} {
				if m.Metadata.Annotations["meta.crossplane.io/"+key] == "" {
					t.Errorf("annotation meta.crossplane.io/%s is missing", key)
				}
			}
			if m.Metadata.Annotations["friendly-name.meta.crossplane.io"] == "" {
				t.Error("annotation friendly-name.meta.crossplane.io is missing")
			}
			for _, d := range m.Spec.DependsOn {
				if accepted, err := semver.NewConstraint(d.Version); err != nil || accepted.Check(semver.MustParse("99.0.0")) {
					t.Errorf("dependsOn %s: %q has no upper bound (%v)", d.Package, d.Version, err)
				}
			}
		})
	}
}

func TestAddNotes(t *testing.T) {
	const before = "kind: Function\nmetadata:\n  annotations:\n    meta.crossplane.io/readme: |\n      Read [this](" + source + "/blob/main/docs/install.md).\n"
	type args struct {
		raw, notes string
	}
	cases := map[string]struct {
		reason string
		args   args
		want   string
		err    string
	}{
		"Notes": {
			reason: "notes stand behind what the package is, and all links lead to the release",
			args:   args{before, "### Added\n\n- [A thing](" + source + "/blob/main/docs/a.md)."},
			want:   "Read [this](" + source + "/blob/v0.1.0/docs/install.md).\n\n## v0.1.0\n\n### Added\n\n- [A thing](" + source + "/blob/v0.1.0/docs/a.md).\n",
		},
		"NoNotes":  {reason: "without a changelog", args: args{before, ""}, want: "Read [this](" + source + "/blob/v0.1.0/docs/install.md).\n"},
		"NoReadme": {reason: "notes need a place", args: args{"kind: Function\n", "- A thing."}, err: "is missing: registries show it"},
		"NoYAML":   {reason: "a file that is broken", args: args{"a: b: c", ""}, err: "cannot read it"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			out, err := addNotes([]byte(tc.args.raw), "v0.1.0", tc.args.notes)
			wantError(t, tc.reason, tc.err, err)
			var got meta
			if err := yaml.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Metadata.Annotations[annotationReadme]); diff != "" {
				t.Errorf("%s: readme: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestWritePackages: the copies have what the sources have, links followed, but for what notes change.
func TestWritePackages(t *testing.T) {
	out := t.TempDir()
	if err := writePackages(root, "v0.1.0", out); err != nil {
		t.Fatal(err)
	}
	want, got := contents(t, filepath.Join(root, "package"), out)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files of the packages: -want, +got:\n%s", diff)
	}
	wantError(t, "the folder is needed", "flag -out is needed", writePackages(root, "v0.1.0", ""))
	wantError(t, "packages are needed", "cannot copy a package", writePackages(t.TempDir(), "v0.1.0", out))
}

// contents are the files of all packages below two folders, by path; of what packages say of themselves the path alone.
func contents(t *testing.T, dirs ...string) (map[string]string, map[string]string) {
	t.Helper()
	var out []map[string]string
	for _, dir := range dirs {
		files := map[string]string{}
		for _, folder := range folders() {
			matches, err := filepath.Glob(filepath.Join(dir, folder, "*", "*"))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range append(matches, filepath.Join(dir, folder, metaFile)) {
				raw, err := os.ReadFile(m)
				if err != nil {
					t.Fatal(err)
				}
				if filepath.Base(m) == metaFile {
					raw = nil
				}
				files[strings.TrimPrefix(m, dir)] = string(raw)
			}
		}
		out = append(out, files)
	}
	return out[0], out[1]
}
