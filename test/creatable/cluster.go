package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// serve starts an API server with the optional kinds.
func serve(ctx context.Context, root, dir string) (*harness.Cluster, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return &harness.Cluster{}, fmt.Errorf("cannot find the repository: %w", err)
	}
	c, err := harness.StartAPIServer(ctx, harness.Options{Root: root, Dir: dir})
	if err != nil {
		return c, err
	}
	if err := c.ApplyLeaderWorkerSetAPI(ctx); err != nil {
		return c, err
	}
	permissive, err := harness.ObjectsOf(filepath.Join(root, "test", "e2e", "testdata", "optional.yaml"))
	if err != nil {
		return c, err
	}
	return c, c.AddDefinitions(ctx, permissive...)
}
