// Command creatable searches for manifests that xdynamo validate takes without a
// word and that an API server does not take, and for those that are taken although
// validate says that no API server does. It mutates published manifests, and
// applies what they become to a real API server, with a dry run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/crossplane-contrib/function-dynamo/cmd/xdynamo/live"
	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
	"github.com/crossplane-contrib/function-dynamo/validate"
)

// options of a search.
type options struct {
	root  string
	seed  uint64
	count int
}

// errDiffer says that what was found has been printed already.
var errDiffer = errors.New("validate and the API server differ")

func main() {
	o := options{}
	flag.StringVar(&o.root, "root", ".", "`folder` of the repository")
	flag.Uint64Var(&o.seed, "seed", 1, "what the mutations are drawn from: the same `number`, the same mutations")
	flag.IntVar(&o.count, "count", 1000, "`number` of mutations")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o, os.Stdout)
	stop()
	switch {
	case errors.Is(err, errDiffer):
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "creatable:", err)
		os.Exit(2)
	}
}

// run searches beside an API server of its own, whose logs are kept where it
// fails.
func run(ctx context.Context, o options, out io.Writer) error {
	manifests, err := corpus(o.root)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "function-dynamo-creatable-")
	if err != nil {
		return fmt.Errorf("cannot make a folder: %w", err)
	}
	cluster, err := serve(ctx, o.root, dir)
	if err != nil {
		return errors.Join(fmt.Errorf("%w: see the logs in %s", err, dir), cluster.Stop())
	}
	err = search(ctx, o, manifests, cluster, out)
	return errors.Join(err, cluster.Stop(), os.RemoveAll(dir))
}

func search(ctx context.Context, o options, manifests []manifest, cluster *harness.Cluster, out io.Writer) error {
	server, err := live.New(cluster.Config())
	if err != nil {
		return err
	}
	s, err := newSearcher(func(object map[string]any) ([]validate.Refusal, error) { return server.Apply(ctx, object) }, out)
	if err != nil {
		return err
	}
	if err := s.search(ctx, manifests, o); err != nil {
		return err
	}
	if s.refused+s.taken > 0 {
		return errDiffer
	}
	return nil
}
