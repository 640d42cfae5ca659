// Package golden compares what a test makes with a file that people review.
package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// UpdateVariable is the environment variable that, set to 1, rewrites golden
// files instead of comparing with them. `make golden` sets it.
const UpdateVariable = "UPDATE_GOLDEN"

// folder of golden files, below that of the test.
const folder = "testdata/golden"

// Assert fails the test if got, as YAML, differs from testdata/golden/<name>.yaml.
func Assert(tb testing.TB, name string, got any) {
	tb.Helper()

	path := filepath.Join(folder, name+".yaml")
	diff, err := compare(path, got, os.Getenv(UpdateVariable) == "1")
	if err != nil {
		tb.Errorf("golden file %s: %v", path, err)
	}
	if diff != "" {
		tb.Errorf("golden file %s (-want, +got):\n%s\nIf this is meant, run `make golden` and review what it changes.", path, diff)
	}
}

// compare returns the difference between a file and got, or writes the file.
func compare(path string, got any, update bool) (string, error) {
	made, err := yaml.Marshal(got)
	if err != nil {
		return "", fmt.Errorf("cannot write %T as YAML: %w", got, err)
	}
	if update {
		return "", write(path, made)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("cannot read it, run `make golden` if it is new: %w", err)
	}
	return cmp.Diff(string(want), string(made)), nil
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("cannot make its folder: %w", err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("cannot write it: %w", err)
	}
	return nil
}
