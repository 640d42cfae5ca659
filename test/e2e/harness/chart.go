package harness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Namespace in which Crossplane is installed.
const Namespace = "crossplane-system"

const namespaceManifest = `
apiVersion: v1
kind: Namespace
metadata: {name: %s}
`

// applyChart applies what Crossplane's chart holds beside its Deployments, and
// waits until Kubernetes has put the aggregated role together.
func (c *Cluster) applyChart(ctx context.Context) error {
	objects, err := c.chart(ctx)
	if err != nil {
		return err
	}
	if err := c.CreateNamespace(ctx, Namespace); err != nil {
		return err
	}
	if err := c.Client.Apply(ctx, objects...); err != nil {
		return err
	}
	role := Ref{GroupVersionKind: Kind("rbac.authorization.k8s.io", "v1", "ClusterRole"), Name: "crossplane"}
	return Until(ctx, patienceReady, role.String()+" aggregated", func(ctx context.Context) error {
		o, err := c.Client.Get(ctx, role)
		if err != nil {
			return err
		}
		if rules, _, _ := unstructured.NestedSlice(o.Object, "rules"); len(rules) == 0 {
			return errors.New("it has no rules yet")
		}
		return nil
	})
}

// CreateNamespace makes a namespace, where it is missing.
func (c *Cluster) CreateNamespace(ctx context.Context, name string) error {
	objects, err := Objects(fmt.Sprintf(namespaceManifest, name))
	if err != nil {
		return err
	}
	return c.Client.Apply(ctx, objects...)
}

// chart renders Crossplane's chart with its default values, for the pinned
// version of Crossplane. The processes run outside the cluster, so Deployments
// and Services are left out.
func (c *Cluster) chart(ctx context.Context) ([]*unstructured.Unstructured, error) {
	module, err := c.crossplaneModule(ctx)
	if err != nil {
		return nil, err
	}
	chart, err := loader.LoadDir(filepath.Join(module, "cluster", "charts", "crossplane"))
	if err != nil {
		return nil, fmt.Errorf("cannot load Crossplane's chart: %w", err)
	}
	values, err := chartutil.ToRenderValues(chart, nil, chartutil.ReleaseOptions{Name: "crossplane", Namespace: Namespace, IsInstall: true}, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot take the values of Crossplane's chart: %w", err)
	}
	rendered, err := engine.Render(chart, values)
	if err != nil {
		return nil, fmt.Errorf("cannot render Crossplane's chart: %w", err)
	}
	var out []*unstructured.Unstructured
	for _, file := range slices.Sorted(maps.Keys(rendered)) {
		if !strings.HasSuffix(file, ".yaml") {
			continue
		}
		objects, err := Objects(rendered[file])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out = append(out, slices.DeleteFunc(objects, func(o *unstructured.Unstructured) bool {
			return o.GetKind() == "Deployment" || o.GetKind() == "Service"
		})...)
	}
	return out, nil
}

// crossplaneModule is the folder of the pinned Crossplane in the module cache.
func (c *Cluster) crossplaneModule(ctx context.Context) (string, error) {
	return c.module(ctx, "crossplane-core", "github.com/crossplane/crossplane/v2")
}

// module is the folder, in the module cache, of a module that a tool pins.
func (c *Cluster) module(ctx context.Context, tool, path string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", path)
	cmd.Dir = filepath.Join(c.Root, "tools", tool)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("cannot find the module %s: %w", path, err)
	}
	return strings.TrimSpace(string(out)), nil
}
