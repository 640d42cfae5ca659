package commandline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWords says of words what they are.
func TestWords(t *testing.T) {
	kinds := map[string]func(string) bool{
		"python": IsPython, "shell": IsShell, "takes script": TakesScript, "assignment": IsAssignment, "for shells": IsForShells,
		"runs script": func(words string) bool { return RunsScript(strings.Fields(words)) },
	}
	cases := map[string][]string{
		"":                  nil,
		"serve":             nil,
		"python3":           {"python"},
		"/usr/bin/python":   {"python"},
		"python3.12":        {"python"},
		"ipython":           nil,
		"python3-config":    nil,
		"sh":                {"shell"},
		"/bin/bash":         {"shell"},
		"fish":              nil,
		"-c":                {"takes script"},
		"-lc":               {"takes script"},
		"-ceu":              {"takes script"},
		"--c":               nil,
		"-m":                nil,
		"A=1":               {"assignment"},
		"_a1=":              {"assignment"},
		"1A=1":              nil,
		"--a=1":             nil,
		"cd":                {"for shells"},
		"&&":                {"for shells"},
		"/bin/sh -c":        {"runs script"},
		"bash -e -o x -c":   {"runs script"},
		"bash -c script":    nil,
		"python3 -c":        nil,
		"bash script.sh -x": nil,
	}
	for word, want := range cases {
		t.Run(word, func(t *testing.T) {
			got := []string(nil)
			for _, kind := range []string{"python", "shell", "takes script", "assignment", "for shells", "runs script"} {
				if kinds[kind](word) {
					got = append(got, kind)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q (-want, +got):\n%s", word, diff)
			}
		})
	}
}
