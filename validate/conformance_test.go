package validate_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/crossplane-contrib/function-dynamo/dryrun/admissiontest"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// tolerated are cases to accept that are flagged all the same, with the texts that
// they may be flagged with, and why.
func tolerated() map[string][]string {
	return map[string][]string{
		// Taken without a complaint about its value, which nothing reads: the
		// field belongs to another orchestrator, and is named as such.
		"min-available-above-replicas": {"spec.services[Worker].minAvailable: accepted, and not acted on"},
		// The API takes what only later profilers do. The one that there is would
		// fail, hours later.
		"request-backend-auto-with-free-config": {
			`spec.backend: Invalid value: "auto": this profiler does not choose an engine: name vllm, sglang or trtllm`,
			"spec.enableGpuDiscovery: the profiler reads nodes, which only a ClusterRoleBinding of ClusterRole function-dynamo:profiler-nodes to " +
				"ServiceAccount default/auto-plan-profiler allows: make one, or give minNumGpusPerEngine, maxNumGpusPerEngine and numGpusPerNode in " +
				"spec.profilingConfig.config.hardware instead",
		},
	}
}

// TestAdmissionCases checks the cases of this repository.
func TestAdmissionCases(t *testing.T) {
	runCases(t, "../dryrun/testdata")
}

// TestAdmissionConformance checks all cases. With -v it prints, for each, what
// found the fault and what it says.
func TestAdmissionConformance(t *testing.T) {
	runCases(t, admissiontest.Shared(t, "admission"))
}

func runCases(t *testing.T, dir string) {
	t.Helper()
	table := &strings.Builder{}
	rows := tabwriter.NewWriter(table, 0, 0, 2, ' ', 0)
	for _, c := range admissiontest.Cases(t, dir, "graph", "component", "request") {
		t.Run(c.Name, func(t *testing.T) {
			found := check(t, c)
			for _, f := range found {
				_, _ = fmt.Fprintf(rows, "%s\t%s\t%s\t%s\n", c.Name, c.Verdict, f.Rule, f.Text)
			}
			if len(found) == 0 {
				_, _ = fmt.Fprintf(rows, "%s\t%s\t-\t-\n", c.Name, c.Verdict)
			}
			judge(t, c, found)
		})
	}
	_ = rows.Flush()
	t.Logf("case, verdict, rule, message:\n%s", table)
}

// check validates the manifest of a case.
func check(t *testing.T, c admissiontest.Case) []validate.Finding {
	t.Helper()
	p := plain()
	if c.Update {
		for _, s := range open(t, c.Before()).Sources {
			p = p.Beside([]map[string]any{s.Object})
		}
	}
	found, err := validate.Files(p, []validate.File{open(t, c.Manifest())})
	if err != nil {
		t.Fatalf("Files(...): %v", err)
	}
	return found
}

func open(t *testing.T, path string) validate.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	sources, err := preview.Sources(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return validate.File{Name: path, Sources: sources}
}

// judge holds the findings of a case to its verdict.
func judge(t *testing.T, c admissiontest.Case, found []validate.Finding) {
	t.Helper()
	blamed := slices.ContainsFunc(found, func(f validate.Finding) bool { return c.Named(f.Text) })
	switch {
	case validate.Refused(found) != (c.Verdict == admissiontest.Refuse):
		t.Errorf("want verdict %s because of %q, got %v", c.Verdict, c.Field, found)
	case c.Verdict != admissiontest.Accept && !blamed:
		t.Errorf("want a finding that names %s, got %v", c.Field, found)
	case c.Verdict == admissiontest.Accept:
		for _, f := range found {
			if !slices.Contains(tolerated()[c.Name], f.Text) {
				t.Errorf("want no complaint, got %v", f)
			}
		}
	}
	for _, f := range found {
		if !pointed(t, f) {
			t.Errorf("%v: the line has no field of that path", f)
		}
	}
}

// pointed says whether a finding's line has one of the fields of its path, or is
// the item of a list that is in it.
func pointed(t *testing.T, f validate.Finding) bool {
	t.Helper()
	raw, err := os.ReadFile(f.File)
	if err != nil {
		t.Fatal(err)
	}
	lines := append([]string{""}, strings.Split(string(raw), "\n")...)
	if f.Line <= 0 || f.Line >= len(lines) {
		return false
	}
	path, _, _ := strings.Cut(f.Text, ": ")
	segments := strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) })
	line := strings.TrimSpace(lines[f.Line])
	item := strings.HasPrefix(line, "- ") && regexp.MustCompile(`\[[0-9]+\]`).MatchString(path)
	return item || slices.ContainsFunc(segments, func(s string) bool { return strings.Contains(line, s) })
}
