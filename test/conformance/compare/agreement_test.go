package compare_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/internal/programs"
	"github.com/crossplane-contrib/function-dynamo/test/conformance/compare"
)

// pair is a set of objects and another one to compare it with.
type pair struct {
	// File has the expected objects; if empty, Expected are they.
	File     string           `json:"file,omitempty"`
	Expected []map[string]any `json:"expected"`
	Actual   []map[string]any `json:"actual"`

	name    string
	verdict verdict
}

// TestAgreement holds our comparison to the rules in executable form: it must
// find the same differences, in the same order, between the expected objects of
// every case and mutations of them, and between shell lines.
func TestAgreement(t *testing.T) {
	rules, files := rulesAndCases(t)
	pairs, struck := shellLines(), map[string]int{}
	for i, file := range files {
		pairs = append(pairs, mutated(t, file, i, struck)...)
	}
	answers := ask(t, rules, pairs)
	if len(answers) != len(pairs) {
		t.Fatalf("want answers for %d pairs, got %d", len(pairs), len(answers))
	}
	for i, p := range pairs {
		agree(t, p, compare.Diff(p.Expected, p.Actual), answers[i])
	}
	t.Logf("%d pairs compared, of %d cases", len(pairs), len(files))
	for name := range mutations() {
		if struck[name] == 0 {
			t.Errorf("mutation %s changes nothing in any case: it tests nothing", name)
		}
	}
}

// rulesAndCases returns the path of compare.py and of all expected objects,
// which lie beside the repository.
func rulesAndCases(t *testing.T) (string, []string) {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatalf("cannot find the folder of this test: %v", err)
	}
	for !exists(filepath.Join(dir, "go.mod")) {
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the folder of this test")
		}
		dir = filepath.Dir(dir)
	}
	shared := filepath.Join(dir, "..", "shared")
	rules := filepath.Join(shared, "tools", "compare.py")
	cases, err := filepath.Glob(filepath.Join(shared, "conformance", "*", "*", "expected.yaml"))
	if err != nil {
		t.Fatalf("cannot list cases: %v", err)
	}
	if !exists(rules) || len(cases) == 0 {
		t.Skip("the rules in executable form are not there: want ../shared/tools/compare.py and ../shared/conformance beside the repository")
	}
	return rules, cases
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// shellLines returns every one of some lines with every other one.
func shellLines() []pair {
	all := []string{
		`a b c`, ` a  b	c `, "a b\nc", `'a' "b" c`, `a' 'b c`, `a\ b c`, `"a b" c`, `'a b' c`, `a "b c"`, `a b\ c`, `a b c ''`, `a b c ""`,
		`a #b c`, `a '#b' c`, `"a\"b" c`, `'a"b' c`, `a\"b c`, `"a\nb" c`, `'a\nb' c`, `"a\\nb" c`, `a\nb c`, "a\\\nb c", "'a\nb' c", `"$a" b`,
		`'$a' b`, `$a b`, `a "b`, `a 'b`, `a b\`, `"a b\`, `a&&b c`, `a && b c`, `a;b c`, `ä 'ö ü'`, `ä "ö ü"`, ` `, `a`, `'a'`, `it''s it`, `its it`,
	}
	var out []pair
	for i, want := range all {
		for j, got := range all {
			v := either
			if i == j {
				v = same
			}
			out = append(out, pair{Expected: line(want), Actual: line(got), name: "line " + want + " and " + got, verdict: v})
		}
	}
	return out
}

func line(text string) []map[string]any {
	return []map[string]any{{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "a"},
		"spec": map[string]any{"args": []any{"-c", text}},
	}}
}

// sample is the number of cases of which one is tried with a mutation: Python
// takes milliseconds for each.
const sample = 5

// mutated returns the expected objects of the n-th case with themselves, as a
// whole, and with a sample of the mutations that change them. It counts how
// many cases each mutation has struck.
func mutated(t *testing.T, file string, n int, struck map[string]int) []pair {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("cannot read case: %v", err)
	}
	expected, err := compare.Objects(raw)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	out := []pair{{File: file, Expected: expected, Actual: expected, name: file, verdict: same}}
	all := mutations()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p, ok := all[name].pair(expected, n)
		if !ok {
			continue
		}
		if struck[name]%sample == 0 {
			p.name = file + " " + name
			out = append(out, p)
		}
		struck[name]++
	}
	return out
}

// pair mutates the whole set, or one object of it: from the n-th on, the first
// one that the mutation changes. There may be none.
func (m mutation) pair(objects []map[string]any, n int) (pair, bool) {
	if m.whole {
		return m.strike(objects)
	}
	for i := range objects {
		one := (n + i) % len(objects)
		if p, ok := m.strike(objects[one : one+1]); ok {
			return p, true
		}
	}
	return pair{}, false
}

func (m mutation) strike(objects []map[string]any) (pair, bool) {
	p := pair{Expected: objects, Actual: m.apply(cloneObjects(objects)), verdict: m.verdict}
	return p, !reflect.DeepEqual(p.Expected, p.Actual)
}

// ask returns what compare.py prints of each pair. It runs once for all.
func ask(t *testing.T, rules string, pairs []pair) [][]string {
	t.Helper()
	const untested = "that the comparison with the operator's objects follows the rules of compare.py"
	interpreter := programs.Find(t, "python3", untested)
	if err := exec.CommandContext(t.Context(), interpreter, "-c", "import yaml; yaml.CSafeLoader").Run(); err != nil {
		programs.Skip(t, untested, "PyYAML")
	}
	questions := slices.Clone(pairs)
	for i := range questions {
		if questions[i].File != "" {
			questions[i].Expected = nil
		}
	}
	raw, err := json.Marshal(questions)
	if err != nil {
		t.Fatalf("cannot write pairs: %v", err)
	}
	stderr := &bytes.Buffer{}
	python := exec.CommandContext(t.Context(), interpreter, "-B", filepath.Join("testdata", "agree.py"), rules)
	python.Stdin, python.Stderr = bytes.NewReader(raw), stderr
	out, err := python.Output()
	if err != nil {
		t.Fatalf("cannot run compare.py: %v\n%s", err, stderr)
	}
	var answers [][]string
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatalf("cannot read answers: %v", err)
	}
	return answers
}

// agree checks that ours are the differences that compare.py printed, and that
// both are what the mutation should bring about.
func agree(t *testing.T, p pair, ours []compare.Difference, theirs []string) {
	t.Helper()
	if !slices.EqualFunc(theirs, ours, func(line string, d compare.Difference) bool {
		return strings.HasPrefix(line, d.Field()+": ")
	}) {
		t.Errorf("%s: want the fields of compare.py:\n%s\ngot:\n%s", p.name, strings.Join(theirs, "\n"), joined(ours))
		return
	}
	if p.verdict == same && len(ours) > 0 || p.verdict == other && len(ours) == 0 {
		t.Errorf("%s: want differences %t, got:\n%s", p.name, p.verdict == other, joined(ours))
	}
}

func joined(all []compare.Difference) string {
	b := &strings.Builder{}
	for _, d := range all {
		b.WriteString(d.String() + "\n")
	}
	return b.String()
}
