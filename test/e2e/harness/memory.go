package harness

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticks of the clock that /proc counts processor time in, in a second.
const ticks = 100

// Processor is the time that the program has spent on processors since it was started.
func (p *Process) Processor() (time.Duration, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil || !running(p.done) {
		return 0, fmt.Errorf("%s does not run", p.Name)
	}
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("cannot read the time of %s: %w", p.Name, err)
	}
	// The name of the program, in parentheses, may hold blanks.
	_, rest, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, fmt.Errorf("the time of %s is not told", p.Name)
	}
	user, userErr := strconv.Atoi(fields[11])
	system, systemErr := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticks, errors.Join(userErr, systemErr)
}

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
