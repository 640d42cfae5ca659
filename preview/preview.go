// Package preview renders manifests through all layers in-process, as Crossplane
// would call them: what a layer composes of our own kinds is rendered again.
package preview

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
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
	// Existing are objects that the cluster holds. They answer what layers ask
	// for, and one that a layer composed is what it observes of that child.
	Existing []map[string]any
	// Result is what the profilers of requests find, as one of them writes it; empty
	// where none has ended.
	Result string
	// Namespace is where a manifest without a namespace goes; "default" when
	// empty.
	Namespace string
	// Without are the kinds of optional APIs that the cluster lacks; all others
	// count as present.
	Without []string
	// Ask asks a cluster for what layers ask for, beside what is held; nil without one.
	Ask func(layer.Selector) []map[string]any
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
	// Found is what the layer says of single fields.
	Found layer.Findings
	// Fatal says why nothing of the composite would change, if so.
	Fatal string
	// Refused are the reasons why the API server would not take the manifest.
	Refused field.ErrorList
	// Pruned are paths of unknown fields that the API server drops.
	Pruned []string
	// Similar are, by their paths, the known fields that may have been meant.
	Similar map[string]string
	// Empty are paths of services with nothing below them, which the API server
	// drops.
	Empty []string
}

// Previewer renders manifests. It keeps the schemas that it has built.
type Previewer struct {
	options Options
	layers  map[schema.GroupKind]functions.Composer
	schemas *dryrun.Schemas
	held    holdings
}

// New returns a previewer.
func New(o Options) *Previewer {
	return &Previewer{options: o, layers: withClaims(functions.Layers()), schemas: dryrun.ForKinds(), held: hold(o.Existing, o.namespace())}
}

// Beside returns a previewer whose cluster also holds objects, each in the place
// of what it held of the same object.
func (p *Previewer) Beside(objects []map[string]any) *Previewer {
	out := *p
	out.held = p.held.with(hold(p.withMade(objects), p.options.namespace()))
	return &out
}

// Under returns a previewer with other options that shares the schemas.
func (p *Previewer) Under(o Options) *Previewer {
	out := *p
	out.options, out.held = o, hold(o.Existing, o.namespace())
	return &out
}

// namespace is where a manifest without a namespace goes.
func (o Options) namespace() string { return cmp.Or(o.Namespace, defaultNamespace) }

// Render renders a manifest. One of another group is left as it is: its node has
// neither a key nor a result.
func (p *Previewer) Render(manifest map[string]any) (Node, error) {
	u := unstructured.Unstructured{Object: manifest}
	if u.GetNamespace() == "" && !v1alpha1.IsComposite(u.GetKind()) {
		u = *u.DeepCopy()
		u.SetNamespace(p.options.namespace())
	}
	gvk := u.GroupVersionKind()
	compose, ok := p.layers[gvk.GroupKind()]
	switch {
	case !p.Knows(manifest):
		return Node{Object: u.Object}, nil
	case gvk.Kind == "":
		return refuse(u, field.Required(field.NewPath("kind"), "a manifest has apiVersion, kind and metadata")), nil
	case u.GetAPIVersion() == "":
		return refuse(u, field.Required(field.NewPath("apiVersion"), "that of "+gvk.Kind+" is "+v1alpha1.GroupVersion().String())), nil
	case gvk.Group != v1alpha1.Group || (ok && !slices.Contains(p.versions(gvk.Kind), u.GetAPIVersion())):
		return refuse(u, field.NotSupported(field.NewPath("apiVersion"), u.GetAPIVersion(), p.versions(gvk.Kind))), nil
	case !ok:
		return refuse(u, field.NotSupported(field.NewPath("kind"), gvk.Kind, listKinds())), nil
	}
	return p.composite(u, "", compose)
}

// kindPrefix begins our kinds. Group nvidia.com has others, such as the
// ClusterPolicy of the GPU operator.
const kindPrefix = "dynamo"

// Knows says whether a manifest is of a kind that is ours to judge, or looks as
// if it were meant to be: of a kind that is misspelt, in a group that is, or of
// none. All others are left as they are.
func (p *Previewer) Knows(manifest map[string]any) bool {
	u := unstructured.Unstructured{Object: manifest}
	gvk, kind := u.GroupVersionKind(), strings.ToLower(u.GetKind())
	named := slices.ContainsFunc(p.kinds(), func(k string) bool { return strings.EqualFold(k, kind) })
	return kind == "" || named || (gvk.Group == v1alpha1.Group && strings.HasPrefix(kind, kindPrefix))
}

// versions are the API versions of a kind; those of graphs for one that is not known.
func (p *Previewer) versions(kind string) []string {
	out := p.schemas.Versions(schema.GroupKind{Group: v1alpha1.Group, Kind: kind})
	if len(out) == 0 {
		return []string{v1alpha1.GroupVersion().String()}
	}
	return out
}

// kinds that are rendered, claims of them among them, sorted.
func (p *Previewer) kinds() []string {
	out := make([]string, 0, len(p.layers))
	for gk := range p.layers {
		out = append(out, gk.Kind)
	}
	slices.Sort(out)
	return out
}

func refuse(u unstructured.Unstructured, why *field.Error) Node {
	return Node{Object: u.Object, Result: &Result{Refused: field.ErrorList{why}}}
}

// composite admits an object of ours and renders what its layer composes.
func (p *Previewer) composite(u unstructured.Unstructured, key string, compose functions.Composer) (Node, error) {
	s, err := p.schemas.Lookup(u.GroupVersionKind())
	if err != nil {
		return Node{}, err
	}
	admitted, stored := p.held.admit(s, u)
	node := Node{Key: key, Object: admitted.Object, Result: &Result{Refused: admitted.Errors, Pruned: admitted.Pruned, Similar: admitted.Similar, Empty: emptyServices(u)}}
	if len(admitted.Errors) > 0 {
		return node, nil
	}
	cluster := *p
	cluster.held = p.held.with(holdings{{Object: stored}})
	out, children, fatal := cluster.run(compose, stored)
	if dryrun.Generated(stored) {
		atGenerateName(out.Found.Faults)
	}
	if isClaim(stored) {
		atClaim(out.Found.Faults)
	}
	node.Result.Conditions, node.Result.Events, node.Result.Found, node.Result.Fatal = out.Conditions, out.Events, out.Found, fatal
	node.Result.Children, err = cluster.children(children, u.GetNamespace())
	return node, err
}

// emptyServices are the paths of services that are null, sorted. No API server
// says that it drops them.
func emptyServices(u unstructured.Unstructured) []string {
	services, _, _ := unstructured.NestedFieldNoCopy(u.Object, "spec", "services")
	all, _ := services.(map[string]any)
	var out []string
	for name, service := range all {
		if service == nil {
			out = append(out, field.NewPath("spec", "services").Key(name).String())
		}
	}
	slices.Sort(out)
	return out
}

// atGenerateName has faults of a name that nobody wrote where its beginning is.
func atGenerateName(faults field.ErrorList) {
	metadata := field.NewPath("metadata")
	for _, f := range faults {
		if f.Field == metadata.Child("name").String() {
			f.Field = metadata.Child("generateName").String()
		}
	}
}

// run runs a layer as the function does. The text says why its result is fatal,
// if it is.
func (p *Previewer) run(compose functions.Composer, composite map[string]any) (layer.Out, []layer.Encoded, string) {
	out, err := p.compose(compose, composite)
	if err != nil {
		return layer.Out{}, nil, err.Error()
	}
	switch {
	case layer.AllKept(out.Children):
		return out, nil, out.Found.Why()
	case out.Fatal != "":
		return out, nil, "" // There is nothing that could change.
	}
	encoded, err := layer.Encode(out.Children)
	if err != nil {
		return out, nil, err.Error()
	}
	return out, encoded, ""
}

// children are put into the composite's namespace, if it is in one, as core does it.
func (p *Previewer) children(all []layer.Encoded, namespace string) ([]Node, error) {
	out := make([]Node, 0, len(all))
	for _, e := range all {
		u := unstructured.Unstructured{Object: e.Object}
		if namespace != "" {
			u.SetNamespace(namespace)
		}
		markExample(u)
		node := Node{Key: e.Key, Object: e.Object}
		if compose, ok := p.layers[u.GroupVersionKind().GroupKind()]; ok {
			var err error
			if node, err = p.composite(u, e.Key, compose); err != nil {
				return nil, err
			}
		}
		out = append(out, node)
	}
	return out, nil
}
