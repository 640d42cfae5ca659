// Package admissiontest reads admission cases: manifests, each with the verdict
// that it must get. All of them lie beside the repository, in
// ../shared/conformance/admission, and a selection in dryrun/testdata.
package admissiontest

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Verdicts of the index. Those of updates have a prefix before them.
const (
	Refuse = "refuse"
	Flag   = "flag"
	Accept = "accept"

	updatePrefix = "update-"
)

// Case is a line of the index.
type Case struct {
	// Name of the case; its manifest is called after it.
	Name string
	// Kind is graph, component, adapter, model or request.
	Kind string
	// Verdict is Refuse, Flag or Accept.
	Verdict string
	// Update says that the manifest replaces another one.
	Update bool
	// Field at fault, or empty.
	Field string

	dir string
}

// Shared returns a folder of the conformance cases, or skips the test where they
// are not there.
func Shared(tb testing.TB, name string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatalf("cannot find the folder of this test: %v", err)
	}
	for !exists(filepath.Join(dir, "go.mod")) {
		parent := filepath.Dir(dir)
		if parent == dir {
			tb.Fatal("no go.mod above the folder of this test")
		}
		dir = parent
	}
	cases := filepath.Join(dir, "..", "shared", "conformance", name)
	if !exists(cases) {
		tb.Skipf("the conformance cases are not there: want ../shared/conformance/%s beside the repository", name)
	}
	return cases
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Cases returns the cases in dir of the given kinds, sorted as the index is.
func Cases(tb testing.TB, dir string, kinds ...string) []Case {
	tb.Helper()
	f, err := os.Open(filepath.Join(dir, "index.csv"))
	if err != nil {
		tb.Fatalf("cannot open the index of cases: %v", err)
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil || len(lines) == 0 {
		tb.Fatalf("cannot read the index of cases: %v", err)
	}
	var out []Case
	for _, line := range lines[1:] {
		verdict, update := strings.CutPrefix(line[2], updatePrefix)
		if slices.Contains(kinds, line[1]) {
			out = append(out, Case{Name: line[0], Kind: line[1], Verdict: verdict, Update: update, Field: line[3], dir: dir})
		}
	}
	if len(out) == 0 {
		tb.Fatalf("no cases of %s in %s", strings.Join(kinds, ", "), dir)
	}
	return out
}

// Manifest is the path of the manifest that is judged.
func (c Case) Manifest() string {
	if c.Update {
		return filepath.Join(c.dir, "updates", c.Name, "after.yaml")
	}
	return filepath.Join(c.dir, c.Verdict, c.Name+".yaml")
}

// Before is the path of the manifest that an update replaces.
func (c Case) Before() string {
	return filepath.Join(c.dir, "updates", c.Name, "before.yaml")
}

// Named says whether text, a field path and a message, is about the case's
// field: about it, one below it, or one above it with a message that says which
// of its fields.
func (c Case) Named(text string) bool {
	if strings.HasPrefix(text, c.Field) {
		return true
	}
	path, message, _ := strings.Cut(text, ": ")
	rest, above := strings.CutPrefix(c.Field, path)
	return above && strings.Contains(message, segment(rest))
}

// segment is the first one of a path: .field or [key].
func segment(path string) string {
	if end := strings.Index(path, "]"); strings.HasPrefix(path, "[") && end > 0 {
		return path[:end+1]
	}
	path = strings.TrimPrefix(path, ".")
	if end := strings.IndexAny(path, ".["); end > 0 {
		return path[:end]
	}
	return path
}
