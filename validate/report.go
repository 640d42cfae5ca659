package validate

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// Report writes what is said of rendered manifests, a line each, and says
// whether any of it keeps one from being composed. What a layer further down
// says is told of the manifest, and nothing is said twice. Verbose adds the
// conditions of everything of our kinds that comes of them.
func Report(w io.Writer, nodes []preview.Node, verbose bool) bool {
	b := &strings.Builder{}
	bad := false
	for _, n := range nodes {
		bad = report(b, n) || bad
		if verbose {
			conditions(b, n)
		}
	}
	_, _ = io.WriteString(w, b.String()) // Nothing is left to tell it to.
	return bad
}

// report writes what is said of a manifest.
func report(b *strings.Builder, n preview.Node) bool {
	bad := false
	for _, r := range Remarks(n) {
		bad = bad || r.Severity == SeverityError
		b.WriteString(r.Object + ": " + r.Severity + ": " + r.Text + "\n")
	}
	return bad
}

// Severities of remarks.
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
	SeverityNote    = "note"
)

// Remark is what is said of a manifest, or of what comes of it.
type Remark struct {
	// Object is its kind and name.
	Object   string
	Severity string
	// Text begins with a field path and a colon, where it is about a field.
	Text string
}

// Remarks are what is said of a manifest, each thing once.
func Remarks(n preview.Node) []Remark {
	var out []Remark
	say := func(object, severity, text string) {
		r := Remark{Object: object, Severity: severity, Text: strings.ReplaceAll(text, "\n", " ")}
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for _, note := range slices.Concat(notes(n), unseen(n)) {
		severity := SeverityWarning
		if note.refused || note.fault {
			severity = SeverityError
		}
		say(title(n), severity, note.text)
	}
	remarks(n, func(object, text string) { say(object, SeverityNote, text) })
	return out
}

// remarks are what is good to know of a manifest and of what comes of it.
func remarks(n preview.Node, say func(object, text string)) {
	switch {
	case n.Key == "" && preview.IsConfig(n.Object):
		say(title(n), preview.DescribeConfig(n.Object))
	case n.Result == nil && n.Key == "":
		say(title(n), "no Dynamo kind, left as it is")
	case preview.IsExample(n):
		say(title(n), preview.ExampleKey)
	case n.Key == "" && dryrun.Generated(n.Object):
		say(title(n), fmt.Sprintf("metadata.generateName: kubectl create takes it, kubectl apply does not; %s stands for what the API server puts there", dryrun.NameSuffix))
	}
	if n.Result == nil {
		return
	}
	if n.Result.Fatal != "" {
		say(title(n), "nothing of it is composed: what exists stays as it is")
	}
	for _, e := range n.Result.Events {
		if !e.Warning {
			say(title(n), e.Message)
		}
	}
	for _, child := range n.Result.Children {
		remarks(child, say)
	}
}

// conditions writes the conditions of a composite and of those below it. What
// they say of fields has been told, and is left out.
func conditions(b *strings.Builder, n preview.Node) {
	if n.Result == nil {
		return
	}
	for _, c := range n.Result.Conditions {
		fmt.Fprintf(b, "%s: condition: %s=%s (%s)%s\n", title(n), c.Type, c.Status, c.Reason, message(n.Result, c))
	}
	for _, child := range n.Result.Children {
		conditions(b, child)
	}
}

func message(r *preview.Result, c layer.Condition) string {
	of := c.Type == layer.TypeValid || c.Type == layer.TypeUnsupportedFields
	told := slices.ContainsFunc(r.Events, func(e layer.Event) bool { return e.Message == c.Message && !ofPods(e) })
	if c.Message == "" || of || told {
		return ""
	}
	return ": " + c.Message
}

// title is what an object is called, as far as it has a kind and a name.
func title(n preview.Node) string {
	u := unstructured.Unstructured{Object: n.Object}
	return cmp.Or(strings.TrimSuffix(u.GetKind()+"/"+u.GetName(), "/"), "manifest")
}
