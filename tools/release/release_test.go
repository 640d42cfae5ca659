package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDescribe describes a small release twice, in two folders: packages that the CLI builds, one with a program in it, and a
// command. The program of the test stands for both.
func TestDescribe(t *testing.T) {
	if testing.Short() {
		t.Skip("needs Crossplane's command line tool")
	}
	cli := strings.TrimSpace(command(t, root, "hack/tool", "crossplane-cli"))
	first, second := describeIn(t, cli), describeIn(t, cli)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("a second run gives other bytes: -first, +second:\n%s", diff)
	}
	want := []string{
		"SHA256SUMS", "configuration-dynamo.xpkg", "configuration-dynamo.xpkg.spdx.json", "digests.txt", "provenance.intoto.json",
		"sign.sh", "xdynamo-linux-amd64", "xdynamo-linux-amd64.spdx.json",
	}
	got := slices.Sorted(maps.Keys(first))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files: -want, +got:\n%s", diff)
	}
}

// describeIn describes a release in a folder of its own, and returns the SHA-256 of every file in it. SHA256SUMS has to say the same.
func describeIn(t *testing.T, cli string) map[string]string {
	t.Helper()
	dist := t.TempDir()
	command(t, root, cli, "xpkg", "build", "--package-root=package/configuration", "--package-file="+filepath.Join(dist, "configuration-dynamo.xpkg"))
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dist, "xdynamo-linux-amd64"), program, 0o600); err != nil {
		t.Fatal(err)
	}
	err = run(t.Context(), []string{
		"describe", "-root", root, "-version", "v0.1.0", "-commit", someRelease().Commit, "-time", "1796117400", "-dist", dist, "-cli", cli, "-builder", "",
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var sums strings.Builder
	entries, err := os.ReadDir(dist)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if out[e.Name()], err = fileDigest(filepath.Join(dist, e.Name())); err != nil {
			t.Fatal(err)
		}
		if e.Name() != checksumFile {
			sums.WriteString(out[e.Name()] + "  " + e.Name() + "\n")
		}
	}
	got, err := os.ReadFile(filepath.Join(dist, checksumFile))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sums.String(), string(got)); diff != "" {
		t.Errorf("%s: -want, +got:\n%s", checksumFile, diff)
	}
	return out
}

// command returns what a command prints, which has to succeed.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	out, err := try(t, dir, name, args...)
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return out
}

// try returns what a command prints, on either stream where it fails.
func try(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	if strings.Contains(name, "/") && !filepath.IsAbs(name) {
		abs, err := filepath.Abs(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		name = abs
	}
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	var errors strings.Builder
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		return string(out) + errors.String(), err
	}
	return string(out), nil
}

func TestReadArtifacts(t *testing.T) {
	cases := map[string]struct {
		reason string
		file   string
		want   string
	}{
		"Empty":   {reason: "there is nothing to describe", want: "is empty"},
		"Stray":   {reason: "nothing is published by mistake", file: "runtime-amd64.tar", want: "runtime-amd64.tar: neither a package nor a command"},
		"NoGo":    {reason: "of a program that Go has not built nothing is known", file: "xdynamo-linux-amd64", want: "cannot read how it was built"},
		"NoImage": {reason: "a package is an image", file: "configuration-dynamo.xpkg", want: "cannot read the package"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dist := t.TempDir()
			if tc.file != "" {
				if err := os.WriteFile(filepath.Join(dist, tc.file), []byte("text"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := readArtifacts(dist)
			wantError(t, tc.reason, tc.want, err)
		})
	}
}

func TestRunRefuses(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []string
		want   string
	}{
		"Nothing": {reason: "the command is needed", want: "say what to do"},
		"Unknown": {reason: "what there is to do is told", args: []string{"publish"}, want: `"publish" is nothing to do`},
		"Flag":    {reason: "a flag that there is not", args: []string{"check", "-force"}, want: "cannot parse flags"},
		"Version": {reason: "a check that fails", args: []string{"check", "-root", root, "-version", "1"}, want: "is no semantic version"},
		"Dist":    {reason: "a folder that is not there", args: []string{"describe", "-dist", "absent"}, want: "cannot list what is released"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			wantError(t, tc.reason, tc.want, run(t.Context(), tc.args))
		})
	}
}

// TestScriptRefuses runs hack/release on what it must not release, in a small repository with the files that it needs for that.
func TestScriptRefuses(t *testing.T) {
	dir := t.TempDir()
	command(t, root, "sh", "-c", `tar -cf - "$@" | tar -xf - -C "$0"`, dir, ".gitignore", "hack/release", "tools/release", "package", "apis")
	command(t, dir, "git", "init", "-q")
	command(t, dir, "git", "add", ".")
	command(t, dir, "git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "All")
	before := filepath.Join(dir, "dist")
	if err := os.Mkdir(before, 0o750); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		reason  string
		version string
		file    string
		want    string
	}{
		"NoVersion": {reason: "make release without VERSION", want: "is no semantic version"},
		"Version":   {reason: "a version that is none", version: "1.0", want: "is no semantic version"},
		"NewFile":   {reason: "a file that no commit has", version: "v0.1.0", file: "new.go", want: "?? new.go"},
		"Changed":   {reason: "a change that no commit has", version: "v0.1.0", file: ".gitignore", want: " M .gitignore"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if tc.file != "" {
				if err := os.WriteFile(filepath.Join(dir, tc.file), []byte("/dist/\n"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			out, err := try(t, dir, "hack/release", tc.version)
			if err == nil || !strings.Contains(out, tc.want) {
				t.Errorf("%s: want a failure with %q, got %v:\n%s", tc.reason, tc.want, err, out)
			}
			if _, err := os.Stat(before); err != nil {
				t.Errorf("%s: what was in dist/ has to stay: %v", tc.reason, err)
			}
			command(t, dir, "git", "checkout", "-q", ".")
			command(t, dir, "git", "clean", "-qf")
		})
	}
}
