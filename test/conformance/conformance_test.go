package conformance

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// all returns every case, and whether they are the whole set, which lies beside
// the repository as ../shared/conformance. If not, they are those in testdata.
func all(t *testing.T) ([]Case, bool) {
	t.Helper()
	root, complete := whole(t)
	if !complete {
		root = "testdata"
	}
	cases, err := Discover(root)
	if err != nil {
		t.Fatalf("Discover(%q): %v", root, err)
	}
	if len(cases) == 0 {
		t.Fatalf("Discover(%q): no cases", root)
	}
	return cases, complete
}

// whole returns the folder of the whole set of cases, and whether it is there.
func whole(t *testing.T) (string, bool) {
	t.Helper()
	root := filepath.Join(repository(t), "..", "shared", "conformance")
	return root, exists(filepath.Join(root, FolderDefault))
}

// repository returns the root of the repository.
func repository(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("cannot find the folder of this test: %v", err)
	}
	for !exists(filepath.Join(dir, "go.mod")) {
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the folder of this test")
		}
		dir = parent
	}
	return dir
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func allowList(t *testing.T) AllowList {
	t.Helper()
	raw, err := os.ReadFile("allow.yaml")
	if err != nil {
		t.Fatalf("cannot read allow-list: %v", err)
	}
	list, err := ParseAllowList(raw)
	if err != nil {
		t.Fatalf("ParseAllowList(): %v", err)
	}
	return list
}

func TestConformance(t *testing.T) {
	cases, complete := all(t)
	list := allowList(t)
	if complete {
		for _, a := range list.Unknown(cases) {
			t.Errorf("allow-list: %s names no case: remove it", a)
		}
	} else {
		t.Logf("../shared/conformance is not there: comparing the %d cases in testdata only", len(cases))
	}
	report := Run(cases, Current(), list, renderer(t))
	if err := report.Write(t.Output()); err != nil {
		t.Fatalf("cannot print report: %v", err)
	}
	if report.Failed() {
		t.Error("what we render is not what the allow-list says; see the lines above")
	}
}
