package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// TestFaults has what validate says of manifests that failed when people tried
// them: what it says nothing of is right as it is rendered now.
func TestFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/faults/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d manifests (%v)", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			manifest, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			out := &strings.Builder{}
			errs := &strings.Builder{}
			status := run([]string{"validate", "-"}, streams{in: strings.NewReader(string(manifest)), out: out, err: errs})
			if status != 0 || errs.Len() > 0 {
				t.Errorf("validate: want the API server to take the manifest, got status %d: %s", status, errs)
			}
			lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			golden.Assert(t, "faults/"+name, lines)
		})
	}
}
