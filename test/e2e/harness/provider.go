package harness

import (
	"context"
	"fmt"
	"path/filepath"
)

// requestGroup is the API group of provider-http's namespaced kinds.
const requestGroup = "http.m.crossplane.io"

// providerAccount is the service account of provider-http.
const providerAccount = "provider-http"

// Poll is how often provider-http looks at what it made. Its default, a minute, would
// have tests wait.
const Poll = "--poll=10s"

const providerManifest = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: %[1]s, namespace: %[2]s}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: %[1]s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "function-dynamo:provider-http"}
subjects: [{kind: ServiceAccount, name: %[1]s, namespace: %[2]s}]
`

const providerConfigManifest = `
apiVersion: http.m.crossplane.io/v1alpha2
kind: ClusterProviderConfig
metadata: {name: default}
spec: {credentials: {source: None}}
`

// StartProvider adds the API of provider-http, and starts it with the rights that
// package/rbac/optional gives, and no others. It reaches workers through a proxy, which
// stands in for all of them: the addresses of pods lead nowhere.
//
// It serves metrics where Crossplane's RBAC manager does, and neither can be told
// otherwise, so that manager rests until StopProvider.
func (c *Cluster) StartProvider(ctx context.Context, flags ...string) error {
	if err := c.RBACManager.Stop(); err != nil {
		return err
	}
	if err := c.ApplyProviderAPI(ctx); err != nil {
		return err
	}
	objects, err := Objects(fmt.Sprintf(providerManifest, providerAccount, Namespace))
	if err != nil {
		return err
	}
	rights, err := ObjectsOf(filepath.Join(c.Root, "package", "rbac", "optional", "provider-http.yaml"))
	if err != nil {
		return err
	}
	if err := c.Client.Apply(ctx, append(objects, rights...)...); err != nil {
		return err
	}
	if err := c.writeAccount(ctx, providerAccount); err != nil {
		return err
	}
	if c.Workers == nil {
		if c.Workers, err = startWorkers(ctx); err != nil {
			return err
		}
	}
	binary, err := c.tool(ctx, "provider-http")
	if err != nil {
		return err
	}
	c.Provider = newProcess(c.Dir, "provider-http", binary, append([]string{"--debug"}, flags...)...)
	c.Provider.env = []string{"KUBECONFIG=" + c.path(providerAccount+".kubeconfig"), "HTTP_PROXY=" + c.Workers.url, "http_proxy=" + c.Workers.url, "NO_PROXY=", "no_proxy="}
	return c.run(ctx, c.Provider)
}

// StopProvider ends provider-http; its API stays.
func (c *Cluster) StopProvider(ctx context.Context) error {
	if err := c.Provider.Stop(); err != nil {
		return err
	}
	return c.RBACManager.Start(ctx)
}

// ApplyProviderAPI adds the definitions of provider-http's kinds, and the configuration
// that Requests use.
func (c *Cluster) ApplyProviderAPI(ctx context.Context) error {
	module, err := c.module(ctx, "provider-http", "github.com/crossplane-contrib/provider-http")
	if err != nil {
		return err
	}
	definitions, err := ObjectsOf(filepath.Join(module, "package", "crds", "*.yaml"))
	if err != nil {
		return err
	}
	if err := c.AddDefinitions(ctx, definitions...); err != nil {
		return err
	}
	config, err := Objects(providerConfigManifest)
	if err != nil {
		return err
	}
	return c.Client.Apply(ctx, config...)
}

// RemoveRequestAPI removes the kind with all of its objects.
func (c *Cluster) RemoveRequestAPI(ctx context.Context) error {
	return c.removeDefinition(ctx, "requests."+requestGroup)
}
