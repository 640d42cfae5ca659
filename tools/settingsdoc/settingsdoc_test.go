package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// definition is a CRD with the properties given, in YAML at depth zero.
func definition(properties string) []byte {
	const head = `
spec:
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        properties:
          apiVersion: {type: string}
          kind: {type: string}
          metadata: {type: object}
`
	lines := strings.Split(strings.TrimSpace(properties), "\n")
	return []byte(head + "          " + strings.Join(lines, "\n          ") + "\n")
}

// no ends the description of a field that restarts nothing.
const no = " A change restarts no pods."

// row is one of such a field.
func row(path, value, effect string) Row {
	return Row{Path: path, Default: value, Effect: effect, Restarts: "no pods"}
}

func TestRows(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []byte
		want   []Row
		err    string
	}{
		"Leaf": {
			reason: "a field without a default says so, its description is one line, and what a change restarts is a column of its own",
			args:   definition("a:\n  description: |-\n    First\n    second. A change\n    restarts all pods.\n  type: string"),
			want:   []Row{{Path: "a", Default: "none", Effect: "First second.", Restarts: "all pods"}},
		},
		"Default": {
			reason: "texts stand as they are, other values as JSON",
			args:   definition("a: {description: A." + no + ", default: x}\nb: {description: B." + no + ", default: 5}\nc: {description: C." + no + ", default: [z]}"),
			want:   []Row{row("a", "`x`", "A."), row("b", "`5`", "B."), row("c", "`[\"z\"]`", "C.")},
		},
		"Described": {
			reason: "what applies without a field may stand in its description",
			args:   definition("a: {description: 'A. Without it `5s`, as `b` has it." + no + "'}\nb: {description: B. Without it all." + no + "}"),
			want:   []Row{row("a", "`5s`", "A. Without it `5s`, as `b` has it."), row("b", "none", "B. Without it all.")},
		},
		"Enum": {
			reason: "the values that are allowed are listed",
			args:   definition("a: {description: A." + no + ", enum: [x, z]}"),
			want:   []Row{row("a", "none", "A. One of `x`, `z`.")},
		},
		"Nested": {
			reason: "fields of objects are listed instead of the objects, by path",
			args:   definition("b: {description: B., properties: {d: {description: D." + no + "}, c: {description: C." + no + "}}}\na: {description: A." + no + "}"),
			want:   []Row{row("a", "none", "A."), row("b.c", "none", "C."), row("b.d", "none", "D.")},
		},
		"List": {
			reason: "so are those of the items of a list, which may be required, and restart what the list does where they do not say",
			args:   definition("l: {description: L." + no + ", items: {required: [m], properties: {m: {description: N.}, o: {description: O. A change restarts all pods.}}}}"),
			want:   []Row{row("l", "none", "L."), row("l[].m", "required", "N."), {Path: "l[].o", Default: "none", Effect: "O.", Restarts: "all pods"}},
		},
		"ObjectInItem": {
			reason: "an object in an item is one row, and so is a list there",
			args:   definition("l: {description: L." + no + ", items: {properties: {s: {description: S., properties: {t: {description: T.}}}, u: {description: U., items: {properties: {v: {description: V.}}}}}}}"),
			want:   []Row{row("l", "none", "L."), row("l[].s", "none", "S."), row("l[].u", "none", "U.")},
		},
		"Map": {
			reason: "a map is one setting, and so is a list of texts",
			args:   definition("m: {description: M." + no + ", additionalProperties: {type: string}}\nt: {description: T." + no + ", items: {type: string}}"),
			want:   []Row{row("m", "none", "M."), row("t", "none", "T.")},
		},
		"Foreign": {
			reason: "a block of Kubernetes is one setting, and so is a list of them",
			args:   definition("b: {description: 'B. Its fields are those of Kubernetes." + no + "', properties: {c: {description: C.}}}\nl: {description: 'L. Its fields are those of Kubernetes." + no + "', items: {properties: {c: {description: C.}}}}"),
			want:   []Row{row("b", "none", "B. Its fields are those of Kubernetes."), row("l", "none", "L. Its fields are those of Kubernetes.")},
		},
		"Unsaid":      {reason: "every setting says what it restarts", args: definition("b: {properties: {c: {description: C.}}}"), err: "b.c: does not say what a change restarts"},
		"Undescribed": {reason: "every setting is described", args: definition("b: {properties: {c: {type: string}}}"), err: "b.c: has no description"},
		"Nothing":     {reason: "a table of nothing is a mistake", args: definition(""), err: "no settings"},
		"NoVersion":   {reason: "what is no CRD is told", args: []byte("spec: {}"), err: "0 versions"},
		"NoYAML":      {reason: "so is what is no YAML", args: []byte("a: b: c"), err: "cannot read"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Rows(tc.args)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Errorf("%s\nRows(...): want an error with %q, got %v", tc.reason, tc.err, err)
				}
				return
			}
			if err != nil {
				t.Fatalf("%s\nRows(...): %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nRows(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestTable(t *testing.T) {
	want := "| field | default | effect | restarts |\n|---|---|---|---|\n| `a.b` | none | One \\| two. | no pods |\n"
	if diff := cmp.Diff(want, Table([]Row{row("a.b", "none", "One | two.")})); diff != "" {
		t.Errorf("Table(...): -want, +got:\n%s", diff)
	}
}

func TestInsert(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   string
		err    bool
	}{
		"Empty":    {reason: "the table comes between the lines", args: "a\n" + begin + "\n" + end + "\nb\n", want: "a\n" + begin + "\nT\n" + end + "\nb\n"},
		"Replaces": {reason: "what stood there goes", args: begin + "\nold\nolder\n" + end + "\n", want: begin + "\nT\n" + end + "\n"},
		"NoBegin":  {reason: "without the first line nothing is known", args: end + "\n", err: true},
		"NoEnd":    {reason: "nor without the second", args: begin + "\nrest of the page\n", err: true},
		"Backward": {reason: "nor the other way round", args: end + "\n" + begin + "\n", err: true},
		"TwoBegin": {reason: "one table a page", args: begin + "\n" + begin + "\n" + end + "\n", err: true},
		"TwoEnd":   {reason: "with one end", args: begin + "\n" + end + "\n" + end + "\n", err: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Insert(tc.args, "T\n")
			if (err != nil) != tc.err || got != tc.want {
				t.Errorf("%s\nInsert(...): want %q, got %q, %v", tc.reason, tc.want, got, err)
			}
		})
	}
}

func TestRun(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	crd := write("crd.yaml", string(definition("a: {description: A."+no+"}")))
	page := write("page.md", "x\n"+begin+"\n"+end+"\n")

	if err := run(crd, page); err != nil {
		t.Fatal(err)
	}
	once, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(once), "| `a` | none | A. | no pods |\n") {
		t.Fatalf("run(...): got a page %q, %v", once, err)
	}
	if err := run(crd, page); err != nil {
		t.Fatal(err)
	}
	twice, err := os.ReadFile(page)
	if err != nil || string(twice) != string(once) {
		t.Errorf("run(...) again: want the same page, got %q, %v", twice, err)
	}

	for name, args := range map[string][2]string{
		"NoFlags": {"", ""}, "NoCRD": {filepath.Join(folder, "none"), page}, "NoPage": {crd, filepath.Join(folder, "none")},
		"BadCRD": {page, page}, "BadPage": {crd, crd},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(args[0], args[1]); err == nil {
				t.Errorf("run(%v): want an error", args)
			}
		})
	}
}
