package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
)

// AddDefinitions applies CustomResourceDefinitions, and waits until Crossplane
// knows that their kinds are there.
//
// Crossplane forgets the schemas that it knows when a definition changes, which
// is before the API server describes a new one. Who asks in between has it
// remember that there is none, until the next change of any definition:
// docs/operations.md tells operators to make one, and here is one made.
func (c *Cluster) AddDefinitions(ctx context.Context, definitions ...*unstructured.Unstructured) error {
	if err := c.Client.Apply(ctx, definitions...); err != nil {
		return err
	}
	for _, d := range definitions {
		if err := Until(ctx, patienceReady, d.GetName()+" described", func(ctx context.Context) error { return c.described(ctx, d) }); err != nil {
			return err
		}
		if err := c.Client.Patch(ctx, RefOf(d), `{"metadata":{"annotations":{"described":"true"}}}`); err != nil {
			return err
		}
	}
	return nil
}

// removeDefinition removes a CustomResourceDefinition, with all objects of its kind.
func (c *Cluster) removeDefinition(ctx context.Context, name string) error {
	r := Ref{GroupVersionKind: Kind("apiextensions.k8s.io", "v1", "CustomResourceDefinition"), Name: name}
	if err := c.Client.Delete(ctx, r); err != nil {
		return err
	}
	return Until(ctx, patienceReady, r.String()+" gone", func(ctx context.Context) error {
		_, err := c.Client.Get(ctx, r)
		if apierrors.IsNotFound(err) {
			return nil
		}
		return errors.Join(err, errors.New("it is still there"))
	})
}

// described is an error until the API server's OpenAPI documents have a kind.
func (c *Cluster) described(ctx context.Context, definition *unstructured.Unstructured) error {
	group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
	kind, _, _ := unstructured.NestedString(definition.Object, "spec", "names", "kind")
	versions, _, _ := unstructured.NestedSlice(definition.Object, "spec", "versions")
	version, _ := versions[0].(map[string]any)
	client, err := rest.HTTPClientFor(c.Config())
	if err != nil {
		return fmt.Errorf("cannot make a client: %w", err)
	}
	url := fmt.Sprintf("%s/openapi/v3/apis/%s/%s", c.Config().Host, group, version["name"])
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("cannot ask for a document: %w", err)
	}
	rsp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("cannot ask for a document: %w", err)
	}
	defer func() { _ = rsp.Body.Close() }()
	document, err := io.ReadAll(rsp.Body)
	if err == nil && !bytes.Contains(document, []byte(`"`+kind+`"`)) {
		err = fmt.Errorf("the document, %s, does not have %s", rsp.Status, kind)
	}
	return err
}
