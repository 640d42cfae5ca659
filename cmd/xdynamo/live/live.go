// Package live asks the API server of a cluster what it says of objects, without
// writing them: its quotas, policies and admission have a say, too.
package live

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/crossplane-contrib/function-dynamo/validate"
)

// manager is the field manager of what is applied; a dry run leaves no trace of
// it.
const manager = "xdynamo"

// Cluster is asked about objects.
type Cluster struct {
	client   dynamic.Interface
	mapper   meta.RESTMapper
	warnings *warnings
	// said are reasons that hold for all objects of a kind or namespace.
	said map[string]bool
}

// Current is how the current context of the kubeconfig connects, as kubectl does
// it, and the namespace that goes with it.
func Current() (*rest.Config, string, error) {
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), nil)
	cfg, err := loader.ClientConfig()
	if err != nil {
		return nil, "", fmt.Errorf("cannot read the kubeconfig: %w", err)
	}
	namespace, _, err := loader.Namespace()
	if err != nil {
		return nil, "", fmt.Errorf("cannot read the namespace of the kubeconfig: %w", err)
	}
	return cfg, namespace, nil
}

// New connects to a cluster.
func New(cfg *rest.Config) (*Cluster, error) {
	out := &Cluster{warnings: &warnings{}, said: map[string]bool{}}
	cfg = rest.CopyConfig(cfg)
	cfg.QPS = -1 // One request at a time is limit enough.
	cfg.WarningHandler = out.warnings
	finder, err := discovery.NewDiscoveryClientForConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot connect to the cluster: %w", err)
	}
	if out.client, err = dynamic.NewForConfig(cfg); err != nil {
		return nil, fmt.Errorf("cannot connect to the cluster: %w", err)
	}
	out.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(finder))
	return out, nil
}

// Verdict applies objects, as Apply does, and creates a pod of each workload that
// is taken, with a dry run, too.
func (c *Cluster) Verdict(ctx context.Context) validate.Verdict {
	return func(object map[string]any) ([]validate.Refusal, error) {
		out, err := c.Apply(ctx, object)
		if err != nil || slices.ContainsFunc(out, func(r validate.Refusal) bool { return !r.Warning }) {
			return out, err
		}
		more, err := c.pods(ctx, plain(object))
		return append(out, more...), err
	}
}

// Apply applies an object with a dry run, as Crossplane would apply it.
func (c *Cluster) Apply(ctx context.Context, object map[string]any) ([]validate.Refusal, error) {
	u := plain(object)
	kind := u.GroupVersionKind()
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		return c.once("kind/"+kind.String(), fmt.Sprintf("the cluster has no kind %s of %s: install what brings it", kind.Kind, u.GetAPIVersion())), nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot find kind %s in the cluster: %w", kind.Kind, err)
	}
	_, err = c.client.Resource(mapping.Resource).Namespace(u.GetNamespace()).Apply(ctx, u.GetName(), u, metav1.ApplyOptions{
		DryRun: []string{metav1.DryRunAll}, Force: true, FieldManager: manager,
	})
	warned := c.warnings.take()
	refused, err := c.refusals(u, err)
	return append(refused, warned...), err
}

// plain is an object without what only a server writes.
func plain(object map[string]any) *unstructured.Unstructured {
	out := (&unstructured.Unstructured{Object: object}).DeepCopy()
	for _, field := range []string{"creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"} {
		unstructured.RemoveNestedField(out.Object, "metadata", field)
	}
	unstructured.RemoveNestedField(out.Object, "status")
	return out
}

// once says something for the first object that it holds for.
func (c *Cluster) once(what, text string) []validate.Refusal {
	if c.said[what] {
		return nil
	}
	c.said[what] = true
	return []validate.Refusal{{Text: text}}
}
