package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestExplain: what is explained goes to standard output, and what there is not is wrong
// usage.
func TestExplain(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []string
		code   int
		// want is part of standard output, or of standard error where the code says so.
		want string
	}{
		"Field":     {reason: "a field", args: []string{"dgd.spec.components.replicas"}, want: "FIELD: replicas <integer>"},
		"Recursive": {reason: "the names of all below", args: []string{"--recursive", "settings.ingress"}, want: "  className <string>\n"},
		"Version":   {reason: "a version", args: []string{"--api-version", "v1alpha1", "dgdr.spec.profilingConfig"}, want: "VERSION:    v1alpha1"},
		"Group":     {reason: "a version as manifests write it", args: []string{"--api-version", "nvidia.com/v1alpha1", "dgdr.spec.profilingConfig"}, want: "VERSION:    v1alpha1"},
		"List":      {reason: "all kinds", want: "DynamoModel "},
		"Unknown":   {reason: "a field that there is not", args: []string{"dgd.spec.component"}, code: exitUsage, want: "did you mean components?"},
		"NoVersion": {reason: "a version that there is not", args: []string{"--api-version", "v2", "dgd"}, code: exitUsage, want: `no version "v2"`},
		"TwoFields": {reason: "one field at a time", args: []string{"dgd", "dcd"}, code: exitUsage, want: "unexpected argument dcd"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := runWith("", append([]string{"explain"}, tc.args...)...)
			text, silent := got.out, got.err
			if tc.code != exitOK {
				text, silent = got.err, got.out
			}
			if got.code != tc.code || silent != "" || !strings.Contains(text, tc.want) {
				t.Errorf("%s\nexplain %v: want status %d and %q, got %+v", tc.reason, tc.args, tc.code, tc.want, got)
			}
		})
	}
}

// TestExplainAsDocumented holds the example of docs/xdynamo.md to what the command prints.
func TestExplainAsDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "xdynamo.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "$ bin/xdynamo explain dgd.spec.components.replicas\n")
	want, _, _ := strings.Cut(rest, "```\n")
	if diff := cmp.Diff(want, runWith("", "explain", "dgd.spec.components.replicas").out); diff != "" {
		t.Errorf("docs/xdynamo.md: -page, +command:\n%s", diff)
	}
}
