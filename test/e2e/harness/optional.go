package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Route is the kind by which the Gateway API exposes a Service.
func Route() schema.GroupVersionKind { return Kind("gateway.networking.k8s.io", "v1", "HTTPRoute") }

// PodMonitor is the kind by which a Prometheus finds the metrics of pods.
func PodMonitor() schema.GroupVersionKind { return Kind("monitoring.coreos.com", "v1", "PodMonitor") }

// Budget is Kubernetes' kind of what drains may take away at once.
func Budget() schema.GroupVersionKind { return Kind("policy", "v1", "PodDisruptionBudget") }

// NetworkPolicy is Kubernetes' kind of who reaches pods.
func NetworkPolicy() schema.GroupVersionKind { return Kind("networking.k8s.io", "v1", "NetworkPolicy") }

// podMonitors is the definition of PodMonitors.
const podMonitors = "podmonitors.monitoring.coreos.com"

// ApplyRoutes adds the published definition of HTTPRoutes. Nobody acts on them here.
func (c *Cluster) ApplyRoutes(ctx context.Context) error {
	// The function's own module has their types, and so the version that it is tested with.
	return c.applyPublished(ctx, c.Root, "sigs.k8s.io/gateway-api", "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml")
}

// ApplyPodMonitors adds the published definition of PodMonitors. Nobody acts on them here.
func (c *Cluster) ApplyPodMonitors(ctx context.Context) error {
	return c.applyPublished(ctx, filepath.Join(c.Root, "tools", "prometheus-operator"), "github.com/prometheus-operator/prometheus-operator",
		"example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml")
}

// RemovePodMonitors removes the kind with all of its objects.
func (c *Cluster) RemovePodMonitors(ctx context.Context) error {
	return c.removeDefinition(ctx, podMonitors)
}

// applyPublished adds a definition that a module carries which another one, in a folder,
// pins.
func (c *Cluster) applyPublished(ctx context.Context, folder, module, file string) error {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Dir = folder
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("cannot find the module %s: %w", module, err)
	}
	found := struct {
		Dir string `json:"Dir"` //nolint:tagliatelle // Go's own spelling.
	}{}
	if err := json.Unmarshal(out, &found); err != nil {
		return fmt.Errorf("cannot read where the module %s is: %w", module, err)
	}
	definitions, err := ObjectsOf(filepath.Join(found.Dir, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	return c.AddDefinitions(ctx, definitions...)
}
