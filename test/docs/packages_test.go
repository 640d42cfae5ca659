package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// registry of the packages. Crossplane names what it installs as a dependency
// after the rest of its path, dots and slashes as hyphens (ToDNSLabel of
// crossplane-runtime).
const registry = "xpkg.crossplane.io/"

func installedName(pkg string) string {
	path, _, _ := strings.Cut(strings.TrimPrefix(pkg, registry), ":")
	return strings.NewReplacer("/", "-", ".", "-").Replace(path)
}

func decode(t *testing.T, path string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, path)), into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// functionOf is the Function that the Configuration package depends on, by the
// name under which Crossplane installs it.
func functionOf(t *testing.T) string {
	t.Helper()
	configuration := struct {
		Spec struct {
			DependsOn []struct {
				Kind    string `json:"kind"`
				Package string `json:"package"`
			} `json:"dependsOn"`
		} `json:"spec"`
	}{}
	decode(t, filepath.Join(root, "package", "configuration", "crossplane.yaml"), &configuration)
	for _, d := range configuration.Spec.DependsOn {
		if d.Kind == "Function" && strings.HasPrefix(d.Package, registry) {
			return installedName(d.Package)
		}
	}
	t.Fatalf("package/configuration depends on no Function of %s", registry)
	return ""
}

// stepsOf are the names of the Functions that a Composition's steps refer to.
func stepsOf(t *testing.T, path string) []string {
	t.Helper()
	composition := struct {
		Spec struct {
			Pipeline []struct {
				FunctionRef struct {
					Name string `json:"name"`
				} `json:"functionRef"`
			} `json:"pipeline"`
		} `json:"spec"`
	}{}
	decode(t, path, &composition)
	var out []string
	for _, step := range composition.Spec.Pipeline {
		out = append(out, step.FunctionRef.Name)
	}
	return out
}

// TestCompositionsReferToTheInstalledFunction: a Composition that names another
// Function never runs.
func TestCompositionsReferToTheInstalledFunction(t *testing.T) {
	want := []string{functionOf(t)}
	for _, pattern := range []string{"apis/compositions/*.yaml", "apis/claims/compositions/*.yaml", "examples/*/composition.yaml"} {
		for _, path := range matches(t, pattern) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), "definition.yaml")); err == nil {
				continue // Of a kind of the example's own.
			}
			if diff := cmp.Diff(want, stepsOf(t, path)); diff != "" {
				t.Errorf("%s: Functions of the steps: -want, +got:\n%s", path, diff)
			}
		}
	}
}

// TestExamplesNameInstalledFunctions: Crossplane names what it installs after its
// package, and render pairs a Function with the steps that refer to its name.
func TestExamplesNameInstalledFunctions(t *testing.T) {
	for _, path := range matches(t, "examples/*/functions.yaml") {
		var named []string
		for document := range strings.SplitSeq(read(t, path), "\n---\n") {
			function := struct {
				Metadata struct {
					Name string `json:"name"`
				} `json:"metadata"`
				Spec struct {
					Package string `json:"package"`
				} `json:"spec"`
			}{}
			if err := yaml.Unmarshal([]byte(document), &function); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			named = append(named, function.Metadata.Name)
			if installed := installedName(function.Spec.Package); function.Metadata.Name != installed {
				t.Errorf("%s: names %s, and Crossplane installs it as %s", path, function.Metadata.Name, installed)
			}
		}
		if diff := cmp.Diff(stepsOf(t, filepath.Join(filepath.Dir(path), "composition.yaml")), named); diff != "" {
			t.Errorf("%s: -steps of the composition, +functions:\n%s", path, diff)
		}
	}
}

func matches(t *testing.T, pattern string) []string {
	t.Helper()
	out, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(out) == 0 {
		t.Fatalf("%s: no file (%v)", pattern, err)
	}
	return out
}
