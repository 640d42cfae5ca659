package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/cmd/xdynamo/live"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/preview/changes"
)

// overCluster renders manifests over what the cluster of the current kubeconfig holds.
func (c *diffCommand) overCluster(next side, errs io.Writer) (composed, error) {
	cfg, namespace, err := live.Current()
	if err != nil {
		return composed{}, err
	}
	cluster, err := live.New(cfg)
	if err != nil {
		return composed{}, err
	}
	next.options.Namespace = namespace
	l := &holder{cluster: cluster, ctx: context.Background(), next: next}
	if err := l.read(c.Settings == ""); err != nil {
		return composed{}, err
	}
	return l.compare(errs)
}

// holder is what a cluster holds of manifests.
type holder struct {
	cluster *live.Cluster
	ctx     context.Context //nolint:containedctx // That of one command.
	next    side
	// roots are the manifests as the cluster holds them.
	roots []map[string]any
	// old is what they compose.
	old []changes.Object
	// err is what went wrong where nothing could be returned.
	err error
}

// read reads the manifests' objects, what they compose and, if wanted, the settings of
// their pipeline steps.
func (h *holder) read(settings bool) error {
	if !h.next.knowsAny() {
		return fmt.Errorf("no Dynamo manifest in %s", h.next.name)
	}
	p := h.next.previewer()
	for i, m := range h.next.manifests {
		m = h.inNamespace(m)
		if h.next.manifests[i] = m; !p.Knows(m) {
			continue
		}
		root, err := h.readRoot(m)
		if err != nil {
			return err
		}
		if root != nil {
			h.next.manifests[i] = withMachinery(m, root)
		}
	}
	if err := h.readKinds(); err != nil || !settings {
		return err
	}
	return h.readSettings()
}

// readRoot reads the object of a manifest, and what it composes.
func (h *holder) readRoot(manifest map[string]any) (map[string]any, error) {
	u := unstructured.Unstructured{Object: manifest}
	has, err := h.cluster.Has(layer.API{APIVersion: u.GetAPIVersion(), Kind: u.GetKind()})
	if err != nil {
		return nil, err
	}
	if !has {
		return nil, fmt.Errorf("the cluster has no kind %s of %s: install what brings it", u.GetKind(), u.GetAPIVersion())
	}
	root, err := h.cluster.Read(h.ctx, manifest)
	if err != nil || root == nil {
		return nil, err
	}
	h.roots = append(h.roots, root)
	return root, h.readComposed(root)
}

// inNamespace returns a manifest in the namespace where kubectl would put it.
func (h *holder) inNamespace(manifest map[string]any) map[string]any {
	u := unstructured.Unstructured{Object: manifest}
	if u.GetNamespace() != "" {
		return manifest
	}
	out := u.DeepCopy()
	out.SetNamespace(h.next.namespace())
	return out.Object
}

// readComposed reads what an object composes. The composite that Crossplane puts behind a
// claim is not among what a claim becomes.
func (h *holder) readComposed(root map[string]any) error {
	found, err := h.cluster.Composed(h.ctx, root)
	for _, f := range found {
		if v1alpha1.IsComposite(changes.Identify(f.Object).Kind) {
			continue
		}
		h.old = append(h.old, changes.Object{Fields: f.Object, Manifest: changes.Identify(root), Parent: changes.Identify(f.Parent)})
	}
	return err
}

// readKinds finds the optional APIs that the cluster lacks.
func (h *holder) readKinds() error {
	for _, k := range optional.Kinds() {
		has, err := h.cluster.Has(k.API)
		if err != nil {
			return err
		}
		if !has && !slices.Contains(h.next.options.Without, k.Kind) {
			h.next.options.Without = append(slices.Clip(h.next.options.Without), k.Kind)
		}
	}
	return nil
}

// readSettings reads the settings of the pipeline steps by which the manifests and what
// they compose were composed. Those among the files win.
func (h *holder) readSettings() error {
	if len(h.next.options.Settings.Layers) > 1 {
		return nil
	}
	var inputs []map[string]any
	read := map[string]bool{}
	composites := slices.Clone(h.roots)
	for _, o := range h.old {
		composites = append(composites, o.Fields)
	}
	for _, composite := range composites {
		revision := revisionOf(composite)
		if revision == "" || read[revision] {
			continue
		}
		read[revision] = true
		ref := unstructured.Unstructured{Object: map[string]any{"apiVersion": "apiextensions.crossplane.io/v1", "kind": "CompositionRevision"}}
		ref.SetName(revision)
		found, err := h.cluster.Read(h.ctx, ref.Object)
		if err != nil {
			return err
		}
		inputs = append(inputs, inputsOf(found)...)
	}
	return h.next.take(inputs)
}

// revisionOf names the revision of the Composition by which a composite is composed.
func revisionOf(composite map[string]any) string {
	for _, path := range [][]string{{"spec", "crossplane", "compositionRevisionRef", "name"}, {"spec", "compositionRevisionRef", "name"}} {
		if name, _, _ := unstructured.NestedString(composite, path...); name != "" {
			return name
		}
	}
	return ""
}

// compare renders the manifests over what is held.
func (h *holder) compare(errs io.Writer) (composed, error) {
	before := make([]map[string]any, 0, len(h.old))
	for _, o := range h.old {
		before = append(before, o.Fields)
	}
	h.next.options.Existing = slices.Concat(h.roots, h.next.options.Existing)
	h.next.options.Ask = h.ask
	nodes, err := h.next.settle(h.root, before, errs)
	if h.err != nil {
		return composed{}, h.err
	}
	if err != nil {
		return composed{}, err
	}
	now := changes.List(nodes)
	old, err := h.written(now)
	return composed{old: old, now: now}, err
}

// root returns the object of a manifest as the cluster holds it; nil without one.
func (h *holder) root(manifest map[string]any) map[string]any {
	for _, r := range h.roots {
		if sameObject(r, manifest, h.next.namespace()) {
			return r
		}
	}
	return nil
}

// ask answers a layer from the cluster.
func (h *holder) ask(s layer.Selector) []map[string]any {
	found, err := h.cluster.Select(h.ctx, s)
	if err != nil && h.err == nil {
		h.err = err
	}
	return found
}

// written returns what counts of what the cluster holds: of what the composites compose,
// and of objects of others that have the names of what they are going to compose.
func (h *holder) written(now []changes.Object) ([]changes.Object, error) {
	wanted := map[changes.ID]map[string]any{}
	for _, o := range now {
		wanted[o.ID()] = o.Fields
	}
	out := make([]changes.Object, 0, len(h.old))
	for _, o := range h.old {
		id := o.ID()
		o.Fields = changes.Written(o.Fields, wanted[id])
		out = append(out, o)
		delete(wanted, id)
	}
	for _, o := range now {
		if wanted[o.ID()] == nil {
			continue
		}
		found, err := h.cluster.Read(h.ctx, o.Fields)
		if err != nil {
			return nil, err
		}
		if found != nil {
			o.Fields = changes.Written(found, o.Fields)
			out = append(out, o)
		}
	}
	return out, nil
}

// withMachinery returns a manifest with what Crossplane keeps in the spec of its object,
// which nobody writes into a file.
func withMachinery(manifest, held map[string]any) map[string]any {
	machinery, ok, _ := unstructured.NestedMap(held, "spec", "crossplane")
	spec, isMap := manifest["spec"].(map[string]any)
	if !ok || !isMap || spec["crossplane"] != nil {
		return manifest
	}
	out, spec := maps.Clone(manifest), maps.Clone(spec)
	spec["crossplane"], out["spec"] = machinery, spec
	return out
}
