package request

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kjson "sigs.k8s.io/json"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler/output"
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
func (s scope) resultFile() string { return s.protocol.Files(s.request)[0] }

// readResult reads what the profiler has written. Its graph stays as it is, but for
// its metadata: it may use fields that only the graph's own layer knows.
func (s scope) readResult() (*generated, error) {
	file, ok := s.published.Results[s.resultFile()]
	if !ok {
		return nil, errors.New("there is no such key")
	}
	result, err := output.Parse(file)
	if err != nil {
		return nil, err
	}
	unknown, err := findUnknown(result.Graph)
	if err != nil {
		return nil, err
	}
	out := &generated{configMaps: result.ConfigMaps}
	for _, f := range unknown {
		out.ignored = append(out.ignored, "of the generated graph: "+f)
	}
	for _, o := range result.Skipped {
		out.ignored = append(out.ignored, "of the result: "+o+", which is not made")
	}
	out.graph, out.warnings = applyOverrides(result.Graph, s.request)
	return out, nil
}

// findUnknown returns the faults of a graph's fields that the API server would drop. It
// returns an error for those that it would refuse.
func findUnknown(graph map[string]any) ([]string, error) {
	u := unstructured.Unstructured{Object: graph}
	if version := v1alpha1.GroupVersion().String(); u.GetAPIVersion() != version {
		return nil, fmt.Errorf("the graph is of %q: only %s is served", u.GetAPIVersion(), version)
	}
	raw, err := json.Marshal(graph)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	strict, err := kjson.UnmarshalStrict(raw, &v1alpha1.DynamoGraphDeployment{})
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	out := make([]string, 0, len(strict))
	for _, e := range strict {
		out = append(out, e.Error())
	}
	return out, nil
}

// applyOverrides returns the graph with the metadata that it is made with.
func applyOverrides(graph map[string]any, r dynamo.Request) (map[string]any, []string) {
	was := unstructured.Unstructured{Object: graph}
	is := unstructured.Unstructured{Object: map[string]any{"spec": graph["spec"]}}
	is.SetAPIVersion(was.GetAPIVersion())
	is.SetKind(was.GetKind())
	is.SetName(was.GetName())
	if r.Overrides.Name != "" {
		is.SetName(r.Overrides.Name)
	}
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

// recall returns to what profiling has found. While the relay's ConfigMap is there it
// says more than the status does.
func (s scope) recall(l *life) {
	if l.generated != nil {
		return
	}
	if s.published.State == relay.Success {
		if g, err := s.readResult(); err == nil {
			l.generated, l.ignored = g, g.ignored
			return
		}
	}
	graph := map[string]any{}
	if raw := s.dgdr.Status.GeneratedDeployment; raw != nil && kjson.UnmarshalCaseSensitivePreserveInts(raw.Raw, &graph) == nil {
		l.generated = &generated{graph: graph}
	}
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
