package origin

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate/trace"
)

// Setup is what a preview was made of.
type Setup struct {
	Previewer *preview.Previewer
	Options   preview.Options
	// Input of the pipeline step, which Options have in their settings.
	Input map[string]any
	// Manifests as they are written, lists spread: those that the nodes come of, one
	// each.
	Manifests []map[string]any
}

// Origins are what set the fields of objects.
type Origins struct {
	fields  map[Address]map[string][]Source
	exists  map[Address][]Source
	untried map[Address][]Source
}

// Of is what set a field of an object, the most telling first. Nothing is known of the
// fields of manifests, which are their users'.
func (o Origins) Of(at Address, path string) []Source { return o.fields[at][path] }

// Exists are the fields without which there would be no such object.
func (o Origins) Exists(at Address) []Source { return o.exists[at] }

// Untried are the fields of a manifest, and of the settings, of which nothing could be
// found out.
func (o Origins) Untried(root Address) []Source { return o.untried[root] }

// Find finds out what set the fields of everything that comes of the manifests.
func Find(s Setup, nodes []preview.Node) (Origins, error) {
	out := Origins{fields: map[Address]map[string][]Source{}, exists: map[Address][]Source{}, untried: map[Address][]Source{}}
	w := world{previewer: s.Previewer, options: s.Options, input: s.Input, manifests: s.Manifests}
	for i, n := range nodes {
		if n.Result == nil {
			continue
		}
		if err := out.addRoot(w, i, n); err != nil {
			return Origins{}, err
		}
	}
	return out, nil
}

// addRoot adds what comes of a manifest.
func (o Origins) addRoot(w world, i int, n preview.Node) error {
	before := read(Root(i), n)
	trials, err := w.trials(i, n, before)
	if err != nil {
		return err
	}
	outcomes, err := runAll(trials)
	if err != nil {
		return err
	}
	o.untried[Root(i)] = untried(outcomes)
	outcomes = slices.DeleteFunc(outcomes, func(found outcome) bool { return found.effect == nil })
	slices.SortStableFunc(outcomes, func(a, b outcome) int { return cmp.Compare(a.size, b.size) })
	for _, child := range n.Result.Children {
		o.add(Root(i).Below(child.Key), child, w.manifests[i], "")
	}
	for _, found := range outcomes {
		o.attribute(found)
	}
	o.complete(before)
	return nil
}

// untried are the fields of which no trial could tell anything: without them, and with
// others in their place, the manifest is at fault.
func untried(outcomes []outcome) []Source {
	told := map[Source]bool{}
	for _, found := range outcomes {
		told[found.source] = told[found.source] || found.effect != nil
	}
	var out []Source
	for _, found := range outcomes {
		if !told[found.source] {
			out = appendOnce(out, found.source)
		}
	}
	return out
}

// trials are all that are made for a manifest.
func (w world) trials(i int, n preview.Node, before tree) ([]trial, error) {
	out := w.ofManifest(i, n, before)
	namespace := (&unstructured.Unstructured{Object: n.Object}).GetNamespace()
	others, err := w.otherSettings(namespace, before.values())
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		t := trial{source: other.source, at: Root(i), before: before}
		for _, next := range other.worlds {
			t.renders = append(t.renders, next.render(i, next.manifests[i]))
		}
		out = append(out, t)
	}
	for _, child := range n.Result.Children {
		more, err := w.ofComponent(w.manifests[i], Root(i).Below(child.Key), child, before)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// apart are the fields of a manifest that say which object it is, and the services of a
// graph, of which each is tried by itself.
func apart() []string {
	return []string{"apiVersion", "kind", "metadata.generateName", "metadata.name", "metadata.namespace", "spec.components", "spec.crossplane", "spec.services", "status"}
}

// ofManifest are the trials with fields of a manifest itself.
func (w world) ofManifest(i int, n preview.Node, before tree) []trial {
	manifest := w.manifests[i]
	by, _ := writerFor(manifest, "")
	var out []trial
	for _, f := range fieldsOf(manifest) {
		t := trial{source: by.ofField(f.path), at: Root(i), before: before}
		for _, variant := range f.variants {
			t.renders = append(t.renders, w.render(i, variant))
		}
		out = append(out, t)
	}
	if name := (&unstructured.Unstructured{Object: n.Object}).GetName(); manifest["metadata"] != nil && name != "" {
		u := unit{keys: []any{"metadata", "name"}}
		out = append(out, trial{source: by.ofField("metadata.name"), at: Root(i), before: before, renders: renders{w.render(i, u.with(manifest, name+"-x"))}})
	}
	return out
}

// variation is a field, and objects in which it is another.
type variation struct {
	path     string
	variants []map[string]any
}

// fieldsOf are the fields of an object that are tried.
func fieldsOf(object map[string]any) []variation {
	var out []variation
	line := []unit{}
	for _, u := range units(object, apart()...) {
		if isCommandLine(u.path) {
			line = append(line, u)
			continue
		}
		out = append(out, variation{path: u.path, variants: u.variants(object)})
	}
	if len(line) > 0 {
		out = append(out, commandLine(object, line))
	}
	return out
}

// commandLine tries what a command line is made of as one: none of its parts alone makes
// an engine another program. Where replicas span several nodes only engines can run.
func commandLine(object map[string]any, parts []unit) variation {
	bare := object
	out := variation{path: parts[0].path}
	for _, u := range parts {
		bare = u.without(bare)
		if !strings.HasSuffix(out.path, ".args") {
			out.path = u.path // Arguments say most, and the framework least.
		}
	}
	for _, u := range parts {
		if strings.HasSuffix(u.path, "backendFramework") {
			continue
		}
		for _, args := range [][]any{{"-c", "true"}, {"-m", "dynamo.sglang"}, {"-m", "dynamo.vllm"}} {
			out.variants = append(out.variants, u.beside("args").with(u.beside("command").with(bare, []any{"python3"}), args))
		}
		break
	}
	out.variants = append(out.variants, bare)
	return out
}

// ofComponent are the trials with fields of a component that a graph composed.
func (w world) ofComponent(manifest map[string]any, at Address, n preview.Node, all tree) ([]trial, error) {
	u := unstructured.Unstructured{Object: n.Object}
	if u.GetKind() != v1alpha1.ComponentKind {
		return nil, nil
	}
	by, ok := writerFor(manifest, serviceOf(n, ""))
	if !ok {
		return nil, nil
	}
	p := w.previewer.Under(w.options)
	as, err := p.Render(n.Object)
	if err != nil {
		return nil, err
	}
	before := read(at, as).within(all)
	var out []trial
	for _, f := range fieldsOf(map[string]any{"apiVersion": n.Object["apiVersion"], "kind": n.Object["kind"], "metadata": n.Object["metadata"], "spec": n.Object["spec"]}) {
		source, ok := by.ofComposed(n.Object, f.path)
		if !ok {
			continue
		}
		t := trial{source: source, at: at, before: before}
		for _, variant := range f.variants {
			t.renders = append(t.renders, func() (preview.Node, error) { return p.Render(variant) })
		}
		out = append(out, t)
	}
	return out, nil
}

// ofComposed is the source that a field of a component is, which a graph composed of the
// manifest. False is for what is not of the manifest.
func (w writer) ofComposed(component map[string]any, path string) (Source, bool) {
	at, ok := w.place(component, path)
	if ok {
		_, ok = trace.Lookup(w.Manifest, at)
	}
	switch {
	case ok && at != "":
		return w.ofField(Canonical(w.Manifest, at)), true
	case isCommandLine(path):
		return Source{Kind: Engine}, true
	}
	return Source{}, false
}

// add adds what is written of a node's fields, and of those below it.
func (o Origins) add(at Address, n preview.Node, manifest map[string]any, service string) {
	service = serviceOf(n, service)
	o.fields[at] = map[string][]Source{}
	if by, ok := writerFor(manifest, service); ok {
		for path, value := range Leaves(n.Object) {
			if source, ok := by.find(n.Object, path, value); ok {
				o.fields[at][path] = []Source{source}
			}
		}
	}
	if n.Result == nil {
		return
	}
	for _, child := range n.Result.Children {
		o.add(at.Below(child.Key), child, manifest, service)
	}
}

// attribute adds what a trial has found. What is written somewhere needs no other cause.
func (o Origins) attribute(found outcome) {
	for at := range found.gone {
		o.exists[at] = appendOnce(o.exists[at], found.source)
	}
	for at, paths := range found.changed {
		fields := o.fields[at]
		if fields == nil {
			continue // The manifest itself.
		}
		for path := range paths {
			if had := fields[path]; len(had) == 0 || !had[0].Written {
				fields[path] = appendOnce(had, found.source)
			}
		}
	}
}

func appendOnce(all []Source, s Source) []Source {
	if slices.Contains(all, s) {
		return all
	}
	return append(all, s)
}

// complete gives to the function what nobody else set.
func (o Origins) complete(t tree) {
	for at, fields := range o.fields {
		for path := range t[at].leaves {
			if len(fields[path]) == 0 {
				fields[path] = []Source{{Kind: Function}}
			}
		}
	}
}
