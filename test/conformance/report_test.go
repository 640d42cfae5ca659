package conformance

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/test/conformance/compare"
)

const expectedThings = "{apiVersion: v1, kind: Thing, metadata: {name: a}, x: 1, y: 1}"

func thing(name string, x, y int) map[string]any {
	return map[string]any{"apiVersion": "v1", "kind": "Thing", "metadata": map[string]any{"name": name}, "x": x, "y": y}
}

func TestRun(t *testing.T) {
	allowX := Allowance{Case: "own/c", Field: "Thing/a.x", Reason: "better"}
	type want struct {
		failed bool
		report string
	}
	cases := map[string]struct {
		reason   string
		expected string
		rendered []map[string]any
		err      error
		list     AllowList
		want     want
	}{
		"Equal": {
			reason:   "An equal case is counted, and not printed.",
			expected: expectedThings,
			rendered: []map[string]any{thing("a", 1, 1)},
			want:     want{report: "1 of 1 cases equal, 0 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"Different": {
			reason:   "Every differing field has a line.",
			expected: expectedThings,
			rendered: []map[string]any{thing("a", 2, 3)},
			want: want{failed: true, report: "own/c: 2 unexpected and 0 allowed differences\n" +
				"  Thing/a.x: want 1, got 2\n  Thing/a.y: want 1, got 3\n" +
				"0 of 1 cases equal, 0 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"Allowed": {
			reason:   "What the list allows is printed and does not fail.",
			expected: expectedThings,
			rendered: []map[string]any{thing("a", 2, 1)},
			list:     AllowList{allowX},
			want: want{report: "own/c: 0 unexpected and 1 allowed differences\n  allowed: Thing/a.x: want 1, got 2\n" +
				"0 of 1 cases equal, 1 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"AllowedInPart": {
			reason:   "The list allows nothing else.",
			expected: expectedThings,
			rendered: []map[string]any{thing("a", 2, 2)},
			list:     AllowList{allowX},
			want: want{failed: true, report: "own/c: 1 unexpected and 1 allowed differences\n" +
				"  Thing/a.y: want 1, got 2\n  allowed: Thing/a.x: want 1, got 2\n" +
				"0 of 1 cases equal, 0 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"Stale": {
			reason:   "An entry without a difference fails, though the case is equal.",
			expected: expectedThings,
			rendered: []map[string]any{thing("a", 1, 1)},
			list:     AllowList{allowX},
			want: want{failed: true, report: "allow-list: {case: own/c, field: Thing/a.x} matches no difference any more: remove it\n" +
				"1 of 1 cases equal, 0 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"AllowedInOne": {
			reason:   "An entry for several cases is needed while one of them differs.",
			expected: expectedThings,
			rendered: []map[string]any{thing("a", 2, 1)},
			list:     AllowList{{Case: "own/*", Field: "Thing/a.x", Reason: "better"}},
			want: want{report: "own/c: 0 unexpected and 1 allowed differences\n  allowed: Thing/a.x: want 1, got 2\n" +
				"0 of 1 cases equal, 1 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"StaleInAll": {
			reason:   "And stale when none does.",
			expected: expectedThings,
			rendered: []map[string]any{thing("a", 1, 1)},
			list:     AllowList{{Case: "own/*", Field: "Thing/a.x", Reason: "better"}},
			want: want{failed: true, report: "allow-list: {case: own/*, field: Thing/a.x} matches no difference any more: remove it\n" +
				"1 of 1 cases equal, 0 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"OutOfScopeIsNotStale": {
			reason:   "An entry for a case that was not compared may still be needed.",
			expected: expectedThings,
			rendered: []map[string]any{thing("a", 1, 1)},
			list:     AllowList{{Case: "platform/c", Field: "Thing/a.x"}, {Case: "own/multinode", Field: "Thing/a.x"}},
			want:     want{report: "1 of 1 cases equal, 0 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"CannotRender": {
			reason:   "A case that cannot be rendered fails, and makes no entry stale.",
			expected: expectedThings,
			err:      errors.New("refused: no"),
			list:     AllowList{allowX},
			want: want{failed: true, report: "own/c: refused: no\n" +
				"0 of 1 cases equal, 0 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"Nothing": {
			reason:   "To render nothing is no success.",
			expected: expectedThings,
			want: want{failed: true, report: "own/c: 1 unexpected and 0 allowed differences\n  Thing/a: missing object\n" +
				"0 of 1 cases equal, 0 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"Twice": {
			reason:   "Two objects that are one to the API server would overwrite each other.",
			expected: expectedThings,
			rendered: []map[string]any{thing("a", 2, 2), thing("a", 1, 1)},
			want: want{failed: true, report: "own/c: Thing/a is rendered twice\n" +
				"0 of 1 cases equal, 0 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
		"BadExpected": {
			reason:   "A broken case fails.",
			expected: "kind: Thing",
			rendered: []map[string]any{thing("a", 1, 1)},
			want: want{failed: true, report: "own/c: cannot read expected objects: document 1: apiVersion: missing\n" +
				"0 of 1 cases equal, 0 more equal but for what the allow-list allows, 2 out of scope\n"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			all := []Case{
				{Folder: "own", Name: "c", Expected: []byte(tc.expected)},
				{Folder: "own", Name: "multinode", Features: map[Feature][]string{Multinode: {"A"}}},
				{Folder: "platform", Name: "c"},
			}
			render := func(Case) ([]map[string]any, error) { return tc.rendered, tc.err }
			report := Run(all, Scope{Folders: []string{"own"}, Unbuilt: []Feature{Multinode}}, tc.list, render)
			b := &strings.Builder{}
			if err := report.Write(b); err != nil {
				t.Fatalf("Write(): %v", err)
			}
			if diff := cmp.Diff(tc.want, want{failed: report.Failed(), report: b.String()}, cmp.AllowUnexported(want{})); diff != "" {
				t.Errorf("%s\nRun(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// Every case in scope is rendered from its own manifest.
func TestRunRendersEveryCase(t *testing.T) {
	var seen []string
	render := func(c Case) ([]map[string]any, error) {
		seen = append(seen, c.ID()+": "+string(c.Input))
		return compare.Objects([]byte(expectedThings))
	}
	all := []Case{{Folder: "own", Name: "a", Input: []byte("1")}, {Folder: "default", Name: "b", Input: []byte("2")}}
	report := Run(all, Scope{Folders: []string{"own", "default"}}, nil, render)
	if diff := cmp.Diff([]string{"own/a: 1", "default/b: 2"}, seen); diff != "" {
		t.Errorf("every case in scope is rendered once, in order\n-want, +got:\n%s", diff)
	}
	if !report.Failed() {
		t.Error("neither case expects any object: what is rendered is additional, and should fail")
	}
}
