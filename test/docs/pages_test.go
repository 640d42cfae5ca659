package docs

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// root of the repository, from the folder of this package.
const root = "../.."

// pages are all Markdown files that are documentation, by path from the root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*.md", "examples/*/*.md", "examples/*/*/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			name, err := filepath.Rel(root, f)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = read(t, f)
		}
	}
	if out["README.md"] == "" || out[filepath.Join("docs", "install.md")] == "" {
		t.Fatalf("found only %v", slices.Sorted(maps.Keys(out)))
	}
	return out
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// links are the targets of a page's links, without those to other sites. Code, such as a
// pattern, has none.
func links(page string) []string {
	var out []string
	page = regexp.MustCompile("`[^`\n]*`").ReplaceAllString(page, "")
	for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(m[1], "://") {
			out = append(out, m[1])
		}
	}
	return out
}

// targets are the make targets that a page names in code.
func targets(page string) []string {
	var out []string
	for _, m := range regexp.MustCompile("(?m)(?:`|^\\$ |^)make ([a-z][a-z0-9-]*)").FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestLinks(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"Relative": {reason: "Links within the repository are checked.", args: "see [a](b/c.md), [d](../e)", want: []string{"b/c.md", "../e"}},
		"Anchor":   {reason: "The anchor stays for the caller.", args: "[a](b.md#c)", want: []string{"b.md#c"}},
		"Code":     {reason: "A pattern is no link, and code may be the text of one.", args: "`[a](b)*` and [`c`](d.md)", want: []string{"d.md"}},
		"Site":     {reason: "Other sites are not ours to check.", args: "[a](https://example.org)"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, links(tc.args)); diff != "" {
				t.Errorf("%s\nlinks(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestTargets(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"Code":    {reason: "Inline code names a target.", args: "run `make render XR=a`", want: []string{"render"}},
		"Console": {reason: "A prompt may come first.", args: "\n$ make test\n", want: []string{"test"}},
		"Prose":   {reason: "People make other things, too.", args: "they make sense"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, targets(tc.args)); diff != "" {
				t.Errorf("%s\ntargets(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestLinksResolve(t *testing.T) {
	for name, page := range pages(t) {
		for _, link := range links(page) {
			file, _, _ := strings.Cut(link, "#")
			if file == "" {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), file)); err != nil {
				t.Errorf("%s: link %s leads nowhere", name, link)
			}
		}
	}
}

func TestTargetsExist(t *testing.T) {
	makefile := read(t, filepath.Join(root, "Makefile"))
	named := 0
	for name, page := range pages(t) {
		for _, target := range targets(page) {
			named++
			if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(target) + `:`).MatchString(makefile) {
				t.Errorf("%s: `make %s`: the Makefile has no such target", name, target)
			}
		}
	}
	if named == 0 {
		t.Error("no page names a make target")
	}
}

// TestExamplesFitAScreen keeps READMEs of examples to one screen.
func TestExamplesFitAScreen(t *testing.T) {
	const lines = 45
	for name, page := range pages(t) {
		if n := strings.Count(page, "\n"); strings.HasPrefix(name, "examples"+string(filepath.Separator)) && n > lines {
			t.Errorf("%s: has %d lines, want at most %d", name, n, lines)
		}
	}
}
