package docs

import (
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rooms is the import path of the folder whose rooms docs/architecture.md draws.
const rooms = "github.com/crossplane-contrib/function-dynamo/functions"

// TestRooms holds the order of rooms that docs/architecture.md gives to the code:
// every folder is in it, and none imports what comes before it.
func TestRooms(t *testing.T) {
	page := docPage(t, "architecture.md")
	_, rest, _ := strings.Cut(page, "come behind it in this order:")
	sentence, _, _ := strings.Cut(rest, ". A test")
	var order []string
	for _, m := range regexp.MustCompile("`([a-z]+)`").FindAllStringSubmatch(sentence, -1) {
		order = append(order, m[1])
	}
	if diff := cmp.Diff(folders(t), sorted(set(order))); diff != "" {
		t.Fatalf("docs/architecture.md: the rooms of functions (-folders, +order):\n%s", diff)
	}
	for _, i := range roomImports(t) {
		if slices.Index(order, i.from) > slices.Index(order, i.to) {
			t.Errorf("%s: room %s imports room %s, which docs/architecture.md has before it", i.place, i.from, i.to)
		}
	}
}

// roomImport is an import of one room by another.
type roomImport struct{ from, to, place string }

// roomImports are those of all files but tests, and what is there for tests alone.
func roomImports(t *testing.T) []roomImport {
	t.Helper()
	var out []roomImport
	err := filepath.WalkDir(filepath.Join(root, "functions"), func(file string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") || strings.HasSuffix(filepath.Dir(file), "test") {
			return err
		}
		found := texts{}
		if err := gather(found, file, nil, imports); err != nil {
			return err
		}
		for text, place := range found {
			to, _, _ := strings.Cut(strings.TrimPrefix(text, rooms+"/"), "/")
			if from := roomOf(file); from != to {
				out = append(out, roomImport{from, to, place})
			}
		}
		return nil
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("found %d imports (%v)", len(out), err)
	}
	return out
}

// folders are the rooms that there are, with the door itself.
func folders(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, "functions"))
	if err != nil {
		t.Fatal(err)
	}
	out := []string{"functions"}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "testdata" {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out
}

// imports are those of rooms.
func imports(_ *ast.File, n ast.Node) []string {
	spec, ok := n.(*ast.ImportSpec)
	if !ok || !strings.HasPrefix(literal(spec.Path), rooms+"/") {
		return nil
	}
	return []string{literal(spec.Path)}
}

// roomOf is the room that a file of the functions folder is in.
func roomOf(place string) string {
	_, below, _ := strings.Cut(filepath.ToSlash(place), "functions/")
	room, _, found := strings.Cut(below, "/")
	if !found {
		return "functions"
	}
	return room
}

func set(all []string) texts {
	out := texts{}
	for _, s := range all {
		out[s] = s
	}
	return out
}
