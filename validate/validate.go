package validate

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/preview"
)

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
// are not checked, but for settings: an EnvironmentConfig that the function reads, or the
// input of a pipeline step. Verdicts are asked about manifests that the definitions allow,
// and about all that comes of them.
//
// It returns an error only for what is no fault of a manifest.
func Files(p *preview.Previewer, files []File, verdicts ...Verdict) ([]Finding, error) {
	all := listObjects(files)
	var out []Finding
	for _, f := range files {
		found := f.settings(p, all)
		for _, m := range f.manifests(p) {
			said, err := m.check(p, all, verdicts)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.Name, err)
			}
			found = append(found, m.locate(withoutConfigs(said, all), f.Name)...)
		}
		found = append(found, f.doubles(p)...)
		out = append(out, order(found)...)
	}
	return out, nil
}

// Any reports whether there is a manifest in the files that Files looks at.
func Any(p *preview.Previewer, files []File) bool {
	return slices.ContainsFunc(files, func(f File) bool { return len(f.manifests(p))+len(f.configs()) > 0 })
}

// manifest is an object of one of our kinds, and where it is written.
type manifest struct {
	unstructured.Unstructured

	node *yaml.Node
}

// listObjects returns the objects of all files, of any kind.
func listObjects(files []File) []map[string]any {
	var out []map[string]any
	for _, f := range files {
		for _, m := range f.objects() {
			out = append(out, m.Object)
		}
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
func (f File) manifests(p *preview.Previewer) []manifest {
	return slices.DeleteFunc(f.objects(), func(m manifest) bool { return !p.Knows(m.Object) })
}

// doubles are the manifests of a file whose object another one before them is of.
// In different files they may be variants, of which one is applied.
func (f File) doubles(p *preview.Previewer) []Finding {
	var out []Finding
	first := map[string]int{}
	for _, m := range f.manifests(p) {
		name := start(m.node).walk("metadata.name").line
		object := fmt.Sprint(m.GetKind(), "/", m.GetNamespace(), "/", m.GetName())
		line, double := first[object]
		switch {
		case m.GetName() == "":
		case double:
			out = append(out, Finding{File: f.Name, Line: name, Rule: RuleFunction, Text: fmt.Sprintf(
				"metadata.name: %q is what the %s of line %d is called, too: the second replaces the first: choose another name", m.GetName(), m.GetKind(), line)})
		default:
			first[object] = name
		}
	}
	return out
}

// spread returns the items of a List, such as kubectl get prints it, or the
// manifest itself.
func (m manifest) spread() []manifest {
	items, ok := preview.Items(m.Object)
	if !ok {
		return []manifest{m}
	}
	var out []manifest
	for i, object := range items {
		at := start(m.node).walk(fmt.Sprintf("items[%d]", i))
		out = append(out, manifest{Unstructured: unstructured.Unstructured{Object: object}, node: at.node})
	}
	return out
}

func (m manifest) check(p *preview.Previewer, all []map[string]any, verdicts []Verdict) ([]note, error) {
	node, err := p.Among(m.Object, all)
	if err != nil {
		return nil, fmt.Errorf("cannot check %s %q: %w", m.GetKind(), m.GetName(), err)
	}
	out := slices.Concat(notes(node), unseen(node))
	if len(verdicts) == 0 {
		return out, nil
	}
	node, err = withoutFaulty(p, m, node)
	if err != nil {
		return nil, fmt.Errorf("cannot check the rest of %s %q: %w", m.GetKind(), m.GetName(), err)
	}
	refused, err := court{manifest: m.Object, verdicts: verdicts, told: out}.judge(node)
	return append(out, refused...), err
}

// locate turns notes into findings, with the lines that they speak of.
func (m manifest) locate(all []note, file string) []Finding {
	var out []Finding
	for _, n := range all {
		out = append(out, Finding{File: file, Line: start(m.node).walk(n.text).line, Refused: n.refused, Rule: n.rule, Text: n.text})
	}
	return out
}
