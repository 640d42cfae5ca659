package legacy

import (
	"encoding/json"
	"maps"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/internal/programs"
)

// readAsProfiler reads a document as the profiler does, a Python literal first, and
// prints it as JSON.
const readAsProfiler = `
import ast, json, sys, yaml
try:
    out = ast.literal_eval(sys.argv[1])
except (ValueError, SyntaxError):
    out = yaml.safe_load(sys.argv[1])
json.dump(out, sys.stdout)
`

// TestPythonReadsDocument: numbers, texts and what YAML 1.1 takes for something else
// arrive as what they are.
func TestPythonReadsDocument(t *testing.T) {
	python := programs.Find(t, "python3", "what the profiler makes of its configuration is not tested")
	if exec.CommandContext(t.Context(), python, "-c", "import yaml").Run() != nil {
		programs.Skip(t, "what the profiler makes of its configuration is not tested", "PyYAML")
	}
	values := map[string]any{
		"texts": []any{
			"", " ", "yes", "No", "on", "null", "~", "1", "1.5", "1e3", "0x1f", "0o7", "012", "1_000", "12:30:45", "2026-11-28", ".inf",
			"{'a': 1}", "[1]", "# no comment", "a: b", "- a", "it's", `"quoted"`, `back\slash`, "$(HOME) $$", "tab\there", "two\nlines", "ends\n", "\n", "ünï é 😀",
			strings.Repeat("long words ", 40),
		},
		"numbers": []any{int64(0), int64(-1), int64(1) << 53, 0.5, 1234567.25},
		"others":  []any{true, false, nil, map[string]any{}, []any{}, []any{[]any{int64(1)}}},
		"on":      map[string]any{"y": true, "1": "one", "null": "none", "a b": "c", "'...'": int64(1)},
	}
	document, err := writeDocument(dynamo.Request{
		Name: "chat", Namespace: "team", Model: "acme/chat", Backend: "vllm", Profiler: dynamo.Profiler{Config: values},
	})
	if err != nil {
		t.Fatalf("writeDocument(...): %v", err)
	}
	out, err := exec.CommandContext(t.Context(), python, "-c", readAsProfiler, document).CombinedOutput()
	if err != nil {
		t.Fatalf("the profiler cannot read its configuration: %v\n%s\n%s", err, out, document)
	}
	want := map[string]any{
		"deployment": map[string]any{"model": "acme/chat", "namespace": "team"},
		"engine":     map[string]any{"backend": "vllm"},
		"output_dir": "/data",
	}
	maps.Copy(want, values)
	if diff := cmp.Diff(asJSON(t, want), asJSON(t, json.RawMessage(out))); diff != "" {
		t.Errorf("what the profiler reads: -want, +got:\n%s", diff)
	}
}

// asJSON is a value as JSON has it.
func asJSON(t *testing.T, value any) any {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
