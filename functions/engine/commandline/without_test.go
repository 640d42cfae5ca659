package commandline

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithout(t *testing.T) {
	cases := map[string]struct {
		reason string
		words  []string
		want   []string
	}{
		"Word":     {reason: "a word in front", words: words("launch", "python3", "-m", "x"), want: words("python3", "-m", "x")},
		"Path":     {reason: "with its path", words: words("env", "/bin/launch", "python3"), want: words("env", "python3")},
		"Argument": {reason: "an argument stays", words: words("python3", "launch"), want: words("python3", "launch")},
		"Script":   {reason: "out of a script, wherever it runs another", words: words("sh", "-c", "set -e; launch \\\n a || exec launch b"), want: words("sh", "-c", "set -e; a || exec b")},
		"Alone":    {reason: "what runs nothing stays", words: words("sh", "-c", "launch; true"), want: words("sh", "-c", "launch; true")},
		"Quoted":   {reason: "text is no program", words: words("sh", "-c", "echo 'launch a'"), want: words("sh", "-c", "echo 'launch a'")},
		"Name":     {reason: "nor is a script's name for itself", words: words("sh", "-c", "exec \"$@\" x", "launch", "a"), want: words("sh", "-c", "exec \"$@\" x", "launch", "a")},
		"NoScript": {reason: "what no shell takes stays", words: words("sh", "-c", "launch ( a"), want: words("sh", "-c", "launch ( a")},
		"None":     {reason: "and what has none", words: words("sh", "-c", "a b"), want: words("sh", "-c", "a b")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Without(tc.words, "launch")); diff != "" {
				t.Errorf("%s: Without(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
