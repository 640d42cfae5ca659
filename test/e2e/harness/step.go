package harness

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
)

const stepManifest = `
apiVersion: pkg.crossplane.io/v1
kind: FunctionRevision
metadata:
  name: %[1]s
  labels: {pkg.crossplane.io/package: %[1]s}
  annotations: {crossplane.io/paused: "true"}
spec: {image: "xpkg.crossplane.io/example/%[1]s:v0.0.0", revision: 1, desiredState: Active}
`

const stepRuntimeManifest = `
apiVersion: pkg.crossplane.io/v1
kind: FunctionRevision
metadata: {name: %s}
status: {endpoint: "dns:///localhost:%d", capabilities: [composition]}
`

// AddStep builds a function of the repository, runs it and tells Crossplane of it under
// a name, so that Compositions may have it as a step.
func (c *Cluster) AddStep(ctx context.Context, name, folder string) (*Process, error) {
	binary := c.path(name)
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./"+filepath.ToSlash(folder))
	build.Dir = c.Root
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("cannot build %s: %w: %s", folder, err, out)
	}
	return c.addFunction(ctx, name, binary)
}

// AddPeer does so with a function of other people, which is a pinned tool.
func (c *Cluster) AddPeer(ctx context.Context, name, tool string) (*Process, error) {
	binary, err := c.tool(ctx, tool)
	if err != nil {
		return nil, err
	}
	return c.addFunction(ctx, name, binary)
}

// addFunction runs a function, and tells Crossplane where. Its revision is paused: there
// is no image that the package manager could pull.
func (c *Cluster) addFunction(ctx context.Context, name, binary string) (*Process, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	p := newProcess(c.Dir, name, binary, "--address="+at(port), "--tls-certs-dir="+c.path("function-tls"))
	if err := c.run(ctx, p); err != nil {
		return nil, err
	}
	revision, err := Objects(fmt.Sprintf(stepManifest, name))
	if err != nil {
		return nil, err
	}
	status, err := Objects(fmt.Sprintf(stepRuntimeManifest, name, port))
	if err != nil {
		return nil, err
	}
	if err := c.Client.Apply(ctx, revision...); err != nil {
		return nil, err
	}
	return p, c.Client.ApplyStatus(ctx, status[0])
}
