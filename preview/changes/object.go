package changes

import (
	"cmp"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

// ID tells an object from others.
type ID struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
}

// String is the object as people call it.
func (id ID) String() string {
	if id.Namespace == "" {
		return id.Kind + " " + id.Name
	}
	return id.Kind + " " + id.Namespace + "/" + id.Name
}

func (id ID) compare(other ID) int {
	return cmp.Or(cmp.Compare(id.Namespace, other.Namespace), cmp.Compare(id.Name, other.Name), cmp.Compare(id.Kind, other.Kind))
}

// Object is an object that is composed.
type Object struct {
	Fields map[string]any
	// Manifest that it comes of.
	Manifest ID
	// Parent composes it.
	Parent ID
}

// ID is that of the object.
func (o Object) ID() ID { return Identify(o.Fields) }

// Identify returns what tells an object from others.
func Identify(fields map[string]any) ID {
	u := unstructured.Unstructured{Object: fields}
	return ID{Kind: u.GetKind(), Namespace: u.GetNamespace(), Name: u.GetName()}
}

// List returns all objects that are composed of manifests.
func List(nodes []preview.Node) []Object {
	var out []Object
	for _, n := range nodes {
		out = append(out, listBelow(n, Identify(n.Object))...)
	}
	return out
}

func listBelow(n preview.Node, manifest ID) []Object {
	if n.Result == nil {
		return nil
	}
	var out []Object
	for _, child := range n.Result.Children {
		out = append(out, Object{Fields: child.Object, Manifest: manifest, Parent: Identify(n.Object)})
		out = append(out, listBelow(child, manifest)...)
	}
	return out
}
