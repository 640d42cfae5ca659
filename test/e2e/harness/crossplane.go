package harness

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Secrets that Crossplane fills when it is initialised.
const (
	secretRoot   = "crossplane-root-ca"
	secretClient = "crossplane-tls-client"
	secretServer = "crossplane-tls-server"
)

// Flags of Crossplane's circuit breaker. The defaults let one busy graph stop
// its own reconciliation; docs/operations.md tells operators the same values.
const (
	breakerBurst  = "--circuit-breaker-burst=1000"
	breakerRefill = "--circuit-breaker-refill-rate=20"
)

// rbacManagerMetrics is where the RBAC manager serves metrics. No flag of it
// changes that.
const rbacManagerMetrics = ":8080"

// initCrossplane does what the init container of Crossplane's chart does, with
// the rights of Crossplane's service account.
func (c *Cluster) initCrossplane(ctx context.Context) error {
	for _, account := range []string{"crossplane", "rbac-manager"} {
		if err := c.writeAccount(ctx, account); err != nil {
			return err
		}
	}
	module, err := c.crossplaneModule(ctx)
	if err != nil {
		return err
	}
	core, err := c.tool(ctx, "crossplane-core")
	if err != nil {
		return err
	}
	// Discovery can miss a definition that was created a moment ago.
	if err := Until(ctx, patienceReady, "core init", func(ctx context.Context) error {
		cmd := exec.CommandContext(ctx, core, "core", "init")
		cmd.Env = append(cmd.Environ(),
			"KUBECONFIG="+c.path("crossplane.kubeconfig"), "CRDS_PATH="+filepath.Join(module, "cluster", "crds"),
			"ENABLE_WEBHOOKS=false", "TLS_CA_SECRET_NAME="+secretRoot, "TLS_CLIENT_SECRET_NAME="+secretClient, "TLS_SERVER_SECRET_NAME="+secretServer)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}); err != nil {
		return err
	}
	client, err := c.secretFiles(ctx, secretClient)
	if err != nil {
		return err
	}
	return client.write(c.path("crossplane-client"))
}

// writeAccount writes a kubeconfig with the rights of a service account.
func (c *Cluster) writeAccount(ctx context.Context, name string) error {
	accounts := c.Client.Of(Kind("", "v1", "ServiceAccount"), Namespace)
	request := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "authentication.k8s.io/v1",
		"kind":       "TokenRequest",
		"metadata":   map[string]any{"name": name},
		"spec":       map[string]any{"expirationSeconds": int64((24 * time.Hour).Seconds())},
	}}
	answer, err := accounts.Create(ctx, request, metav1.CreateOptions{}, "token")
	if err != nil {
		return fmt.Errorf("cannot get a token of service account %s: %w", name, err)
	}
	token, _, _ := unstructured.NestedString(answer.Object, "status", "token")
	return c.writeKubeconfig(name+".kubeconfig", token)
}

// secretFiles are the keys of a Secret in Crossplane's namespace.
func (c *Cluster) secretFiles(ctx context.Context, name string) (files, error) {
	o, err := c.Client.Get(ctx, Ref{GroupVersionKind: secret(), Namespace: Namespace, Name: name})
	if err != nil {
		return nil, fmt.Errorf("cannot read Secret %s: %w", name, err)
	}
	data, _, err := unstructured.NestedStringMap(o.Object, "data")
	if err != nil {
		return nil, fmt.Errorf("cannot read Secret %s: %w", name, err)
	}
	out := files{}
	for key, value := range data {
		if out[key], err = base64.StdEncoding.DecodeString(value); err != nil {
			return nil, fmt.Errorf("cannot read key %s of Secret %s: %w", key, name, err)
		}
	}
	return out, nil
}

// startCrossplane starts the controllers that its chart runs as Deployments.
func (c *Cluster) startCrossplane(ctx context.Context) error {
	core, err := c.tool(ctx, "crossplane-core")
	if err != nil {
		return err
	}
	if err := vacant(ctx, rbacManagerMetrics); err != nil {
		return err
	}
	c.RBACManager = newProcess(c.Dir, "crossplane-rbac-manager", core, "rbac", "start")
	c.RBACManager.env = []string{"KUBECONFIG=" + c.path("rbac-manager.kubeconfig")}
	if err := c.run(ctx, c.RBACManager); err != nil {
		return err
	}
	c.Core = newProcess(c.Dir, "crossplane", core, "core", "start", "--debug",
		"--package-runtime=External", "--xpkg-cache-dir="+c.path("xpkg-cache"), "--tls-client-certs-dir="+c.path("crossplane-client"),
		fmt.Sprintf("--metrics-port=%d", c.ports.CoreMetrics), fmt.Sprintf("--health-probe-port=%d", c.ports.CoreHealth),
		breakerBurst, breakerRefill)
	c.Core.env = []string{"KUBECONFIG=" + c.path("crossplane.kubeconfig"), "ENABLE_WEBHOOKS=false"}
	if err := (files{}).write(c.path("xpkg-cache")); err != nil {
		return err
	}
	if err := c.run(ctx, c.Core); err != nil {
		return err
	}
	return c.AwaitCore(ctx)
}

// AwaitCore waits until Crossplane is ready.
func (c *Cluster) AwaitCore(ctx context.Context) error {
	return c.await(ctx, c.Core, &http.Client{Timeout: 5 * time.Second}, "http://"+at(c.ports.CoreHealth)+"/readyz")
}

// CoreMetrics is the URL of Crossplane's metrics.
func (c *Cluster) CoreMetrics() string { return "http://" + at(c.ports.CoreMetrics) + "/metrics" }

// vacant is an error where somebody listens at an address.
func vacant(ctx context.Context, address string) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("the RBAC manager of Crossplane serves metrics at %s, which cannot be changed; end what listens there: %w", address, err)
	}
	return l.Close() //nolint:wrapcheck // cannot fail
}
