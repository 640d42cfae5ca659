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

// Report writes what the layers said, a line each, and says whether any of it
// means that a manifest is refused.
func Report(w io.Writer, nodes []Node) bool {
	refused := false
	for _, n := range nodes {
		if n.Result == nil {
			if n.Key == "" {
				_, _ = fmt.Fprintf(w, "%s: note: no Dynamo kind, left as it is\n", title(n))
			}
			if isExample(n) {
				_, _ = fmt.Fprintf(w, "%s: note: %s\n", title(n), ExampleKey)
			}
			continue
		}
		b := &strings.Builder{}
		bad := n.Result.report(b, title(n))
		_, _ = io.WriteString(w, b.String()) // Nothing is left to tell it to.
		below := Report(w, n.Result.Children)
		refused = refused || bad || below
	}
	return refused
}

func (r *Result) report(b *strings.Builder, name string) bool {
	for _, p := range r.Pruned {
		fmt.Fprintf(b, "%s: warning: %s: unknown field, dropped by the API server\n", name, p)
	}
	for _, e := range r.Refused {
		fmt.Fprintf(b, "%s: error: %v\n", name, e)
	}
	if r.Fatal != "" {
		fmt.Fprintf(b, "%s: fatal: %s\n", name, r.Fatal)
	}
	for _, e := range r.Events {
		fmt.Fprintf(b, "%s: %s: %s: %s\n", name, severity(e.Warning), e.Reason, e.Message)
	}
	for _, c := range r.Conditions {
		fmt.Fprintf(b, "%s: condition: %s=%s (%s)%s\n", name, c.Type, c.Status, c.Reason, suffix(c.Message))
	}
	return len(r.Refused) > 0 || r.Fatal != "" || r.invalid()
}

func severity(warning bool) string {
	if warning {
		return "warning"
	}
	return "normal"
}

func suffix(message string) string {
	if message == "" {
		return ""
	}
	return ": " + message
}
