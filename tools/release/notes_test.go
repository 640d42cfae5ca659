package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const text = `# Changelog

## [Unreleased]

- Not yet.

## [v0.2.0] - 2027-01-15

### Added

- A thing.

### Fixed

- Another.

## 0.1.0

- The first.

[Unreleased]: https://example.org/compare
[v0.2.0]: https://example.org/v0.2.0
`

func TestSection(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   string
		found  bool
	}{
		"Middle":     {reason: "all subsections, up to the next version", args: "v0.2.0", want: "### Added\n\n- A thing.\n\n### Fixed\n\n- Another.", found: true},
		"Last":       {reason: "without brackets, date and v, and without the links at the end", args: "v0.1.0", want: "- The first.", found: true},
		"Unreleased": {reason: "no version", args: "v0.3.0"},
		"Prefix":     {reason: "the version as a whole", args: "v0.2"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, found := section(text, tc.args)
			if diff := cmp.Diff(tc.want, got); diff != "" || found != tc.found {
				t.Errorf("%s: section(...): found %t, -want, +got:\n%s", tc.reason, found, diff)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	dir := t.TempDir()
	got, err := notes(dir, "v0.1.0")
	if got != "" || err != nil {
		t.Errorf("a repository without a changelog has no notes, got %q, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(dir, changelog), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err = notes(dir, "v0.1.0"); got != "- The first." || err != nil {
		t.Errorf("want the notes of the version, got %q, %v", got, err)
	}
	_, err = notes(dir, "v0.3.0")
	wantError(t, "a release without notes was forgotten", "has no section of v0.3.0", err)
}
