package explain

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// walk visits a field and all below it.
func walk(f *field, visit func(*field)) {
	visit(f)
	for _, c := range f.children() {
		walk(c, visit)
	}
}

// hidden are the fields that the schema of a field has, and its own form has not.
func hidden(f *field) []string {
	at := f.values()
	var out []string
	for _, name := range slices.Sorted(maps.Keys(at.schema.Properties)) {
		if f.child(name) == nil {
			out = append(out, join(at.path, name))
		}
	}
	return out
}

// paths are those of all fields of a version.
func paths(k Kind, v Version) map[string]bool {
	out := map[string]bool{}
	walk(root(k, v), func(f *field) { out[f.path] = true })
	return out
}

// TestFormsAreApart: what is not explained in one version is in the other, and no version
// lacks a field of its own.
func TestFormsAreApart(t *testing.T) {
	kinds, err := Kinds()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		versions, err := k.Versions()
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range versions {
			if typeOf(k.Name, v.Name) == nil {
				t.Errorf("%s %s: has no Go type: add it to typeOf", k.Name, v.Name)
			}
			other := paths(k, versions[len(versions)-1-i])
			walk(root(k, v), func(f *field) {
				for _, path := range hidden(f) {
					if !other[path] {
						t.Errorf("%s %s: %s is in the schema, and neither version explains it", k.Name, v.Name, path)
					}
				}
			})
		}
	}
}

// TestAllIsDescribed: every field of a type of ours says what it is, or its type does.
func TestAllIsDescribed(t *testing.T) {
	kinds, err := Kinds()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, k := range kinds {
		versions, err := k.Versions()
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range versions {
			walk(root(k, v), func(f *field) {
				n++
				if f.description() == "" {
					t.Errorf("%s %s: %s is not described", k.Name, v.Name, f.path)
				}
			})
		}
	}
	if n < 1000 {
		t.Errorf("only %d fields were looked at", n)
	}
}

func TestParsePath(t *testing.T) {
	named := func(names ...string) []step {
		var out []step
		for _, n := range names {
			out = append(out, step{name: n})
		}
		return out
	}
	cases := map[string]struct {
		reason string
		args   string
		want   []step
	}{
		"Empty":    {reason: "a kind alone has no steps"},
		"Names":    {reason: "dots part names", args: "spec.components", want: named("spec", "components")},
		"Brackets": {reason: "what stands in brackets may have dots", args: "a[b.c].d[0]", want: []step{{name: "a"}, {name: "b.c", brackets: true}, {name: "d"}, {name: "0", brackets: true}}},
		"Empties":  {reason: "dots without a name are left out", args: ".a..b.", want: named("a", "b")},
		"Open":     {reason: "a bracket that is not closed ends with the path", args: "a[b", want: []step{{name: "a"}, {name: "b", brackets: true}}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, parsePath(tc.args), cmp.AllowUnexported(step{})); diff != "" {
				t.Errorf("%s\nparsePath(%q): -want, +got:\n%s", tc.reason, tc.args, diff)
			}
		})
	}
}

func TestWrap(t *testing.T) {
	long := "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff ggggggggg hhhhhhhhh iiiiiiiii jjjjjjjjj kkkk"
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Short":      {reason: "a short text is one line", args: "a\nb", want: "  a b\n"},
		"Long":       {reason: "a long one is broken between words", args: long, want: "  " + long[:89] + "\n  jjjjjjjjj kkkk\n"},
		"Paragraphs": {reason: "paragraphs begin lines of their own", args: "a\n\nb", want: "  a\n  b\n"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, wrapAll(tc.args, 2)); diff != "" {
				t.Errorf("%s\nwrapAll(%q): -want, +got:\n%s", tc.reason, tc.args, diff)
			}
		})
	}
}
