package validate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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

// String is the text behind its field, if that is known.
func (r Refusal) String() string {
	if r.Field == "" {
		return r.Text
	}
	return r.Field + ": " + r.Text
}

// Verdict says why an API server would not take an object: the manifest itself,
// or what it becomes. It returns an error only for what is no fault of the
// object.
type Verdict func(object map[string]any) ([]Refusal, error)

// court asks verdicts about everything that a manifest becomes.
type court struct {
	manifest map[string]any
	verdicts []Verdict
	// told are the notes on the manifest before anybody is asked.
	told []note
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
	said, err := c.below(root, "")
	return append(out, c.once(said)...), err
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
			out = append(out, note{rule: RuleKubernetes, refused: !r.Warning, text: r.String()})
		}
	}
	return out, nil
}

// below is what is said of what a composite is made into.
func (c court) below(n preview.Node, service string) ([]saying, error) {
	var out []saying
	for _, child := range n.Result.Children {
		from := trace.Origin{Manifest: c.manifest, Service: serviceOf(child, service)}
		for _, v := range c.verdicts {
			refusals, err := v(child.Object)
			if err != nil {
				return nil, err
			}
			for _, r := range refusals {
				out = append(out, say(from, child.Object, r))
			}
		}
		if child.Result == nil {
			continue
		}
		more, err := c.below(child, from.Service)
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

// saying is what is said of an object of a service.
type saying struct {
	service string
	// field of the manifest that it is about; empty where none is found.
	field string
	// why is what is wrong, and text the same with its place.
	why, text string
}

func say(from trace.Origin, object map[string]any, r Refusal) saying {
	out := saying{service: from.Service, why: r.Text}
	if at, ok := from.Field(object, r.Field, r.Text); ok {
		out.field, out.text = at, at+": "+r.Text
		return out
	}
	u := unstructured.Unstructured{Object: object}
	out.text = fmt.Sprintf("%s: %s %q: %s", from.Spec(), u.GetKind(), u.GetName(), r)
	return out
}

// once are the notes of what is said, each thing once: one for each field of the
// manifest that nothing was said of before, and one for each text that no field
// is found for. A value that a user writes once may stand in several objects, and
// in fields of theirs that no user writes: a port's name is what probes and
// Services have, too.
func (c court) once(all []saying) []note {
	var out []note
	said := map[string]bool{}
	for _, s := range all {
		once := cmp.Or(s.field, s.text)
		if said[once] || c.isTold(s.field) || s.field == "" && isTraced(s, all) {
			continue
		}
		said[once] = true
		out = append(out, note{rule: RuleKubernetes, text: s.text})
	}
	return out
}

// isTold says whether a note on the manifest is about a field already.
func (c court) isTold(field string) bool {
	return field != "" && slices.ContainsFunc(c.told, func(n note) bool { return strings.HasPrefix(n.text, field+": ") })
}

// isTraced says whether the same is said of a field of the same service or, of
// what a graph makes for all, of any. It must be about a value.
func isTraced(s saying, all []saying) bool {
	return strings.Contains(s.why, `: "`) && slices.ContainsFunc(all, func(other saying) bool {
		return other.field != "" && other.why == s.why && (s.service == "" || s.service == other.service)
	})
}
