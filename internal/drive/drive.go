// Package drive runs Python scripts that we put into pods with a clock of the
// test's: hours of waiting take no time, and what happens while a script sleeps
// happens at a known time.
package drive

import (
	"bufio"
	"bytes"
	_ "embed" // For the driver.
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/internal/programs"
)

//go:embed drive.py
var driver string

// Ended is the exit status of a script whose test had seen enough.
const Ended = 75

// Script to run, with main() and the module time.
type Script struct {
	// Path of the script, and its environment.
	Path string
	Env  []string
	// Constants to set, as NAME=SECONDS.
	Constants []string
	// Untested is what nobody looks at on a machine without Python.
	Untested string
}

// Answer to a script that has slept.
type Answer int

// The answers: go on, end at once, or a SIGTERM as Kubernetes sends it.
const (
	GoOn Answer = iota
	End
	Term
)

// Outcome of a run: what the script said, how it ended, and how many seconds it
// slept in all.
type Outcome struct {
	Said  string
	Exit  int
	Slept int
}

// Run runs a script. Each time that it has slept, next is told for how long in
// all.
func Run(t *testing.T, s Script, next func(slept int) Answer) Outcome {
	t.Helper()
	args := append([]string{"-c", driver, s.Path}, s.Constants...)
	cmd := exec.CommandContext(t.Context(), programs.Find(t, "python3", s.Untested), args...) //nolint:gosec // running scripts is what this is for
	cmd.Env = append([]string{"PYTHONDONTWRITEBYTECODE=1", "HTTPS_PROXY=http://127.0.0.1:1"}, s.Env...)
	said := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = said, said
	answers, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	sleeps, clock, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sleeps.Close() }()
	cmd.ExtraFiles = []*os.File{clock}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = clock.Close() // It is the script's.
	slept := answer(t, cmd.Process, sleeps, answers, next)
	if err := cmd.Wait(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return Outcome{Said: said.String(), Exit: cmd.ProcessState.ExitCode(), Slept: slept}
}

// answer answers a script each time that it has slept, and returns for how long
// it has in all.
func answer(t *testing.T, script *os.Process, sleeps io.Reader, answers io.WriteCloser, next func(slept int) Answer) int {
	t.Helper()
	slept := 0
	for clock := bufio.NewScanner(sleeps); clock.Scan(); {
		n, err := strconv.Atoi(clock.Text())
		if err != nil {
			t.Errorf("want seconds from the script's clock, got %q", clock.Text())
		}
		slept = n
		switch next(slept) {
		case GoOn:
			_, _ = answers.Write([]byte("\n"))
		case End:
			_ = answers.Close()
		case Term:
			_ = script.Signal(syscall.SIGTERM)
		}
	}
	return slept
}
