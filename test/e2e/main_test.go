// Package e2e tests function-dynamo on a real control plane: the packages are
// installed from a registry, Crossplane has no more rights than its chart and
// our manifests give, and kwok's pods turn ready. See the package harness.
package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// root of the repository, from this folder.
const root = "../.."

// cluster that all tests of one run share, each in a namespace of its own.
var cluster *harness.Cluster

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

// run keeps the cluster's folder, with all logs, where something failed.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "function-dynamo-e2e-")
	if err != nil {
		sayf("%v", err)
		return 1
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	// The watch ends first: it must not take the end for an interruption.
	defer func() { close(done); stop() }()
	code := 1
	cluster, err = harness.Start(ctx, harness.Options{Root: root, Dir: dir, Say: sayf, Leftovers: leftBehind, Audit: os.Getenv(loadAsked) != ""})
	go endInTime(ctx, done)
	if err == nil {
		code = m.Run()
	} else {
		sayf("%v", err)
	}
	if err := cluster.Stop(); err != nil {
		sayf("%v", err)
		code = 1
	}
	if code != 0 {
		sayf("logs of all processes are kept in %s", dir)
		return code
	}
	_ = os.RemoveAll(dir)
	return code
}

// endInTime stops the cluster's processes before the testing package ends this
// one, and when the user interrupts: nobody else would.
func endInTime(ctx context.Context, done <-chan struct{}) {
	patience, _ := flag.Lookup("test.timeout").Value.(flag.Getter).Get().(time.Duration)
	deadline := make(<-chan time.Time)
	if patience > time.Minute {
		deadline = time.After(patience - 30*time.Second)
	}
	select {
	case <-done:
		return
	case <-ctx.Done():
	case <-deadline:
	}
	sayf("interrupted, or out of time: see the logs in %s", cluster.Dir)
	_ = cluster.Stop()
	os.Exit(1)
}

func sayf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
