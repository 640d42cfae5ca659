// Package preview renders manifests through all layers in-process, as Crossplane
// would call them: what a layer composes of our own kinds is rendered again.
package preview

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/admission"
	"github.com/crossplane-contrib/function-dynamo/functions"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// defaultNamespace is where a manifest without a namespace goes, as with
// kubectl.
const defaultNamespace = "default"

// Options of a preview.
type Options struct {
	Settings settings.Settings
	// Existing are objects that the cluster holds. One that a layer composes
	// is what the layer observes of that child.
	Existing []map[string]any
}

// Node is a composite with all that comes of it, or a composed object of
// another kind, which has no result.
type Node struct {
	// Key is the composition-resource name; empty for a manifest.
	Key    string
	Object map[string]any
	// Result of the composite's layer; nil for other kinds.
	Result *Result
}

// Result is what the layer of a composite said.
type Result struct {
	Children   []Node
	Conditions []layer.Condition
	Events     []layer.Event
	// Fatal says why nothing of the composite would change, if so.
	Fatal string
	// Refused are the reasons why the API server would not take the manifest.
	Refused field.ErrorList
	// Pruned are paths of unknown fields that the API server drops.
	Pruned []string
}

// Previewer renders manifests. It keeps the schemas that it has built.
type Previewer struct {
	options Options
	layers  map[schema.GroupKind]functions.Composer
	schemas *admission.Schemas
	held    holdings
}

// New returns a previewer.
func New(o Options) *Previewer {
	return &Previewer{options: o, layers: functions.Layers(), schemas: admission.ForKinds(), held: hold(o.Existing)}
}

// Render renders a manifest of one of our kinds.
func (p *Previewer) Render(manifest map[string]any) (Node, error) {
	u := unstructured.Unstructured{Object: manifest}
	if u.GetNamespace() == "" {
		u = *u.DeepCopy()
		u.SetNamespace(defaultNamespace)
	}
	compose, ok := p.layers[u.GroupVersionKind().GroupKind()]
	if !ok {
		return Node{}, fmt.Errorf("cannot render %s %q: only the Dynamo kinds of group nvidia.com are rendered", describe(u), u.GetName())
	}
	return p.composite(u, "", compose)
}

func describe(u unstructured.Unstructured) string {
	if u.GetKind() == "" {
		return "a document without a kind"
	}
	return u.GetAPIVersion() + " " + u.GetKind()
}

// composite admits an object of ours and renders what its layer composes.
func (p *Previewer) composite(u unstructured.Unstructured, key string, compose functions.Composer) (Node, error) {
	s, err := p.schemas.Lookup(u.GroupVersionKind())
	if err != nil {
		return Node{}, err
	}
	admitted := s.Admit(u.Object)
	node := Node{Key: key, Object: admitted.Object, Result: &Result{Refused: admitted.Errors, Pruned: admitted.Pruned}}
	if len(admitted.Errors) > 0 {
		return node, nil
	}
	out, err := compose(layer.In{
		Composite: p.held.withStatus(admitted.Object),
		Observed:  p.held.observed(u),
		Settings:  p.options.Settings,
	})
	if err != nil {
		return Node{}, fmt.Errorf("cannot render %s %q: %w", u.GetKind(), u.GetName(), err)
	}
	node.Result.Conditions, node.Result.Events, node.Result.Fatal = out.Conditions, out.Events, out.Freeze
	if out.Freeze != "" {
		return node, nil
	}
	node.Result.Children, err = p.children(out.Children, u.GetNamespace())
	return node, err
}

// children are put into the composite's namespace, as core does it.
func (p *Previewer) children(all []layer.Child, namespace string) ([]Node, error) {
	encoded, err := layer.Encode(all)
	if err != nil {
		return nil, err
	}
	out := make([]Node, 0, len(encoded))
	for _, e := range encoded {
		u := unstructured.Unstructured{Object: e.Object}
		u.SetNamespace(namespace)
		node := Node{Key: e.Key, Object: e.Object}
		if compose, ok := p.layers[u.GroupVersionKind().GroupKind()]; ok {
			if node, err = p.composite(u, e.Key, compose); err != nil {
				return nil, err
			}
		}
		out = append(out, node)
	}
	return out, nil
}

// invalid says whether the layer found a fault in the composite.
func (r *Result) invalid() bool {
	for _, c := range r.Conditions {
		if c.Type == layer.TypeValid && c.Status == layer.False {
			return true
		}
	}
	return false
}
