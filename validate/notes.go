package validate

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/dryrun"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/model"
	"github.com/crossplane-contrib/function-dynamo/preview"
	"github.com/crossplane-contrib/function-dynamo/validate/trace"
)

// note is a finding without a place. Its text begins with a field path.
type note struct {
	rule    Rule
	refused bool
	// fault says that the manifest is not composed because of it, though it is
	// taken.
	fault bool
	text  string
}

func flag(text string) note { return note{rule: RuleFunction, text: text} }

func fault(text string) note { return note{rule: RuleFunction, fault: true, text: text} }

// notes are what is said of a manifest, by the API server and all layers.
func notes(n preview.Node) []note { return notesOf(n, n.Object) }

// notesOf are the same of what comes of a manifest.
func notesOf(n preview.Node, manifest map[string]any) []note {
	if n.Result == nil {
		return nil
	}
	out := refusals(n.Result.Refused)
	for _, path := range n.Result.Pruned {
		out = append(out, note{rule: RuleSchema, text: unknown(path, n.Result.Similar[path])})
	}
	for _, path := range n.Result.Empty {
		out = append(out, flag(path+": is empty, and dropped by the API server: write its fields below it, or take it out"))
	}
	out = append(out, flags(n.Result)...)
	own := len(out)
	if kind, _ := n.Object["kind"].(string); kind == v1alpha1.GraphKind {
		manifest = n.Object // Components are made of a graph, also where a request makes that.
	}
	for _, child := range n.Result.Children {
		for _, said := range inherited(child, manifest) {
			if !repeatsOwn(said, out[:own], manifest) {
				out = append(out, said)
			}
		}
	}
	return out
}

// repeatsOwn says whether a component says of a field what its graph has said already, in
// the words of the other form: components have that of v1alpha1.
func repeatsOwn(said note, own []note, manifest map[string]any) bool {
	if !(trace.Origin{Manifest: manifest}).IsV1Beta1() {
		return false
	}
	path, _, _ := strings.Cut(said.text, ": ")
	return slices.ContainsFunc(own, func(n note) bool { return strings.HasPrefix(n.text, path+": ") })
}

// unseen says of a manifest that is refused that nobody looked at what becomes of
// it, unless that has been said. What is of no kind of ours becomes nothing.
func unseen(n preview.Node) []note {
	if n.Result == nil || len(n.Result.Refused) == 0 {
		return nil
	}
	for _, e := range n.Result.Refused {
		if e.Detail == dryrun.RulesSkipped || e.Field == "kind" || e.Field == "apiVersion" {
			return nil
		}
	}
	return []note{flag("spec: what becomes of it was not checked because of the errors: correct those and try again")}
}

func unknown(path, similar string) string {
	text := path + ": unknown field, dropped by the API server"
	if similar != "" {
		text += ": did you mean " + similar + "?"
	}
	return text
}

func refusals(errs field.ErrorList) []note {
	var out []note
	for _, e := range errs {
		rule := RuleSchema
		if e.Origin == dryrun.OriginRule {
			rule = RuleCEL
		}
		out = append(out, note{rule: rule, refused: true, text: e.Error()})
	}
	return out
}

// flags are what the layer of a composite says.
func flags(r *preview.Result) []note {
	var out []note
	for _, e := range slices.Concat(r.Found.Faults, r.Found.Collisions) {
		out = append(out, fault(e.Error()))
	}
	for _, w := range r.Found.Warnings {
		out = append(out, flag(w))
	}
	for _, i := range r.Found.Ignored {
		out = append(out, flag(idle(i)))
	}
	for _, e := range r.Events {
		if e.Warning && !repeats(e, r.Found) && !ofPods(e) {
			out = append(out, flag(e.Message))
		}
	}
	if r.Fatal != "" && len(out) == 0 {
		out = append(out, fault(r.Fatal))
	}
	return out
}

// idle says of a field that nothing acts on it. A layer puts what else there is
// to say into parentheses behind the path.
func idle(ignored string) string {
	path, why, found := strings.Cut(ignored, " (")
	if found {
		why = " (" + why
	}
	return path + ": accepted, and not acted on" + why
}

// ofPods says whether an event tells of the pods of a cluster, which no manifest has.
// Conditions tell of them where somebody asks.
func ofPods(e layer.Event) bool {
	return e.Reason == model.EventNoEndpoints || e.Reason == model.ReasonNotReady
}

// repeats says whether an event tells of findings, under a reason of all layers or in the
// words of one that has its own.
func repeats(e layer.Event, found layer.Findings) bool {
	switch e.Reason {
	case layer.ReasonValid, layer.ReasonInvalidSpec, layer.ReasonNameCollision, layer.ReasonFieldsIgnored:
		return true
	}
	return e.Message == layer.Limit(found.Valid().Message)
}

// inherited are the notes of what a manifest's layer composed of our kinds, told
// of the manifest: a graph's service is a component's spec. None is a reason to
// refuse the manifest itself.
func inherited(n preview.Node, manifest map[string]any) []note {
	u := unstructured.Unstructured{Object: n.Object}
	service := u.GetLabels()[meta.LabelComponent]
	var out []note
	for _, child := range notesOf(n, manifest) {
		child.rule, child.fault, child.refused = RuleFunction, child.fault || child.refused, false
		child.text = inService(trace.Origin{Manifest: manifest, Service: service}, u.GetKind(), child.text)
		out = append(out, child)
	}
	return out
}

// inService translates a text on what is composed for a service into one on the
// service. The engine is the graph's own field, and metadata is made by the
// graph.
func inService(of trace.Origin, kind, text string) string {
	if of.Service == "" || !strings.HasPrefix(text, "spec.") || strings.HasPrefix(text, "spec.backendFramework") {
		return text
	}
	path, why, _ := strings.Cut(text, ": ")
	if kind == v1alpha1.ScalingAdapterKind {
		path = "spec.scalingAdapter"
	}
	return of.Respell(path) + ": " + why
}
