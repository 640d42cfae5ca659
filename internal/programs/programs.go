// Package programs finds the programs that tests run and that a machine with Go
// alone may lack. A test without its program is skipped, and remembered: `make
// test` says at its end what it left untested and what to install.
package programs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// variable names the file in which skipped tests are remembered; hack/test sets
// it.
const variable = "FUNCTION_DYNAMO_UNTESTED"

// packages are the Debian packages that bring the programs.
func packages() map[string]string {
	return map[string]string{
		"PyYAML":     "python3-yaml",
		"chromium":   "chromium",
		"python3":    "python3",
		"ssh":        "openssh-client",
		"ssh-keygen": "openssh-client",
		"sshd":       "openssh-server",
	}
}

// Find returns the path of a program. Where it is missing the test is skipped,
// and untested says what nobody looked at then.
func Find(tb testing.TB, name, untested string) string {
	tb.Helper()
	path, ok := find(name)
	if !ok {
		Skip(tb, untested, name)
	}
	return path
}

// Need skips a test that lacks any of the programs, as Find does.
func Need(tb testing.TB, untested string, names ...string) {
	tb.Helper()
	missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, ok := find(name)
		return ok
	})
	if len(missing) > 0 {
		Skip(tb, untested, missing...)
	}
}

func find(name string) (string, bool) {
	// Servers are often in folders that only root has in the path.
	for _, candidate := range []string{name, filepath.Join("/usr/sbin", name), filepath.Join("/sbin", name)} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path, true
		}
	}
	return "", false
}

// Skip skips a test for want of programs.
func Skip(tb testing.TB, untested string, missing ...string) {
	tb.Helper()
	var lines, what []string
	for _, name := range missing {
		debian, ok := packages()[name]
		if !ok {
			tb.Fatalf("programs: %q is missing, and nothing says what brings it: add it to the packages", name)
		}
		what = append(what, fmt.Sprintf("%s (Debian: %s)", name, debian))
		lines = append(lines, what[len(what)-1]+"\t"+untested+"\n")
	}
	if file := os.Getenv(variable); file != "" {
		if err := remember(file, strings.Join(lines, "")); err != nil {
			tb.Errorf("programs: cannot remember what is not tested: %v", err)
		}
	}
	tb.Skipf("missing: %s: not tested: %s", strings.Join(what, ", "), untested)
}

// remember appends lines in one go, since tests of several packages do so at
// the same time.
func remember(file, lines string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // hack/test names it.
	if err != nil {
		return fmt.Errorf("cannot open: %w", err)
	}
	_, err = f.WriteString(lines)
	return errors.Join(err, f.Close())
}
