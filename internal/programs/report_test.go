package programs

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReport runs hack/test with another go.
func TestReport(t *testing.T) {
	const (
		remembers = `printf 'ssh (Debian: x)\ttwo\nssh (Debian: x)\tone\nssh (Debian: x)\ttwo\nawk (Debian: y)\tthree\n' >>"$FUNCTION_DYNAMO_UNTESTED"`
		compiler  = `[ "$1" != env ] || { echo 1; exit; }; `
		none      = `[ "$1" != env ] || { echo 0; exit; }; `
	)
	cases := map[string]struct {
		reason string
		args   string // What go does.
		want   string
		fails  bool
	}{
		"AllThere": {
			reason: "every module is tested, with the race detector; nothing is missing",
			args:   compiler + `echo "$*"`,
			want:   "-C a test -race ./...\n-C b test -race ./...\n",
		},
		"NoCompiler": {
			reason: "without a C compiler there is no race detector",
			args:   none + `echo "$*"`,
			want: "-C a test ./...\n-C b test ./...\n\nNot tested here, for want of a program:\n" +
				"  gcc (Debian: build-essential): data races, since the race detector needs a C compiler\n",
		},
		"Missing": {
			reason: "a line for each program that a test missed",
			args:   compiler + remembers,
			want:   "\nNot tested here, for want of a program:\n  awk (Debian: y): three\n  ssh (Debian: x): one; two\n",
		},
		"Fails": {
			reason: "also where a test fails, behind which no module is tested",
			args:   compiler + `echo "$*"; ` + remembers + `; exit 3`,
			want:   "-C a test -race ./...\n\nNot tested here, for want of a program:\n  awk (Debian: y): three\n  ssh (Debian: x): one; two\n",
			fails:  true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "go"), "#!/bin/sh\n"+tc.args+"\n")
			t.Setenv("PATH", dir+":"+os.Getenv("PATH"))

			got, err := exec.CommandContext(t.Context(), filepath.Join("..", "..", "hack", "test"), "a", "b").CombinedOutput()

			if diff := cmp.Diff(tc.want, string(got)); diff != "" || (err != nil) != tc.fails {
				t.Errorf("\n%s\nhack/test: error %v: -want, +got:\n%s", tc.reason, err, diff)
			}
		})
	}
}
