package render

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// checkout is a copy of the repository in which the commands of an example are run.
type checkout struct {
	// dir is the root of the copy; path, the folder of the programs that a user has.
	dir, path string
	// example is the folder's name.
	example string
}

// programs makes a folder of the programs that READMEs of examples call.
func programs(t *testing.T, e *engine) string {
	t.Helper()
	out := t.TempDir()
	if err := os.Symlink(e.cli, filepath.Join(out, "crossplane")); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "-C", filepath.Join(root, "cmd", "xdynamo"), "build", "-o", filepath.Join(out, "xdynamo"), ".")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build xdynamo: %v\n%s", err, said)
	}
	return out
}

// checkOut links everything but the functions.yaml of the example: the ports that it names
// may be taken.
func checkOut(t *testing.T, example, path string, listening map[string]string) checkout {
	t.Helper()
	out := checkout{dir: t.TempDir(), path: path, example: example}
	link(t, root, out.dir, "bin", "dist", "examples", ".git")
	link(t, examples, filepath.Join(out.dir, "examples"), example)
	link(t, filepath.Join(examples, example), filepath.Join(out.dir, "examples", example), "functions.yaml")
	if err := os.Symlink(path, filepath.Join(out.dir, "bin")); err != nil {
		t.Fatal(err)
	}
	functions := filepath.Join("examples", example, "functions.yaml")
	text := redirect(t, listening, filepath.Join(root, functions))
	if err := os.WriteFile(filepath.Join(out.dir, functions), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// link has the entries of a folder in another one, which is made, but for some.
func link(t *testing.T, from, to string, but ...string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o750); err != nil {
		t.Fatal(err)
	}
	from, err := filepath.Abs(from)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); !slices.Contains(but, name) {
			if err := os.Symlink(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// redirect has every Function of a functions.yaml where it listens in this test.
func redirect(t *testing.T, listening map[string]string, file string) string {
	t.Helper()
	documents := strings.Split(read(t, file), "\n---\n")
	for i, d := range documents {
		name, target := submatch(functionName, d), submatch(functionTarget, d)
		address := listening[name]
		if address == "" || target == "" {
			t.Fatalf("%s: Function %q listens on %q: want one that this test starts (see peers), and annotation %s", file, name, target, annotationTarget)
		}
		documents[i] = strings.Replace(d, target, address, 1)
	}
	return strings.Join(documents, "\n---\n")
}

// annotationTarget says where a Function listens.
const annotationTarget = "render.crossplane.io/runtime-development-target"

var (
	functionName   = regexp.MustCompile(`(?m)^  name: (\S+)$`)
	functionTarget = regexp.MustCompile(`(?m)^    ` + regexp.QuoteMeta(annotationTarget) + `: (\S+)$`)
)

// submatch is what the first group of a pattern finds; empty for nothing.
func submatch(pattern *regexp.Regexp, text string) string {
	if m := pattern.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func (c checkout) readme(t *testing.T) string {
	t.Helper()
	return read(t, filepath.Join(c.dir, "examples", c.example, "README.md"))
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
