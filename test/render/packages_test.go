package render

import (
	"compress/gzip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// metaAPIVersion is that of what a package says of itself.
const metaAPIVersion = "meta.pkg.crossplane.io/v1"

// TestPackagesBuild builds every package as its users do, with the CLI's own folder of
// examples, and looks at what is in it. A folder that `xpkg build` finds only half of its
// objects in makes a package that installs, and does nothing.
func TestPackagesBuild(t *testing.T) {
	t.Parallel()
	cli := newEngine(t).cli
	// contents are the files whose objects each package has, beside its own metadata.
	contents := map[string][]string{
		"function":      {"package/input/*.yaml"},
		"configuration": {"apis/compositions/*.yaml", "apis/definitions/*.yaml"},
		"claims":        {"apis/claims/compositions/*.yaml", "apis/claims/definitions/*.yaml"},
	}
	for _, file := range globbed(t, "package/*/crossplane.yaml") {
		name := filepath.Base(filepath.Dir(file))
		if objectsOf(t, file)[0]["apiVersion"] != metaAPIVersion { // package/rbac has a file of that name, too.
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if contents[name] == nil {
				t.Fatalf("package/%s: this test does not know what belongs into it: add a row", name)
			}
			want := titles(objectsOf(t, file)...)
			for _, pattern := range contents[name] {
				for _, f := range globbed(t, pattern) {
					want = append(want, titles(objectsOf(t, f)...)...)
				}
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, packed(t, cli, name)); diff != "" {
				t.Errorf("package/%s has to hold all objects of %v: link what is missing (ln -s ../../../apis/…): -want, +got:\n%s", name, contents[name], diff)
			}
		})
	}
}

// packed are the titles of the objects in a package that the CLI builds.
func packed(t *testing.T, cli, name string) []string {
	t.Helper()
	file, stream := filepath.Join(t.TempDir(), name+".xpkg"), filepath.Join(t.TempDir(), "package.gz")
	for _, args := range [][]string{
		{"xpkg", "build", "--package-root=package/" + name, "--package-file=" + file},
		{"xpkg", "extract", "--from-xpkg", file, "--output=" + stream},
	} {
		cmd := exec.CommandContext(t.Context(), cli, args...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("crossplane %v: %v\n%s", args, err, out)
		}
	}
	f, err := os.Open(stream)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	text, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := preview.Documents(text)
	if err != nil {
		t.Fatal(err)
	}
	out := titles(objects...)
	slices.Sort(out)
	return out
}

// titles are kinds and names of objects.
func titles(objects ...map[string]any) []string {
	out := make([]string, 0, len(objects))
	for _, o := range objects {
		u := unstructured.Unstructured{Object: o}
		out = append(out, u.GetKind()+" "+u.GetName())
	}
	return out
}

// globbed are the files of the repository that match a pattern.
func globbed(t *testing.T, pattern string) []string {
	t.Helper()
	out, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(out) == 0 {
		t.Fatalf("%s: no file (%v)", pattern, err)
	}
	return out
}
