package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// manager is the field manager of what Apply writes.
const manager = "e2e"

// Client reads and writes objects of any kind.
type Client struct{ dynamic dynamic.Interface }

// NewClient makes a client without a limit on its requests. It is silent on warnings,
// since each request at v1alpha1 has one.
func NewClient(cfg *rest.Config) (*Client, error) {
	c := rest.CopyConfig(cfg)
	c.QPS = -1
	c.WarningHandler = rest.NoWarnings{}
	d, err := dynamic.NewForConfig(c)
	if err != nil {
		return nil, fmt.Errorf("cannot make a client: %w", err)
	}
	return &Client{dynamic: d}, nil
}

// Ref names an object. Namespace is empty for cluster-wide kinds.
type Ref struct {
	schema.GroupVersionKind

	Namespace, Name string
}

// RefOf names an object that was read.
func RefOf(o *unstructured.Unstructured) Ref {
	return Ref{GroupVersionKind: o.GroupVersionKind(), Namespace: o.GetNamespace(), Name: o.GetName()}
}

// String is kind, namespace and name.
func (r Ref) String() string {
	return r.Kind + " " + strings.TrimPrefix(r.Namespace+"/"+r.Name, "/")
}

// Of is the interface to all objects of a kind. The plural is guessed as
// Kubernetes forms it, which is right for all kinds used here.
func (c *Client) Of(kind schema.GroupVersionKind, namespace string) dynamic.ResourceInterface {
	plural, _ := meta.UnsafeGuessKindToResource(kind)
	return c.dynamic.Resource(plural).Namespace(namespace)
}

// Get reads an object.
func (c *Client) Get(ctx context.Context, r Ref) (*unstructured.Unstructured, error) {
	return c.get(ctx, r)
}

// GetScale reads the scale subresource of an object.
func (c *Client) GetScale(ctx context.Context, r Ref) (*unstructured.Unstructured, error) {
	return c.get(ctx, r, "scale")
}

func (c *Client) get(ctx context.Context, r Ref, subresources ...string) (*unstructured.Unstructured, error) {
	o, err := c.Of(r.GroupVersionKind, r.Namespace).Get(ctx, r.Name, metav1.GetOptions{}, subresources...)
	if err != nil {
		return nil, fmt.Errorf("cannot get %s: %w", r, err)
	}
	return o, nil
}

// List reads the objects of a kind; an empty selector matches all.
func (c *Client) List(ctx context.Context, kind schema.GroupVersionKind, namespace, selector string) ([]unstructured.Unstructured, error) {
	l, err := c.Of(kind, namespace).List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, fmt.Errorf("cannot list %ss: %w", kind.Kind, err)
	}
	return l.Items, nil
}

// Apply writes objects by server-side apply.
func (c *Client) Apply(ctx context.Context, objects ...*unstructured.Unstructured) error {
	for _, o := range objects {
		r := RefOf(o)
		_, err := c.Of(r.GroupVersionKind, r.Namespace).Apply(ctx, r.Name, o, metav1.ApplyOptions{FieldManager: manager, Force: true})
		if err != nil {
			return fmt.Errorf("cannot apply %s: %w", r, err)
		}
	}
	return nil
}

// ApplyStatus writes the status of an object by server-side apply.
func (c *Client) ApplyStatus(ctx context.Context, o *unstructured.Unstructured) error {
	r := RefOf(o)
	_, err := c.Of(r.GroupVersionKind, r.Namespace).ApplyStatus(ctx, r.Name, o, metav1.ApplyOptions{FieldManager: manager, Force: true})
	if err != nil {
		return fmt.Errorf("cannot apply the status of %s: %w", r, err)
	}
	return nil
}

// Create writes an object that must not exist.
func (c *Client) Create(ctx context.Context, o *unstructured.Unstructured) error {
	r := RefOf(o)
	if _, err := c.Of(r.GroupVersionKind, r.Namespace).Create(ctx, o, metav1.CreateOptions{FieldManager: manager}); err != nil {
		return fmt.Errorf("cannot create %s: %w", r, err)
	}
	return nil
}

// Patch merges JSON into an object, or into one of its subresources.
func (c *Client) Patch(ctx context.Context, r Ref, patch string, subresources ...string) error {
	_, err := c.Of(r.GroupVersionKind, r.Namespace).
		Patch(ctx, r.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{FieldManager: manager}, subresources...)
	if err != nil {
		return fmt.Errorf("cannot patch %s: %w", r, err)
	}
	return nil
}

// Delete removes an object; one that is gone already is no error.
func (c *Client) Delete(ctx context.Context, r Ref) error {
	err := c.Of(r.GroupVersionKind, r.Namespace).Delete(ctx, r.Name, metav1.DeleteOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("cannot delete %s: %w", r, err)
	}
	return nil
}

// Objects parses the documents of YAML manifests.
func Objects(manifests string) ([]*unstructured.Unstructured, error) {
	var out []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(manifests), 4096)
	for {
		o := &unstructured.Unstructured{}
		if err := decoder.Decode(&o.Object); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("cannot parse a manifest: %w", err)
		}
		if len(o.Object) > 0 {
			out = append(out, o)
		}
	}
}

// ObjectsOf parses the files that match a pattern; there must be one.
func ObjectsOf(pattern string) ([]*unstructured.Unstructured, error) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no manifest matches %s (%w)", pattern, err)
	}
	var out []*unstructured.Unstructured
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("cannot read a manifest: %w", err)
		}
		objects, err := Objects(string(raw))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		out = append(out, objects...)
	}
	return out, nil
}

// Table is a list of a kind as kubectl prints it: the names of its columns, and
// the cells of each object.
func (c *Cluster) Table(ctx context.Context, kind schema.GroupVersionKind, namespace string) ([]string, [][]any, error) {
	client, err := rest.HTTPClientFor(c.Config())
	if err != nil {
		return nil, nil, fmt.Errorf("cannot make a client: %w", err)
	}
	plural, _ := meta.UnsafeGuessKindToResource(kind)
	url := fmt.Sprintf("%s/apis/%s/namespaces/%s/%s", c.Config().Host, kind.GroupVersion(), namespace, plural.Resource)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot ask for a table: %w", err)
	}
	req.Header.Set("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
	rsp, err := client.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot ask for a table: %w", err)
	}
	defer func() { _ = rsp.Body.Close() }()
	table := metav1.Table{}
	if err := json.NewDecoder(rsp.Body).Decode(&table); err != nil {
		return nil, nil, fmt.Errorf("cannot read the table of %ss: %w", kind.Kind, err)
	}
	var columns []string
	for _, d := range table.ColumnDefinitions {
		columns = append(columns, d.Name)
	}
	var cells [][]any
	for _, r := range table.Rows {
		cells = append(cells, r.Cells)
	}
	return columns, cells, nil
}
