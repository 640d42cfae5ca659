package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// diff compares manifests with what the cluster holds, and returns the report and the exit
// status.
func (s *scenario) diff(xdynamo, manifests string) (string, int) {
	s.Helper()
	path := filepath.Join(s.TempDir(), "graph.yaml")
	s.must(os.WriteFile(path, []byte(strings.Replace(manifests, "  name: chat\n", "  name: chat\n  namespace: "+s.namespace+"\n", 1)), 0o600))
	cmd := exec.CommandContext(s.Context(), xdynamo, "diff", "--cluster", path)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig())
	errs := &strings.Builder{}
	cmd.Stderr = errs
	out, err := cmd.Output()
	exit := &exec.ExitError{}
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		s.Fatalf("xdynamo diff: %v: %s", err, errs)
	}
	return strings.ReplaceAll(string(out), s.namespace, "NAMESPACE"), cmd.ProcessState.ExitCode()
}

// findChanged returns the Deployments of which the template was changed since.
func (s *scenario) findChanged(before []unstructured.Unstructured) []string {
	s.Helper()
	var out []string
	for _, d := range before {
		template, _, _ := unstructured.NestedMap(d.Object, "spec", "template")
		now, _, _ := unstructured.NestedMap(s.get(harness.Deployment(), d.GetName()).Object, "spec", "template")
		if !cmp.Equal(template, now) {
			out = append(out, d.GetName())
		}
	}
	return out
}

// TestDiff: what xdynamo says before an edit is what the edit does.
func TestDiff(t *testing.T) {
	xdynamo := filepath.Join(t.TempDir(), "xdynamo")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", xdynamo, ".")
	build.Dir = root + "/cmd/xdynamo"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build xdynamo: %v: %s", err, out)
	}
	s := ready(t)

	got, status := s.diff(xdynamo, graph(t))
	if status != 0 || !strings.HasPrefix(got, "Pods: none restart\nObjects: 0 added, 0 removed, 0 changed, ") {
		t.Errorf("of a graph that is ready: want no difference and status 0, got %d and\n%s", status, got)
	}

	edited := strings.Replace(graph(t), "Qwen/Qwen3-0.6B", "Qwen/Qwen3-1.7B", 1)
	got, status = s.diff(xdynamo, edited)
	want := `
Pods restart
  Deployment NAMESPACE/chat-worker: 2 pods
    spec.template.spec.containers[main].args[3]: Qwen/Qwen3-0.6B -> Qwen/Qwen3-1.7B

`
	if status != 1 || !strings.Contains(got, want) {
		t.Errorf("of an edit: want status 1 and %s\ngot %d and\n%s", want, status, got)
	}

	before := s.list(harness.Deployment(), "")
	s.apply(edited)
	s.untilReady(chat)
	if diff := cmp.Diff([]string{worker}, s.findChanged(before)); diff != "" {
		t.Errorf("Deployments with another template: -want, +got:\n%s", diff)
	}
	if got, status = s.diff(xdynamo, edited); status != 0 {
		t.Errorf("once it is applied: want status 0, got %d and\n%s", status, got)
	}
}
