package upgrade

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

const (
	// root of the repository, from this folder.
	root = "../../.."
	// released is the file with the last release: a tag or, until there is one, a commit.
	// The variable names another one.
	released         = "released"
	releasedVariable = "FUNCTION_DYNAMO_RELEASED"
	// manifests of graphs, of which so many run.
	manifests = root + "/test/conformance/testdata/*/*/input.yaml"
	graphs    = 20
	namespace = "default" // which the manifests name.
	// patience for all graphs to settle, and how long nothing may change then.
	patience = 5 * time.Minute
	quiet    = 15 * time.Second
)

// TestUpgrade: no pod restarts and no object is made again when our packages replace those
// of the last release.
func TestUpgrade(t *testing.T) {
	c := start(t, checkOut(t))
	applied := applyGraphs(t, c)
	before := settled(t, c, applied)
	t.Logf("%d objects of %d graphs are settled", len(before), graphs)

	if err := c.Upgrade(t.Context()); err != nil {
		t.Fatal(err)
	}
	poke(t, c)
	after := settled(t, c, applied)
	for id := range after {
		if _, ok := before[id]; !ok && strings.HasPrefix(id, "Pod ") {
			t.Errorf("%s is new: pods restart", id)
		}
		if _, ok := before[id]; !ok {
			delete(after, id) // A release may make more objects than the one before.
		}
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("objects changed, or were made again: -before, +after:\n%s", diff)
	}
}

// checkOut builds the packages of the last release in a folder of their own.
func checkOut(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(released)
	if err != nil {
		t.Fatal(err)
	}
	revision := strings.TrimSpace(string(raw))
	if other := os.Getenv(releasedVariable); other != "" {
		revision = other
	}
	if _, err := command(t.Context(), "git", "cat-file", "-e", revision+"^{commit}"); err != nil {
		t.Skipf("the last release, %s, is not in this clone: fetch all of its history, or name another one in %s", revision, releasedVariable)
	}
	dir := filepath.Join(t.TempDir(), "released")
	if _, err := command(t.Context(), "git", "worktree", "add", "--detach", dir, revision); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := command(context.Background(), "git", "worktree", "remove", "--force", dir); err != nil {
			t.Error(err)
		}
	})
	if _, err := command(t.Context(), "make", "-C", dir, "package"); err != nil {
		t.Fatal(err)
	}
	return dir
}

// command runs a command in the repository, and returns what it prints.
func command(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = root
	stderr := &bytes.Buffer{}
	cmd.Stderr = stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %v: %w: %s", name, args, err, stderr)
	}
	return string(out), nil
}

// start starts a control plane with the packages of a release.
func start(t *testing.T, release string) *harness.Cluster {
	t.Helper()
	dir, err := os.MkdirTemp("", "function-dynamo-upgrade-") //nolint:usetesting // It outlives a test that fails.
	if err != nil {
		t.Fatal(err)
	}
	c, err := harness.Start(t.Context(), harness.Options{Root: root, Dir: dir, Released: release, Say: t.Logf})
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("logs of all processes are kept in %s", dir)
			return
		}
		_ = os.RemoveAll(dir)
	})
	if err == nil {
		err = c.InstallLeaderWorkerSets(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// applyGraphs creates the first manifests that are graphs, and returns them.
func applyGraphs(t *testing.T, c *harness.Cluster) []harness.Ref {
	t.Helper()
	objects, err := harness.ObjectsOf(manifests)
	if err != nil {
		t.Fatal(err)
	}
	var out []harness.Ref
	seen := map[string]bool{}
	for _, o := range objects {
		if o.GetKind() != harness.Graph().Kind || seen[o.GetName()] || len(out) == graphs {
			continue
		}
		seen[o.GetName()] = true
		o.SetNamespace(namespace)
		if err := c.Client.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		out = append(out, harness.Ref{GroupVersionKind: harness.Graph(), Namespace: namespace, Name: o.GetName()})
	}
	if len(out) != graphs {
		t.Fatalf("%s: %d graphs, want %d", manifests, len(out), graphs)
	}
	return out
}

// poke has every composite reconciled now, which Crossplane otherwise does within minutes.
func poke(t *testing.T, c *harness.Cluster) {
	t.Helper()
	for _, kind := range []schema.GroupVersionKind{harness.Graph(), harness.Component(), harness.Adapter()} {
		all, err := c.Client.List(t.Context(), kind, namespace, "")
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			if err := c.Client.Patch(t.Context(), harness.RefOf(&all[i]), `{"metadata":{"annotations":{"example.org/upgraded":"true"}}}`); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// state is what must not change of an object.
type state struct {
	UID string
	// Generation and Pods of what runs pods.
	Generation int64
	Pods       any
}

// settled waits until every graph has its components, each of them what runs its pods, and
// nothing changes any more. It returns all of it, by kind and name.
func settled(t *testing.T, c *harness.Cluster, applied []harness.Ref) map[string]state {
	t.Helper()
	var last map[string]state
	since := time.Now()
	if err := harness.Until(t.Context(), patience, "the graphs settle", func(ctx context.Context) error {
		now, err := look(ctx, c)
		if err != nil {
			return err
		}
		if !cmp.Equal(last, now) {
			last, since = now, time.Now()
		}
		if err := composed(ctx, c, applied); err != nil {
			return err
		}
		if still := time.Since(since); still < quiet {
			return fmt.Errorf("objects changed %s ago", still)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return last
}

// composed is an error until Crossplane has written all that comes of the graphs.
func composed(ctx context.Context, c *harness.Cluster, applied []harness.Ref) error {
	var errs []error
	for _, r := range applied {
		o, err := c.Client.Get(ctx, r)
		if err == nil && harness.ConditionOf(o, "Synced").Status != "True" {
			err = fmt.Errorf("%s is not synced: %s", r, harness.ConditionOf(o, "Synced").Message)
		}
		errs = append(errs, err)
	}
	components, err := c.Client.List(ctx, harness.Component(), namespace, "")
	if err != nil {
		return err
	}
	workloads := 0
	for _, kind := range workloadKinds() {
		all, err := c.Client.List(ctx, kind, namespace, "")
		if err != nil {
			return err
		}
		workloads += len(all)
	}
	if workloads < len(components) || len(components) < len(applied) {
		errs = append(errs, fmt.Errorf("%d graphs have %d components, and these %d workloads", len(applied), len(components), workloads))
	}
	return errors.Join(errs...)
}

func workloadKinds() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{harness.Deployment(), harness.LeaderWorkerSet()}
}

// look reads everything that an upgrade must leave as it is.
func look(ctx context.Context, c *harness.Cluster) (map[string]state, error) {
	out := map[string]state{}
	kinds := append(workloadKinds(), harness.Graph(), harness.Component(), harness.Adapter(), harness.Pod(), harness.ConfigMap(),
		harness.Kind("", "v1", "Service"), harness.Kind("", "v1", "ServiceAccount"), harness.Kind("", "v1", "PersistentVolumeClaim"),
		harness.Kind("rbac.authorization.k8s.io", "v1", "RoleBinding"))
	for _, kind := range kinds {
		all, err := c.Client.List(ctx, kind, namespace, "")
		if err != nil {
			return nil, err
		}
		for i := range all {
			out[kind.Kind+" "+all[i].GetName()] = stateOf(&all[i])
		}
	}
	return out, nil
}

func stateOf(o *unstructured.Unstructured) state {
	out := state{UID: string(o.GetUID())}
	for _, field := range []string{"template", "leaderWorkerTemplate"} {
		if pods, ok, _ := unstructured.NestedMap(o.Object, "spec", field); ok {
			out.Generation, out.Pods = o.GetGeneration(), pods
		}
	}
	return out
}
