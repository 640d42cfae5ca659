package harness

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/cert"
)

// leaderWorkerSetGroup is the API group of LeaderWorkerSets.
const leaderWorkerSetGroup = "leaderworkerset.x-k8s.io"

const leaderWorkerSetConfig = `
apiVersion: config.lws.x-k8s.io/v1alpha1
kind: Configuration
leaderElection: {leaderElect: false}
internalCertManagement: {enable: false}
health: {healthProbeBindAddress: "%s"}
metrics: {bindAddress: "0"}
webhook: {host: %s, port: %d, certDir: %s}
`

// InstallLeaderWorkerSets adds the API of LeaderWorkerSets, and starts their
// controller with its webhooks: the one on pods gives each its index and the
// address of its leader.
func (c *Cluster) InstallLeaderWorkerSets(ctx context.Context) error {
	module, err := c.module(ctx, "lws", "sigs.k8s.io/lws")
	if err != nil {
		return err
	}
	if err := c.ApplyLeaderWorkerSetAPI(ctx); err != nil {
		return err
	}
	authority, err := c.startLeaderWorkerSets(ctx)
	if err != nil {
		return err
	}
	hooks, err := ObjectsOf(filepath.Join(module, "config", "webhook", "manifests.yaml"))
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if err := redirectWebhooks(h, at(c.ports.Webhooks), authority); err != nil {
			return err
		}
	}
	return c.Client.Apply(ctx, hooks...)
}

// ApplyLeaderWorkerSetAPI adds the definitions of the controller's kinds.
func (c *Cluster) ApplyLeaderWorkerSetAPI(ctx context.Context) error {
	module, err := c.module(ctx, "lws", "sigs.k8s.io/lws")
	if err != nil {
		return err
	}
	definitions, err := ObjectsOf(filepath.Join(module, "config", "crd", "bases", "*.yaml"))
	if err != nil {
		return err
	}
	return c.AddDefinitions(ctx, definitions...)
}

// RemoveLeaderWorkerSetAPI removes the kind with all of its objects.
func (c *Cluster) RemoveLeaderWorkerSetAPI(ctx context.Context) error {
	return c.removeDefinition(ctx, "leaderworkersets."+leaderWorkerSetGroup)
}

// startLeaderWorkerSets starts the controller, and returns the authority that
// signed its certificate.
func (c *Cluster) startLeaderWorkerSets(ctx context.Context) ([]byte, error) {
	crt, key, err := cert.GenerateSelfSignedCertKey(loopback, []net.IP{net.ParseIP(loopback)}, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot make the webhooks' certificate: %w", err)
	}
	dir := c.path("lws")
	config := fmt.Sprintf(leaderWorkerSetConfig, at(c.ports.WebhooksHealth), loopback, c.ports.Webhooks, dir)
	if err := (files{"tls.crt": crt, "tls.key": key, "config.yaml": []byte(config)}).write(dir); err != nil {
		return nil, err
	}
	binary, err := c.tool(ctx, "lws")
	if err != nil {
		return nil, err
	}
	c.LeaderWorkerSets = newProcess(c.Dir, "lws", binary, "--config="+filepath.Join(dir, "config.yaml"), "--kubeconfig="+c.Kubeconfig())
	c.LeaderWorkerSets.env = []string{"KUBECONFIG=" + c.Kubeconfig()}
	if err := c.run(ctx, c.LeaderWorkerSets); err != nil {
		return nil, err
	}
	if err := c.await(ctx, c.LeaderWorkerSets, &http.Client{Timeout: 5 * time.Second}, "http://"+at(c.ports.WebhooksHealth)+"/readyz"); err != nil {
		return nil, err
	}
	return crt, Until(ctx, patienceReady, "the webhooks' port", func(ctx context.Context) error {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", at(c.ports.Webhooks))
		if err != nil {
			return fmt.Errorf("cannot connect: %w", err)
		}
		return conn.Close()
	})
}

// redirectWebhooks has webhooks called at an address instead of a Service. The
// ones on pods are called for pods of LeaderWorkerSets alone, as an overlay of
// the published manifests does it.
func redirectWebhooks(configuration *unstructured.Unstructured, address string, authority []byte) error {
	hooks, _, err := unstructured.NestedSlice(configuration.Object, "webhooks")
	if err != nil {
		return fmt.Errorf("cannot read webhooks: %w", err)
	}
	for i := range hooks {
		hook, ok := hooks[i].(map[string]any)
		if !ok {
			return fmt.Errorf("webhook %d is no object", i)
		}
		path, _, err := unstructured.NestedString(hook, "clientConfig", "service", "path")
		if err != nil {
			return fmt.Errorf("cannot read the path of webhook %d: %w", i, err)
		}
		hook["clientConfig"] = map[string]any{
			"url":      "https://" + address + path,
			"caBundle": base64.StdEncoding.EncodeToString(authority),
		}
		if strings.HasSuffix(path, "-v1-pod") {
			hook["objectSelector"] = map[string]any{"matchExpressions": []any{
				map[string]any{"key": "leaderworkerset.sigs.k8s.io/name", "operator": "Exists"},
			}}
		}
	}
	configuration.SetName("lws-" + configuration.GetName())
	if err := unstructured.SetNestedSlice(configuration.Object, hooks, "webhooks"); err != nil {
		return fmt.Errorf("cannot write webhooks: %w", err)
	}
	return nil
}
