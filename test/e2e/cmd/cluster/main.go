// Command cluster starts a Kubernetes control plane with Crossplane and
// function-dynamo on loopback, and leaves it up until it is interrupted.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

const welcome = `
The cluster is up. In another terminal:

  export KUBECONFIG=%[1]s
  kubectl create namespace inference
  kubectl apply -f examples/graph/xr.yaml
  kubectl get dgd,dcd,deployments,pods --namespace inference

docs/quickstart.md goes on from its second chapter. Pods run nowhere: kwok turns them ready. Logs of all processes are in %[2]s.
Press Ctrl-C here to end the cluster and remove that folder.
`

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("cannot find the repository: %w", err)
	}
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	dir, err := os.MkdirTemp("", "function-dynamo-cluster-")
	if err != nil {
		return fmt.Errorf("cannot make a folder: %w", err)
	}
	say := func(format string, args ...any) { fmt.Fprintf(os.Stdout, format+"\n", args...) }
	c, err := harness.Start(ctx, harness.Options{Root: root, Dir: dir, Say: say})
	defer func() { _ = c.Stop() }()
	if err != nil {
		return fmt.Errorf("%w; logs are kept in %s", err, dir)
	}
	fmt.Fprintf(os.Stdout, welcome, c.Kubeconfig(), dir)
	<-ctx.Done()
	if err := c.Stop(); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("cannot remove the cluster's folder: %w", err)
	}
	return nil
}
