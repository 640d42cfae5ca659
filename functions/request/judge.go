package request

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/graph"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// A graph that the API server refuses is never made, and one with faults does not serve. What
// is put over it can be corrected only until the graph is asked for, so that the graph is
// judged before.

// judge returns an error for a graph that was not made as it is asked for. Without is the
// graph without what the request puts over it: what is wrong with that already is the
// profiler's doing. Where a request can put nothing over its graph, that is still made, to be
// corrected itself, unless the API server would not even take it.
func (s scope) judge(made, without map[string]any) error {
	faults, before := s.findGraphFaults(made), s.findGraphFaults(without)
	var added, refused field.ErrorList
	for _, f := range faults {
		same := func(o *field.Error) bool { return o.Error() == f.Error() }
		switch {
		case s.overlay() != nil && !slices.ContainsFunc(before, same):
			moved := *f
			moved.Field = s.request.Search.At.Graph.String() + "." + f.Field
			added = append(added, &moved)
		case s.isV1Beta1() || isRefusal(f):
			refused = append(refused, f)
		}
	}
	switch {
	case len(added) > 0:
		return &overlayError{faults: added}
	case len(refused) > 0:
		return errors.New(layer.Shorten(refused.ToAggregate().Error()) + s.explainCure())
	}
	return nil
}

// explainCure says how a result is put right; empty where the request cannot.
func (s scope) explainCure() string {
	if !s.isV1Beta1() {
		return ""
	}
	return fmt.Sprintf(": put what is right over it in %s, and the graph is made of the same result", s.request.Search.At.Graph)
}

// findGraphFaults returns what the layer of a graph will say of it, and what the API server
// would of what that layer lets pass.
func (s scope) findGraphFaults(of map[string]any) field.ErrorList {
	at, there := maps.Clone(of), map[string]any{}
	if metadata, ok := of["metadata"].(map[string]any); ok {
		there = maps.Clone(metadata)
	}
	there["namespace"] = s.request.Namespace
	at["metadata"] = there
	found, err := graph.Examine(at, s.in.Settings)
	if err != nil {
		return field.ErrorList{field.Invalid(field.NewPath("metadata"), field.OmitValueType{}, layer.Shorten(err.Error()))}
	}
	return slices.Concat(found.Faults, found.Collisions, findSchemaFaults(of))
}

// findOverlayFaults returns what is wrong with a part of a graph whatever it is put over:
// what cannot be read, and lists that have an element twice, or one that nothing tells
// apart. All else depends on the rest of the graph.
func findOverlayFaults(part map[string]any) field.ErrorList {
	if !hasServices(part) {
		return nil
	}
	alone := map[string]any{"spec": part["spec"]}
	_, g, err := convert.DecodeGraph(alone)
	if err != nil {
		return nil // Only metadata is read beside the spec.
	}
	unread := slices.Clone(g.Faults)
	for _, c := range g.Components {
		unread = append(unread, slices.DeleteFunc(slices.Clone(c.Faults), isMissing)...)
	}
	said := func(f *field.Error) bool {
		return slices.ContainsFunc(unread, func(o *field.Error) bool { return o.Error() == f.Error() })
	}
	out := slices.Concat(unread, findSchemaFaults(alone))
	found, err := graph.Examine(alone, settings.Settings{})
	for _, f := range found.Faults {
		if err == nil && isRefusal(f) && !said(f) {
			out = append(out, f)
		}
	}
	return out
}

// isRefusal says whether a fault is one for which an API server refuses a graph: an element of
// a list that another one has the key of, or that has no key, and a value that the
// definition does not allow.
func isRefusal(f *field.Error) bool {
	switch f.Type { //nolint:exhaustive // All others are for the layer of the graph to say.
	case field.ErrorTypeDuplicate:
		return true
	case field.ErrorTypeNotSupported:
		return f.Origin == originSchema
	case field.ErrorTypeInvalid:
		return f.Origin == originSchema || strings.HasSuffix(f.Field, "].replicas") || strings.HasSuffix(f.Field, ".nodeCount")
	}
	return isMissing(f) && (strings.HasSuffix(f.Field, "].name") || strings.HasSuffix(f.Field, "].mountPath"))
}

func isMissing(f *field.Error) bool { return f.Type == field.ErrorTypeRequired }

// explainUnreadable says what is wrong with a graph that cannot be read, by its innermost
// field where that is known.
func explainUnreadable(graph map[string]any, why error) error {
	_, g, err := convert.DecodeGraph(map[string]any{"spec": graph["spec"]})
	if err == nil && hasServices(graph) && len(g.Faults) > 0 {
		return g.Faults[0]
	}
	return why
}

// hasServices says whether a part of a graph has services, in either form.
func hasServices(part map[string]any) bool {
	spec, _ := part["spec"].(map[string]any)
	return spec["services"] != nil || spec["components"] != nil
}

func nameIn(component map[string]any) string {
	name, _ := component["name"].(string)
	return name
}
