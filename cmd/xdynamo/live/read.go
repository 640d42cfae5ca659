package live

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Has says whether the cluster has a kind.
func (c *Cluster) Has(api layer.API) (bool, error) {
	kind := schema.FromAPIVersionAndKind(api.APIVersion, api.Kind)
	_, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("cannot find kind %s in the cluster: %w", api.Kind, err)
	}
	return true, nil
}

// Read returns the object of that kind, namespace and name as the cluster holds it; nil
// where it holds none, or has no such kind.
func (c *Cluster) Read(ctx context.Context, object map[string]any) (map[string]any, error) {
	u := unstructured.Unstructured{Object: object}
	resource, err := c.resource(layer.API{APIVersion: u.GetAPIVersion(), Kind: u.GetKind()}, u.GetNamespace())
	if err != nil || resource == nil || u.GetName() == "" {
		return nil, err
	}
	found, err := resource.Get(ctx, u.GetName(), metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // What is not there is no error, and no object.
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read %s %q of the cluster: %w", u.GetKind(), u.GetName(), err)
	}
	return found.Object, nil
}

// Select returns the objects that a layer asks for.
func (c *Cluster) Select(ctx context.Context, s layer.Selector) ([]map[string]any, error) {
	if s.Name != "" {
		u := unstructured.Unstructured{Object: map[string]any{}}
		u.SetAPIVersion(s.APIVersion)
		u.SetKind(s.Kind)
		u.SetNamespace(s.Namespace)
		u.SetName(s.Name)
		found, err := c.Read(ctx, u.Object)
		if err != nil || found == nil {
			return nil, err
		}
		return []map[string]any{found}, nil
	}
	resource, err := c.resource(s.API, s.Namespace)
	if err != nil || resource == nil {
		return nil, err
	}
	list, err := resource.List(ctx, metav1.ListOptions{LabelSelector: labels.SelectorFromSet(s.Labels).String()})
	if err != nil {
		return nil, fmt.Errorf("cannot list objects of kind %s of the cluster: %w", s.Kind, err)
	}
	out := make([]map[string]any, 0, len(list.Items))
	for _, item := range list.Items {
		out = append(out, item.Object)
	}
	return out, nil
}

// resource reads objects of a kind, in a namespace where the kind has them; nil for a kind
// that the cluster lacks.
func (c *Cluster) resource(api layer.API, namespace string) (dynamic.ResourceInterface, error) {
	kind := schema.FromAPIVersionAndKind(api.APIVersion, api.Kind)
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	switch {
	case meta.IsNoMatchError(err):
		return nil, nil //nolint:nilnil // There are no objects of it.
	case err != nil:
		return nil, fmt.Errorf("cannot find kind %s in the cluster: %w", api.Kind, err)
	case mapping.Scope.Name() == meta.RESTScopeNameNamespace:
		return c.client.Resource(mapping.Resource).Namespace(namespace), nil
	}
	return c.client.Resource(mapping.Resource), nil
}
