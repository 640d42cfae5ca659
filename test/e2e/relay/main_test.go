// Package relay runs the relay of profilers' results against a real API server,
// with a real token and no more rights than it needs. The test plays the kubelet
// and the profiler.
package relay

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// root of the repository, from this folder.
const root = "../../.."

// cluster is an API server and nothing else.
var cluster *harness.Cluster

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

// run keeps the cluster's folder, with all logs, where something failed.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "function-dynamo-relay-")
	if err != nil {
		sayf("%v", err)
		return 1
	}
	code := 1
	cluster, err = harness.StartAPIServer(context.Background(), harness.Options{Root: root, Dir: dir})
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

func sayf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
