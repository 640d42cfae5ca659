package harness

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Resident is the memory of the program that is resident now, in KiB.
func (p *Process) Resident() (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil || !running(p.done) {
		return 0, fmt.Errorf("%s does not run", p.Name)
	}
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("cannot read the memory of %s: %w", p.Name, err)
	}
	defer func() { _ = f.Close() }()
	for s := bufio.NewScanner(f); s.Scan(); {
		if rest, ok := strings.CutPrefix(s.Text(), "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			if err != nil {
				return 0, fmt.Errorf("cannot read the memory of %s: %w", p.Name, err)
			}
			return n, nil
		}
	}
	return 0, fmt.Errorf("the memory of %s is not told", p.Name)
}
