package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// texts of the code, each with a place where it stands.
type texts map[string]string

// finder returns the texts of interest of a node of a file.
type finder func(*ast.File, ast.Node) []string

// collect walks the Go files below a folder of the repository, without tests.
func collect(t *testing.T, folder string, find finder) texts {
	t.Helper()
	out := texts{}
	err := filepath.WalkDir(filepath.Join(root, folder), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		return gather(out, path, nil, find)
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("%s: found %d texts (%v)", folder, len(out), err)
	}
	return out
}

// gather adds the texts of one file, which is read where source is nil.
func gather(out texts, path string, source any, find finder) error {
	positions := token.NewFileSet()
	file, err := parser.ParseFile(positions, path, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		for _, s := range find(file, n) {
			if s != "" {
				out[s] = positions.Position(n.Pos()).String()
			}
		}
		return true
	})
	return nil
}

// literal is the value of a string literal, and empty for anything else.
func literal(e ast.Expr) string {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(l.Value) // The parser has read it already.
	return s
}

// named says whether an expression is that name.
func named(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// reasons are constants called Reason… or why…, phases, and what fields called
// Reason are given.
func reasons(_ *ast.File, n ast.Node) []string {
	switch n := n.(type) {
	case *ast.ValueSpec:
		if (prefixed(n.Names[0].Name, "Reason", "why") || named(n.Type, "Phase")) && len(n.Values) == 1 {
			return []string{literal(n.Values[0])}
		}
	case *ast.KeyValueExpr:
		if named(n.Key, "Reason") {
			return []string{literal(n.Value)}
		}
	}
	return nil
}

// conditions are constants called Type…. In package dynamo these are types of
// components.
func conditions(file *ast.File, n ast.Node) []string {
	spec, ok := n.(*ast.ValueSpec)
	if !ok || file.Name.Name == "dynamo" || len(spec.Values) != 1 || !prefixed(spec.Names[0].Name, "Type") {
		return nil
	}
	return []string{literal(spec.Values[0])}
}

// idle are the fields that functions/convert lists as not acted on.
func idle(_ *ast.File, n ast.Node) []string {
	l, ok := n.(*ast.CompositeLit)
	if !ok || len(l.Elts) != 2 || !named(l.Type, "named") {
		return nil
	}
	return []string{strings.TrimPrefix(literal(l.Elts[1]), "spec.")}
}

func prefixed(name string, prefixes ...string) bool {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(name, p); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			return true
		}
	}
	return false
}

func TestGather(t *testing.T) {
	const source = `package %s
const TypeValid = "Valid"
const (
	ReasonFine = "Fine"
	whyLate    = "Late"
	other      = "Other"

	Done Phase = "Done"
)
var e = Event{Reason: "Gone", Message: "text"}
var f = given(named{in.A != nil, "a"}, named{true, "spec.b"})
`
	cases := map[string]struct {
		reason string
		args   finder
		pkg    string
		want   []string
	}{
		"Reasons":    {reason: "Constants and fields give reasons.", args: reasons, pkg: "graph", want: []string{"Done", "Fine", "Gone", "Late"}},
		"Conditions": {reason: "Constants name condition types.", args: conditions, pkg: "graph", want: []string{"Valid"}},
		"Components": {reason: "Types of components are no conditions.", args: conditions, pkg: "dynamo"},
		"Idle":       {reason: "Lists of fields are read without spec.", args: idle, pkg: "convert", want: []string{"a", "b"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := texts{}
			if err := gather(got, "x.go", strings.Replace(source, "%s", tc.pkg, 1), tc.args); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, sorted(got)); diff != "" {
				t.Errorf("%s\ngather(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
