package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// The line of the function that an upgraded build changes: labels of
// Deployments, which are not labels of their pods.
const (
	renderer = "functions/workload/deployment.go"
	released = "Labels:      metadata.QueuedLabels(c),"
	upgraded = `Labels:      meta.Merge(metadata.QueuedLabels(c), map[string]string{"example.org/upgraded": "true"}),`
)

// TestFaultFunctionUpgraded replaces the function by a build that labels
// Deployments, and not their pods: nothing may roll.
func TestFaultFunctionUpgraded(t *testing.T) {
	s := ready(t)
	binary := buildChanged(t, renderer, released, upgraded)
	before := s.workloads()

	s.runs(binary)
	s.notef("upgraded function started")
	// Crossplane asks again by itself within ten minutes, and at once after an edit.
	for _, name := range []string{frontend, worker} {
		s.patch(harness.Component(), name, `{"metadata":{"annotations":{"example.org/poke":"true"}}}`)
	}
	s.until("both Deployments have the new label", func(ctx context.Context) error {
		all, err := s.client.List(ctx, harness.Deployment(), s.namespace, "example.org/upgraded=true")
		if err == nil && len(all) != 2 {
			err = fmt.Errorf("%d have", len(all))
		}
		return err
	})
	s.untilReady(chat)
	s.same(before)
}

// TestSmokeChangedLines holds the lines that builds of tests change to the source.
func TestSmokeChangedLines(t *testing.T) {
	for file, line := range map[string]string{renderer: released, handsDown: handsDownNow} {
		source, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(string(source), line); got != 1 {
			t.Errorf("%s: want one line %q for a test to change, got %d: choose another one", file, line, got)
		}
	}
}

// runs replaces the function by another build until the end of the test, and returns
// the one that it replaced.
func (s *scenario) runs(binary string) string {
	s.Helper()
	s.must(cluster.Function.Stop())
	original := cluster.Function.Use(binary)
	s.Cleanup(func() {
		_ = cluster.Function.Stop()
		cluster.Function.Use(original)
		s.must(cluster.Function.Start(context.Background()))
	})
	s.must(cluster.Function.Start(s.Context()))
	return original
}

// buildChanged builds the function with one line of a file replaced.
func buildChanged(t *testing.T, name, was, is string) string {
	t.Helper()
	dir := t.TempDir()
	file, err := filepath.Abs(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(source), was) != 1 {
		t.Fatalf("%s no longer has the line %q: choose another one", name, was)
	}
	changed, overlay := filepath.Join(dir, filepath.Base(name)), filepath.Join(dir, "overlay.json")
	replaced := strings.Replace(string(source), was, is, 1)
	mapping, err := json.Marshal(map[string]any{"Replace": map[string]string{file: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string]string{changed: replaced, overlay: string(mapping)} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(dir, "function")
	command(t, root, "go", "build", "-overlay", overlay, "-o", binary, "./cmd/function-dynamo")
	return binary
}
