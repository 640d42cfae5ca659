package preview

import (
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// Composed lists every object that comes of the nodes, of all layers, in the
// order in which they are composed. The manifests are not among them.
func Composed(nodes []Node) []map[string]any {
	var out []map[string]any
	for _, n := range nodes {
		if n.Key != "" {
			out = append(out, n.Object)
		}
		if n.Result != nil {
			out = append(out, Composed(n.Result.Children)...)
		}
	}
	return out
}

// YAML writes every composed object as one stream of documents.
func YAML(w io.Writer, nodes []Node) error {
	for _, o := range Composed(nodes) {
		raw, err := yaml.Marshal(o)
		if err != nil {
			return fmt.Errorf("cannot write %v as YAML: %w", o["kind"], err)
		}
		if _, err := fmt.Fprintf(w, "---\n%s", raw); err != nil {
			return fmt.Errorf("cannot print objects: %w", err)
		}
	}
	return nil
}

// Tree writes who composes what.
func Tree(w io.Writer, nodes []Node) error {
	b := &strings.Builder{}
	for _, n := range nodes {
		b.WriteString(title(n) + "\n")
		branches(b, n, "")
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("cannot print the tree: %w", err)
	}
	return nil
}

func branches(b *strings.Builder, n Node, indent string) {
	if n.Result == nil {
		return
	}
	for i, c := range n.Result.Children {
		branch, next := "├─ ", "│  "
		if i == len(n.Result.Children)-1 {
			branch, next = "└─ ", "   "
		}
		b.WriteString(indent + branch + title(c) + "\n")
		branches(b, c, indent+next)
	}
}

func title(n Node) string {
	u := unstructured.Unstructured{Object: n.Object}
	out := u.GetKind() + "/" + u.GetName()
	if replicas, ok, _ := unstructured.NestedInt64(n.Object, "spec", "replicas"); ok && n.Result == nil {
		out += fmt.Sprintf(" (replicas: %d)", replicas)
	}
	return out
}
