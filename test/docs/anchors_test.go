package docs

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// anchors are those of a page's headings, as sites that show Markdown make them; twice where
// two headings have one.
func anchors(page string) []string {
	var out []string
	fence := regexp.MustCompile("(?ms)^```.*?^```$")
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(fence.ReplaceAllString(page, ""), -1) {
		text := regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`).ReplaceAllString(m[1], "$1")
		text = regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(text), "")
		out = append(out, strings.ReplaceAll(text, " ", "-"))
	}
	return out
}

func TestAnchors(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"Words":       {reason: "Blanks are hyphens.", args: "# One Two\ntext\n## three", want: []string{"one-two", "three"}},
		"Punctuation": {reason: "What is no letter is left out.", args: "### Graph (v1beta1): `a.b`, c_d", want: []string{"graph-v1beta1-ab-c_d"}},
		"Link":        {reason: "Of a link its text counts.", args: "## [a b](c.md)", want: []string{"a-b"}},
		"Code":        {reason: "A comment of a shell is no heading.", args: "```shell\n# no\n```\n# yes", want: []string{"yes"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, anchors(tc.args)); diff != "" {
				t.Errorf("%s\nanchors(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestAnchorsExist(t *testing.T) {
	all := pages(t)
	headings := map[string][]string{}
	for name, page := range all {
		headings[name] = anchors(page)
	}
	for name, page := range all {
		for _, link := range links(page) {
			file, anchor, _ := strings.Cut(link, "#")
			target := name
			if file != "" {
				target = filepath.Join(filepath.Dir(name), file)
			}
			if there, ok := headings[target]; ok && anchor != "" && !slices.Contains(there, anchor) {
				t.Errorf("%s: link %s: %s has no such heading", name, link, target)
			}
		}
	}
}
