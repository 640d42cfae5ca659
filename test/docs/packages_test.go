package docs

import (
	"path/filepath"
	"strings"
	"testing"

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

// TestCompositionsReferToTheInstalledFunction: a Composition that names another
// Function never runs.
func TestCompositionsReferToTheInstalledFunction(t *testing.T) {
	want := functionOf(t)
	for _, pattern := range []string{"apis/compositions/*.yaml", "examples/*/composition.yaml"} {
		for _, path := range matches(t, pattern) {
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
			if p := composition.Spec.Pipeline; len(p) != 1 || p[0].FunctionRef.Name != want {
				t.Errorf("%s: pipeline is %+v, want one step of %s", path, p, want)
			}
		}
	}
}

// TestExamplesNameTheInstalledFunction: render pairs a Function with the steps
// that refer to its name.
func TestExamplesNameTheInstalledFunction(t *testing.T) {
	want := functionOf(t)
	for _, path := range matches(t, "examples/*/functions.yaml") {
		function := struct {
			Metadata struct {
				Name string `json:"name"`
			} `json:"metadata"`
			Spec struct {
				Package string `json:"package"`
			} `json:"spec"`
		}{}
		decode(t, path, &function)
		if function.Metadata.Name != want || installedName(function.Spec.Package) != want {
			t.Errorf("%s: is %+v, want name and package of %s", path, function, want)
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
