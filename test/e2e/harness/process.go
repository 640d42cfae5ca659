package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patienceStop is how long a process may take to end after SIGTERM.
const patienceStop = 10 * time.Second

// Process is a program that the harness runs, with its log beside it. It can
// be started again after it was stopped or killed.
type Process struct {
	// Name in messages, and of the log.
	Name string
	// Log is the path of what the program writes; restarts append to it.
	Log string

	path string
	args []string
	env  []string

	mu   sync.Mutex
	cmd  *exec.Cmd
	done chan struct{}
}

// newProcess describes a program, with its log in dir.
func newProcess(dir, name, path string, args ...string) *Process {
	return &Process{Name: name, Log: filepath.Join(dir, name+".log"), path: path, args: args}
}

// Start runs the program in a process group of its own.
func (p *Process) Start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	log, err := os.OpenFile(p.Log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("cannot open the log of %s: %w", p.Name, err)
	}
	defer func() { _ = log.Close() }()
	// The program outlives the call, so the context does not end it: Stop and Kill do.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), p.path, p.args...) //nolint:gosec // running programs is what this is for
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("cannot start %s: %w", p.Name, err)
	}
	p.cmd, p.done = cmd, make(chan struct{})
	go func(done chan struct{}) {
		_ = cmd.Wait() // how it ended is in its log
		close(done)
	}(p.done)
	return nil
}

// Stop asks the program to end, and kills it where it does not. It waits until
// the program has ended.
func (p *Process) Stop() error { return p.end(syscall.SIGTERM) }

// Kill ends the program as a crash would.
func (p *Process) Kill() error { return p.end(syscall.SIGKILL) }

// Freeze stops the program without ending it: it keeps its connections and
// answers nothing until it is thawed. It can only be killed before.
func (p *Process) Freeze() error { return p.signal(syscall.SIGSTOP) }

// Thaw has a frozen program go on.
func (p *Process) Thaw() error { return p.signal(syscall.SIGCONT) }

func (p *Process) signal(signal syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := syscall.Kill(-p.cmd.Process.Pid, signal); err != nil {
		return fmt.Errorf("cannot send %s to %s: %w", signal, p.Name, err)
	}
	return nil
}

func (p *Process) end(signal syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil || !running(p.done) {
		return nil
	}
	group := -p.cmd.Process.Pid
	if err := syscall.Kill(group, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("cannot signal %s: %w", p.Name, err)
	}
	select {
	case <-p.done:
	case <-time.After(patienceStop):
		_ = syscall.Kill(group, syscall.SIGKILL)
		<-p.done
	}
	return nil
}

// Use has the next start run another program, and returns the one before.
func (p *Process) Use(path string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.path
	p.path = path
	return before
}

// Without has the next start leave out the flags that begin with a prefix, and
// returns what puts them back.
func (p *Process) Without(prefix string) func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.args
	p.args = slices.DeleteFunc(slices.Clone(before), func(arg string) bool { return strings.HasPrefix(arg, prefix) })
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.args = before
	}
}

// With has the next start add flags.
func (p *Process) With(flags ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.args = append(slices.Clone(p.args), flags...)
}

// Running says whether the program runs.
func (p *Process) Running() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd != nil && running(p.done)
}

func running(done chan struct{}) bool {
	select {
	case <-done:
		return false
	default:
		return true
	}
}
