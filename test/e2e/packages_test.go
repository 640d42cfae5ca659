package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// TestSmokePackages looks at what the packages brought. That of claims is there once another
// test has asked for it, all of it or nothing.
func TestSmokePackages(t *testing.T) {
	s := newScenario(t)
	want, claims, got := s.packaged("/apis/definitions"), s.packaged("/apis/claims/definitions"), map[string]string{}
	for _, d := range s.cluster("apiextensions.crossplane.io/v2/CompositeResourceDefinition") {
		if harness.ConditionOf(&d, "Established").Status == "True" {
			got[d.GetName()] = "established"
		}
	}
	for _, c := range s.cluster("apiextensions.crossplane.io/v1/Composition") {
		plural := strings.ToLower(text(&c, "spec", "compositeTypeRef", "kind")) + "s.nvidia.com"
		got[plural] += ", composed by " + c.GetName()
	}
	for name := range claims {
		if _, ok := got[name]; ok {
			maps.Copy(want, claims)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("definitions and their Compositions: -want, +got:\n%s", diff)
	}
	for _, r := range s.cluster("pkg.crossplane.io/v1/FunctionRevision") {
		s.notef("%s: image %s, capabilities %v", r.GetName(), text(&r, "spec", "image"), r.Object["status"].(map[string]any)["capabilities"])
	}
}

// packaged says what becomes of the definitions in a folder.
func (s *scenario) packaged(folder string) map[string]string {
	s.Helper()
	files, err := filepath.Glob(root + folder + "/*.yaml")
	s.must(err)
	out := map[string]string{}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".yaml") + ".nvidia.com"
		out[name] = "established, composed by " + name
	}
	return out
}

// cluster lists the objects of a cluster-wide kind.
func (s *scenario) cluster(kind string) []unstructured.Unstructured {
	s.Helper()
	all, err := s.client.List(s.Context(), kindOf(kind), "", "")
	s.must(err)
	return all
}

// TestPackagesAreReproducible builds the packages in two copies of the
// repository, for both platforms, and compares them byte by byte.
func TestPackagesAreReproducible(t *testing.T) {
	copies := []string{t.TempDir(), t.TempDir()}
	listed := command(t, root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for file := range strings.SplitSeq(strings.TrimSuffix(listed, "\x00"), "\x00") {
		for _, dir := range copies {
			transfer(t, filepath.Join(root, file), filepath.Join(dir, file))
		}
	}
	first, second := build(t, copies[0]), build(t, copies[1])
	if len(first) != 4 {
		t.Errorf("built %d packages, want 4", len(first))
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("SHA-256 of the packages: -first build, +second:\n%s", diff)
	}
	for name, sum := range first {
		t.Logf("%s %s, twice", sum, name)
	}
}

// build makes the packages in a folder, and returns their checksums.
func build(t *testing.T, dir string) map[string]string {
	t.Helper()
	command(t, dir, "make", "package")
	files, err := filepath.Glob(filepath.Join(dir, "dist", "*.xpkg"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(raw)
		out[filepath.Base(f)] = hex.EncodeToString(sum[:])
	}
	return out
}

// transfer copies a file; one that git lists and somebody deleted is left out.
func transfer(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if os.IsNotExist(err) {
		return
	}
	raw, readErr := os.ReadFile(from)
	err = errors.Join(err, readErr, os.MkdirAll(filepath.Dir(to), 0o750))
	if err == nil {
		err = os.WriteFile(to, raw, info.Mode())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// command returns what a command prints.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	stderr := &bytes.Buffer{}
	cmd.Stderr = stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", name, args, err, stderr)
	}
	return string(out)
}
