package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Cluster is a running control plane.
type Cluster struct {
	// Root of the repository.
	Root string
	// Dir has the logs, certificates, kubeconfigs and etcd's data.
	Dir string
	// Client has the rights of an administrator.
	Client *Client

	// The processes. Tests may kill and restart them.
	Etcd, APIServer, Controllers, Scheduler, Kwok *Process
	Core, RBACManager, Function                   *Process
	// LeaderWorkerSets is the controller that InstallLeaderWorkerSets starts.
	LeaderWorkerSets *Process
	// Provider is provider-http, which StartProvider starts, and Workers whom it
	// calls.
	Provider *Process
	Workers  *Workers

	ports      ports
	adminToken string
	registry   *http.Server
	started    []*Process
	leftovers  string
	audit      bool
	// released is the root of what the packages are made of, which are installed from
	// repository.
	released, repository string
}

// Options of a cluster.
type Options struct {
	// Root of the repository, and an empty folder for what the cluster writes.
	Root, Dir string
	// Say tells of the steps.
	Say func(format string, args ...any)
	// Leftovers are the path of manifests that are there before the packages
	// are installed; empty for none.
	Leftovers string
	// Released is the root of another checkout whose packages are installed, as `make
	// package` left them there; empty for those of Root.
	Released string
	// Audit has the API server note what Crossplane writes: see Cluster.Writes.
	Audit bool
}

// Start brings up everything, with the function's packages from the folder
// dist of the repository installed. On an error the caller still has to call
// Stop.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	c := &Cluster{Root: o.Root, Dir: o.Dir, leftovers: o.Leftovers, audit: o.Audit, released: cmp.Or(o.Released, o.Root)}
	var err error
	if c.ports, err = freePorts(ctx); err != nil {
		return c, err
	}
	begin := time.Now()
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"start etcd and the API server", c.startAPIServer},
		{"start controllers, scheduler and kwok", c.startControllers},
		{"add nodes with GPUs, and volumes", c.addMachines},
		{"give Crossplane the rights of its chart", c.applyChart},
		{"initialise Crossplane", c.initCrossplane},
		{"start Crossplane and its RBAC manager", c.startCrossplane},
		{"start the function", c.startFunction},
		{"push the packages to a registry on loopback", c.pushPackages},
		{"leave what was there before", c.applyLeftovers},
		{"install the packages", c.installPackages},
	} {
		if err := step.do(ctx); err != nil {
			return c, fmt.Errorf("cannot %s: %w", step.what, err)
		}
		o.Say("[%5.1fs] %s: done", time.Since(begin).Seconds(), step.what)
	}
	return c, nil
}

// StartAPIServer brings up etcd and the API server alone. On an error the caller
// still has to call Stop.
func StartAPIServer(ctx context.Context, o Options) (*Cluster, error) {
	c := &Cluster{Root: o.Root, Dir: o.Dir}
	var err error
	if c.ports, err = freePorts(ctx); err != nil {
		return c, err
	}
	return c, c.startAPIServer(ctx)
}

// Stop ends every process, the last one started first.
func (c *Cluster) Stop() error {
	var errs []error
	for i := len(c.started) - 1; i >= 0; i-- {
		errs = append(errs, c.started[i].Stop())
	}
	if c.registry != nil {
		errs = append(errs, c.registry.Close())
	}
	if c.Workers != nil {
		errs = append(errs, c.Workers.server.Close())
	}
	return errors.Join(errs...)
}

// Kubeconfig is the path of an administrator's kubeconfig.
func (c *Cluster) Kubeconfig() string { return c.path("kubeconfig") }

func (c *Cluster) path(name string) string { return filepath.Join(c.Dir, name) }

// start runs a pinned tool, building it where it is missing.
func (c *Cluster) start(ctx context.Context, p **Process, name, tool string, args ...string) error {
	path, err := c.tool(ctx, tool)
	if err != nil {
		return err
	}
	*p = newProcess(c.Dir, name, path, args...)
	return c.run(ctx, *p)
}

func (c *Cluster) run(ctx context.Context, p *Process) error {
	c.started = append(c.started, p)
	return p.Start(ctx)
}

// tool is the path of a pinned tool.
func (c *Cluster) tool(ctx context.Context, name string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(c.Root, "hack", "tool"), name) //nolint:gosec // a script of the repository
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("cannot build %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}
