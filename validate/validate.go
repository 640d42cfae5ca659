package validate

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// kindPrefix begins the kinds that are ours to know. Group nvidia.com has others,
// such as the ClusterPolicy of the GPU operator.
const kindPrefix = "Dynamo"

// File is a file of manifests.
type File struct {
	// Name to call it by in findings.
	Name    string
	Sources []preview.Source
}

// Files returns what is wrong with the manifests in files: file by file, sorted
// by line. The manifests stand beside each other, so that an adapter finds its
// graph, and a graph the claims that it names. One that the previewer's cluster
// holds already is an update of what it holds. Objects of other kinds than ours
// are not checked.
//
// It returns an error only for what is no fault of a manifest.
func Files(p *preview.Previewer, files []File) ([]Finding, error) {
	all := objects(files)
	var out []Finding
	for _, f := range files {
		var found []Finding
		for _, m := range f.manifests() {
			more, err := m.check(p.Beside(others(m, all)), f.Name)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name, err)
			}
			found = append(found, more...)
		}
		out = append(out, order(found)...)
	}
	return out, nil
}

// manifest is an object of one of our kinds, and where it is written.
type manifest struct {
	unstructured.Unstructured

	node *yaml.Node
}

// objects are those of all files, of any kind.
func objects(files []File) []manifest {
	var out []manifest
	for _, f := range files {
		out = append(out, f.objects()...)
	}
	return out
}

func (f File) objects() []manifest {
	var out []manifest
	for _, s := range f.Sources {
		m := manifest{Unstructured: unstructured.Unstructured{Object: s.Object}, node: s.Node}
		out = append(out, m.spread()...)
	}
	return out
}

// manifests are the objects of a file that are checked.
func (f File) manifests() []manifest {
	return slices.DeleteFunc(f.objects(), func(m manifest) bool { return !m.ours() })
}

// spread returns the items of a List, such as kubectl get prints it, or the
// manifest itself.
func (m manifest) spread() []manifest {
	items, ok := m.Object["items"].([]any)
	if !ok || !strings.HasSuffix(m.GetKind(), "List") {
		return []manifest{m}
	}
	var out []manifest
	for i, item := range items {
		object, _ := item.(map[string]any)
		at := start(m.node).walk(fmt.Sprintf("items[%d]", i))
		out = append(out, manifest{Unstructured: unstructured.Unstructured{Object: object}, node: at.node})
	}
	return out
}

// ours says whether an object is of a kind that we know, or ought to, or of none.
func (m manifest) ours() bool {
	gvk := m.GroupVersionKind()
	return gvk.Kind == "" || (gvk.Group == v1alpha1.Group && strings.HasPrefix(gvk.Kind, kindPrefix))
}

// others are the objects of all but m, by kind and name.
func others(m manifest, all []manifest) []map[string]any {
	var out []map[string]any
	for _, o := range all {
		if o.GetKind() != m.GetKind() || o.GetName() != m.GetName() || o.GetNamespace() != m.GetNamespace() {
			out = append(out, o.Object)
		}
	}
	return out
}

func (m manifest) check(p *preview.Previewer, file string) ([]Finding, error) {
	node, err := p.Render(m.Object)
	if err != nil {
		return nil, fmt.Errorf("cannot check %s %q: %w", m.GetKind(), m.GetName(), err)
	}
	var out []Finding
	for _, n := range notes(node) {
		out = append(out, Finding{File: file, Line: start(m.node).walk(n.text).line, Refused: n.refused, Rule: n.rule, Text: n.text})
	}
	return out, nil
}
