// Package programs finds the programs that tests run and that a machine with Go
// alone may lack. A test without its program is skipped, and remembered: `make
// test` says at its end what it left untested and what to install.
package programs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// variable names the file in which skipped tests are remembered; hack/test sets
// it.
const variable = "FUNCTION_DYNAMO_UNTESTED"

// packages are the Debian packages that bring the programs.
func packages() map[string]string {
	return map[string]string{
		"PyYAML":     "python3-yaml",
		"python3":    "python3",
		"ssh":        "openssh-client",
		"ssh-keygen": "openssh-client",
		"sshd":       "openssh-server",
	}
}

// Find returns the path of a program. Where it is missing the test is skipped,
// and untested says what nobody looked at then.
func Find(t testing.TB, name, untested string) string {
	t.Helper()
	// Servers are often in folders that only root has in the path.
	for _, candidate := range []string{name, filepath.Join("/usr/sbin", name), filepath.Join("/sbin", name)} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	Skip(t, name, untested)
	return ""
}

// Skip skips a test for want of a program.
func Skip(t testing.TB, name, untested string) {
	t.Helper()
	debian, ok := packages()[name]
	if !ok {
		t.Fatalf("programs: %q is missing, and nothing says what brings it: add it to the packages", name)
	}
	if file := os.Getenv(variable); file != "" {
		if err := remember(file, fmt.Sprintf("%s (Debian: %s)\t%s\n", name, debian, untested)); err != nil {
			t.Errorf("programs: cannot remember what is not tested: %v", err)
		}
	}
	t.Skipf("%s is missing (Debian: %s): not tested: %s", name, debian, untested)
}

// remember appends a line in one go, since tests of several packages do so at
// the same time.
func remember(file, line string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(line)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
