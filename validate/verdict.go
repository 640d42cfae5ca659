package validate

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate/trace"
)

// Refusal is one reason why an API server would not take an object.
type Refusal struct {
	// Field is a path in the object; empty for what is about all of it.
	Field string
	// Text says what is wrong, without the path.
	Text string
	// Warning says that the object is taken all the same.
	Warning bool
}

// Verdict says why an API server would not take an object: the manifest itself,
// or what it becomes. It returns an error only for what is no fault of the
// object.
type Verdict func(object map[string]any) ([]Refusal, error)

// court asks verdicts about everything that a manifest becomes.
type court struct {
	manifest map[string]any
	verdicts []Verdict
}

// judge returns what is wrong with a manifest's node and with all below it, at
// the fields of the manifest that it comes from.
func (c court) judge(root preview.Node) ([]note, error) {
	if root.Result == nil || len(root.Result.Refused) > 0 {
		return nil, nil
	}
	out, err := c.own(root.Object)
	if err != nil {
		return nil, err
	}
	below, err := c.below(root, "", map[string]bool{})
	return append(out, below...), err
}

// own are the notes on the manifest itself: it is refused, too.
func (c court) own(object map[string]any) ([]note, error) {
	var out []note
	for _, v := range c.verdicts {
		refusals, err := v(object)
		if err != nil {
			return nil, err
		}
		for _, r := range refusals {
			text := r.Text
			if r.Field != "" {
				text = r.Field + ": " + r.Text
			}
			out = append(out, note{rule: RuleKubernetes, refused: !r.Warning, text: text})
		}
	}
	return out, nil
}

// below are the notes on what a composite is made into. The same thing is said
// once: a component's pods, Service and workload have the same labels.
func (c court) below(n preview.Node, service string, said map[string]bool) ([]note, error) {
	var out []note
	for _, child := range n.Result.Children {
		from := trace.Origin{Manifest: c.manifest, Service: serviceOf(child, service)}
		for _, v := range c.verdicts {
			refusals, err := v(child.Object)
			if err != nil {
				return nil, err
			}
			out = append(out, fresh(from, child.Object, refusals, said)...)
		}
		if child.Result == nil {
			continue
		}
		more, err := c.below(child, from.Service, said)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// serviceOf is the service of the graph that a child belongs to. What is below
// a component belongs to the component's.
func serviceOf(n preview.Node, above string) string {
	if above != "" || n.Result == nil {
		return above
	}
	return (&unstructured.Unstructured{Object: n.Object}).GetLabels()[meta.LabelComponent]
}

// fresh are the notes on an object, without what was said before: one for each
// field of the manifest, and one for each text that no field is found for.
func fresh(from trace.Origin, object map[string]any, refusals []Refusal, said map[string]bool) []note {
	var out []note
	for _, r := range refusals {
		once, text := told(from, object, r)
		if !said[once] {
			said[once] = true
			out = append(out, note{rule: RuleKubernetes, text: text})
		}
	}
	return out
}

// told is the text of a refusal, and what of it is said once.
func told(from trace.Origin, object map[string]any, r Refusal) (string, string) {
	if at, ok := from.Field(object, r.Field, r.Text); ok {
		return at, at + ": " + r.Text
	}
	u := unstructured.Unstructured{Object: object}
	text := fmt.Sprintf("%s: %s %q: %s", from.Spec(), u.GetKind(), u.GetName(), r.Text)
	if r.Field != "" {
		text = fmt.Sprintf("%s: %s %q: %s: %s", from.Spec(), u.GetKind(), u.GetName(), r.Field, r.Text)
	}
	return text, text
}
