package drive

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// script sleeps three times, and ends in order when it gets a SIGTERM.
const script = `
import os, signal, sys, time
SECONDS = 1
def stop(*_):
    print("stopped", flush=True)
    sys.exit(3)
def main():
    signal.signal(signal.SIGTERM, stop)
    began = time.monotonic()
    for _ in range(3):
        time.sleep(SECONDS)
    print(os.environ["GREETING"], time.monotonic() - began)
`

func TestRun(t *testing.T) {
	cases := map[string]struct {
		reason    string
		constants []string
		answer    Answer
		want      Outcome
	}{
		"GoOn":     {reason: "it sleeps as often as it likes", want: Outcome{Said: "hello 3\n", Slept: 3}},
		"Constant": {reason: "a constant is set", constants: []string{"SECONDS=600"}, want: Outcome{Said: "hello 1800\n", Slept: 1800}},
		"End":      {reason: "the test has seen enough", answer: End, want: Outcome{Exit: Ended, Slept: 2}},
		"Term":     {reason: "it is told to end while it sleeps", answer: Term, want: Outcome{Said: "stopped\n", Exit: 3, Slept: 2}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "script.py")
			if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
				t.Fatal(err)
			}
			s := Script{Path: path, Env: []string{"GREETING=hello"}, Constants: tc.constants, Untested: "that scripts can be driven"}

			got := Run(t, s, func(slept int) Answer {
				if slept == 2 {
					return tc.answer
				}
				return GoOn
			})

			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
