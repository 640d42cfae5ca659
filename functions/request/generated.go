package request

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/output"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/overlay"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/relay"
)

// generated is what profiling found.
type generated struct {
	// graph is the graph as it is made.
	graph map[string]any
	// configMaps are those that the graph reads.
	configMaps []map[string]any
	// ignored are the fields and objects of the result that nothing acts on.
	ignored []string
	// warnings say what of the request could not be followed.
	warnings []string
}

// name of the graph.
func (g *generated) name() string { return nameOf(g.graph) }

func nameOf(object map[string]any) string {
	return (&unstructured.Unstructured{Object: object}).GetName()
}

// resultFile is the output file that the graph is read from.
func (s scope) resultFile() string {
	all := listResults(s.protocol, s.request)
	for _, name := range all {
		if _, ok := s.published.Results[name]; ok {
			return name
		}
	}
	return all[0]
}

// overlayError says what is wrong with what a request puts over its graph.
type overlayError struct{ faults field.ErrorList }

func (e *overlayError) Error() string { return e.faults.ToAggregate().Error() }

// putOver returns the graph with what the request says of it over what the profiler
// does.
func (s scope) putOver(graph map[string]any) (map[string]any, error) {
	over := s.overlay()
	if over == nil {
		return s.setRuntimeVersion(graph), nil
	}
	out, faults := overlay.Apply(graph, over, s.request.Search.At.Graph)
	if len(faults) > 0 {
		return nil, &overlayError{faults: faults}
	}
	return s.setRuntimeVersion(out), nil
}

// overlay is what the request puts over its graph; nil for nothing.
func (s scope) overlay() map[string]any {
	if s.request.Search.Overrides == nil {
		return nil
	}
	return s.request.Search.Overrides.Graph
}

func (s scope) setRuntimeVersion(graph map[string]any) map[string]any {
	if version := s.request.Search.RuntimeVersion; version != "" && s.protocol.ReadsHardware() {
		return overlay.SetRuntimeVersion(graph, version)
	}
	return graph
}

// readResult reads what the profiler has written. Its graph stays as it is, but for
// its metadata and for what no graph can have: it may use fields that only the graph's
// own layer knows.
func (s scope) readResult() (*generated, error) {
	file, ok := s.published.Results[s.resultFile()]
	if !ok {
		return nil, errors.New("there is no such key")
	}
	result, err := output.Parse(file)
	if err != nil {
		return nil, err
	}
	own, dropped := dropKept(result.Graph)
	graph, err := s.putOver(own)
	if err != nil {
		return nil, err
	}
	unknown, err := findUnknown(graph)
	if err != nil {
		return nil, s.blameUnreadable(own, graph, err)
	}
	out := &generated{}
	for _, o := range result.ConfigMaps {
		if nameOf(o) == outputName(s.request) {
			result.Skipped = append(result.Skipped, "ConfigMap/"+nameOf(o))
			continue
		}
		out.configMaps = append(out.configMaps, o)
	}
	for _, f := range append(unknown, dropped...) {
		out.ignored = append(out.ignored, "of the generated graph: "+f)
	}
	for _, o := range result.Skipped {
		out.ignored = append(out.ignored, "of the result: "+o+", which is not made")
	}
	out.graph, out.warnings = applyOverrides(pickKnown(graph), s.request, s.protocol)
	if err := checkGraph(out.graph); err != nil {
		return nil, err
	}
	without, _ := applyOverrides(pickKnown(s.setRuntimeVersion(own)), s.request, s.protocol)
	return out, s.judge(out.graph, without)
}

// blameUnreadable says why a graph cannot be read: the profiler's own cannot, or what the
// request puts over it spoils it.
func (s scope) blameUnreadable(own, made map[string]any, why error) error {
	fault := &field.Error{}
	if _, err := findUnknown(own); err != nil {
		why = explainUnreadable(own, err)
		if errors.As(why, &fault) {
			return fmt.Errorf("%w%s", why, s.explainCure())
		}
		return why
	}
	at := s.request.Search.At.Graph
	if !errors.As(explainUnreadable(made, why), &fault) {
		fault = field.Invalid(at, field.OmitValueType{}, why.Error())
	} else {
		fault.Field = at.String() + "." + fault.Field
	}
	return &overlayError{faults: field.ErrorList{fault}}
}

// dropKept returns a graph without what only the operator writes: the annotation in which it
// keeps what version v1beta1 cannot say. In a profiler's graph it would make claims that
// nobody has asked for.
func dropKept(graph map[string]any) (map[string]any, []string) {
	u := unstructured.Unstructured{Object: graph}
	annotations := u.GetAnnotations()
	if _, ok := annotations[meta.AnnotationKeptGraph]; !ok {
		return graph, nil
	}
	out := u.DeepCopy()
	delete(annotations, meta.AnnotationKeptGraph)
	out.SetAnnotations(annotations)
	return out.Object, []string{field.NewPath("metadata", "annotations").Key(meta.AnnotationKeptGraph).String()}
}

// checkGraph returns an error for a graph that could never be made. It is asked before
// the graph is: what is profiled cannot be corrected any more.
func checkGraph(graph map[string]any) error {
	if _, ok := graph["spec"].(map[string]any); !ok {
		return errors.New("the graph has no spec")
	}
	if faults := validation.NameIsDNSSubdomain(nameOf(graph), false); len(faults) > 0 {
		return fmt.Errorf("the graph is called %q: %s", layer.Shorten(nameOf(graph)), faults[0])
	}
	u, at := unstructured.Unstructured{Object: graph}, field.NewPath("metadata")
	faults := append(metav1validation.ValidateLabels(u.GetLabels(), at.Child("labels")),
		validation.ValidateAnnotations(u.GetAnnotations(), at.Child("annotations"))...)
	if len(faults) > 0 {
		return fmt.Errorf("the graph has %s", layer.Shorten(faults[0].Error()))
	}
	return nil
}

// applyOverrides returns the graph with the metadata that it is made with.
func applyOverrides(graph map[string]any, r dynamo.Request, p profiler.Protocol) (map[string]any, []string) {
	was := unstructured.Unstructured{Object: graph}
	is := unstructured.Unstructured{Object: map[string]any{"spec": graph["spec"]}}
	is.SetAPIVersion(was.GetAPIVersion())
	is.SetKind(was.GetKind())
	is.SetName(cmp.Or(r.Overrides.Name, p.NameGraph(r, was.GetName())))
	own := ownLabels(r)
	labels := meta.Merge(was.GetLabels(), own, r.Overrides.Labels)
	var warnings []string
	for _, key := range []string{meta.LabelRequestName, meta.LabelRequestNamespace} {
		if labels[key] != own[key] {
			labels[key] = own[key]
			warnings = append(warnings, fmt.Sprintf("%s stays %q: the graph is found by it", r.At.Overrides.Child("labels").Key(key), own[key]))
		}
	}
	is.SetLabels(labels)
	if annotations := meta.Merge(was.GetAnnotations(), r.Overrides.Annotations); annotations != nil {
		is.SetAnnotations(annotations)
	}
	return is.Object, warnings
}

// ownLabels are the labels of what a result makes.
func ownLabels(r dynamo.Request) map[string]string {
	return map[string]string{
		meta.LabelRequestName:      r.Name,
		meta.LabelRequestNamespace: r.Namespace,
		meta.LabelManagedBy:        meta.ManagedByOperator,
	}
}

// recall returns to what profiling has found: what the status says of it or, where that
// could not be written, the graph itself. The relay's ConfigMap says more, as long as it
// says the same: whoever may write ConfigMaps changes nothing of what was found. Only a
// graph that does not exist yet is made anew of it, with what is put over it now.
func (s scope) recall(l *life) {
	if l.generated != nil {
		return
	}
	recorded := s.readRecord()
	if s.published.State == relay.Success {
		g, err := s.readResult()
		if err == nil && (recorded == nil || isSame(g.graph, recorded) || s.isOpen(l)) {
			l.generated, l.ignored = g, g.ignored
			return
		}
	}
	if recorded != nil {
		l.generated = &generated{graph: recorded}
	}
}

// isOpen says whether what is put over the graph may still change, since the API server has
// not taken any.
func (s scope) isOpen(l *life) bool {
	created := l.deployment != nil && l.deployment.Created
	return s.isV1Beta1() && l.state == v1alpha1.RequestStateDeploying && !created && !s.in.Observed.Has(KeyGraph)
}

// readRecord returns the graph that the status or the cluster holds; nil for none. One that
// an earlier version of the function has recorded may have fields that no graph can have.
func (s scope) readRecord() map[string]any {
	if graph := s.findRecord(); graph != nil {
		return pickKnown(graph)
	}
	return nil
}

func (s scope) findRecord() map[string]any {
	graph := map[string]any{}
	raw := s.dgdr.Status.GeneratedDeployment
	if raw != nil && kjson.UnmarshalCaseSensitivePreserveInts(raw.Raw, &graph) == nil && len(graph) > 0 {
		return graph
	}
	if selected := s.readSelected(); len(selected) > 0 {
		return selected
	}
	if o, ok := s.in.Observed[KeyGraph]; ok && !s.isLeft(KeyGraph) {
		return layer.Keep(KeyGraph, o).Fields
	}
	return nil
}

// readSelected returns the graph that a status of version v1beta1 holds; nil for none.
func (s scope) readSelected() map[string]any {
	results := struct {
		Selected map[string]any `json:"selectedConfig"`
	}{}
	raw := s.dgdr.Status.ProfilingResults
	if !s.isV1Beta1() || raw == nil || kjson.UnmarshalCaseSensitivePreserveInts(raw.Raw, &results) != nil {
		return nil
	}
	return results.Selected
}

// isSame says whether two objects say the same, as far as a status can.
func isSame(a, b map[string]any) bool {
	x, errX := object.Hash(object.InStatus(a))
	y, errY := object.Hash(object.InStatus(b))
	return errX == nil && errY == nil && x.Hash == y.Hash
}

// configMapNames are the names of the ConfigMaps of the result, sorted.
func (g *generated) configMapNames() []string {
	if g == nil {
		return nil
	}
	names := map[string]bool{}
	for _, o := range g.configMaps {
		names[nameOf(o)] = true
	}
	return slices.Sorted(maps.Keys(names))
}
