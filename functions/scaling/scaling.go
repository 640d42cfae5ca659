package scaling

import (
	"fmt"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// TypeBound is the condition that says whether an adapter has a service.
const TypeBound = "Bound"

// Reasons of Bound.
const (
	ReasonBound            = "Bound"
	ReasonGraphNotFound    = "GraphNotFound"
	ReasonServiceNotFound  = "ServiceNotFound"
	ReasonDuplicateAdapter = "DuplicateAdapter"
)

// needGraph is the name under which an adapter asks for its graph.
const needGraph = "graph"

// Compose is the scaling layer. It composes nothing: graphs read their
// adapters. It returns an error only for what is no adapter at all.
func Compose(in layer.In) (layer.Out, error) {
	a := &v1alpha1.DynamoGraphDeploymentScalingAdapter{}
	if err := object.Into(in.Composite, a); err != nil {
		return layer.Out{}, err
	}
	out := layer.Out{}
	bound, answered := layer.Condition{Type: TypeBound, Status: layer.True, Reason: ReasonBound}, true
	if !isComposed(a, in.Self) {
		out.Needs = computeNeeds(a)
		bound, answered = findBinding(layer.Read(in.Composite), in.Answers)
	}
	if !answered {
		out.Status, out.Pace = &a.Status, layer.PaceProgressing
		return out, nil
	}
	out.Ready = bound.Status == layer.True
	// What an adapter waits for is watched, all of it.
	out.Pace = layer.PaceFor(out, in.Observed, true)
	out.Conditions = []layer.Condition{bound}
	out.Status = makeStatus(a, in, out.Ready)
	if !out.Ready && bound.Changed(a.Status.Conditions) {
		out.Events = []layer.Event{{Warning: true, Reason: bound.Reason, Message: bound.Message}}
	}
	return out, nil
}

// isComposed says whether the graph that the adapter scales a service of has made it,
// and has told it which pods serve. Such an adapter counts, whatever stands beside it,
// and needs to know nothing else: it would be woken by each step that its graph and all
// adapters of the namespace make.
func isComposed(a *v1alpha1.DynamoGraphDeploymentScalingAdapter, self layer.Object) bool {
	return a.Annotations[meta.AnnotationServingPods] != "" && self.ControlledBy(v1alpha1.GraphKind, a.Spec.DGDRef.Name)
}

// computeNeeds asks for the graph and for all adapters of the namespace.
func computeNeeds(a *v1alpha1.DynamoGraphDeploymentScalingAdapter) layer.Needs {
	graph := layer.API{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.GraphKind}
	return layer.Needs{Objects: map[string]layer.Selector{
		Need:      Selector(a.Namespace),
		needGraph: {API: graph, Namespace: a.Namespace, Name: a.Spec.DGDRef.Name},
	}}
}

// findBinding returns whether the adapter scales a service that exists, as a condition,
// and whether core has answered what that depends on.
func findBinding(a layer.Object, answers layer.Answers) (layer.Condition, bool) {
	graphs, known := answers.Objects[needGraph]
	adapters, listed := answers.Objects[Need]
	if !known || !listed {
		return layer.Condition{}, false
	}
	of := TargetOf(a)
	unbound := func(reason, format string, args ...any) (layer.Condition, bool) {
		return layer.Condition{Type: TypeBound, Status: layer.False, Reason: reason, Message: fmt.Sprintf(format, args...)}, true
	}
	if len(graphs) == 0 {
		return unbound(ReasonGraphNotFound, "spec.dgdRef.name: there is no DynamoGraphDeployment %q in the namespace", of.Graph)
	}
	target, ok := convert.ReadTarget(graphs[0].Spec(), of.Service)
	if !ok {
		return unbound(ReasonServiceNotFound, "spec.dgdRef.%s: graph %q has no service %q", findField(a), of.Graph, of.Service)
	}
	all, composed := Of(of, adapters), composedFor(of, target)
	switch counts := Counting(composed, all); counts {
	case "", a.Name:
		return layer.Condition{Type: TypeBound, Status: layer.True, Reason: ReasonBound}, true
	case composed:
		return unbound(ReasonDuplicateAdapter, "spec.dgdRef: service %q is scaled by adapter %q, which its graph makes: "+
			"delete this adapter, or remove scalingAdapter from the service", of.Service, counts)
	default:
		return unbound(ReasonDuplicateAdapter, "spec.dgdRef: service %q is scaled by adapter %q already: delete one of the two", of.Service, counts)
	}
}

// composedFor is the name of the adapter that the graph makes for a service;
// empty where it makes none.
func composedFor(of Target, target convert.Target) string {
	if !target.ScalingAdapter {
		return ""
	}
	return names.Component(of.Graph, of.Service)
}

// makeStatus makes the status of an adapter.
func makeStatus(a *v1alpha1.DynamoGraphDeploymentScalingAdapter, in layer.In, bound bool) *v1alpha1.DynamoGraphDeploymentScalingAdapterStatus {
	out := &v1alpha1.DynamoGraphDeploymentScalingAdapterStatus{
		ObservedGeneration: a.Generation,
		LastScaleTime:      a.Status.LastScaleTime,
		Replicas:           a.Status.Replicas,
		Selector:           makeSelector(a, in),
	}
	if !bound || a.Spec.Replicas == nil {
		return out
	}
	if was := a.Status.Replicas; was != nil && *was != *a.Spec.Replicas {
		out.LastScaleTime = readScaleTime(in.Self, out.LastScaleTime)
	}
	out.Replicas = a.Spec.Replicas
	return out
}

// makeSelector returns the selector by which HorizontalPodAutoscalers count pods: the
// graph's word where it has made the adapter, else what follows from the graph.
func makeSelector(a *v1alpha1.DynamoGraphDeploymentScalingAdapter, in layer.In) string {
	if isComposed(a, in.Self) {
		return a.Annotations[meta.AnnotationServingPods]
	}
	of, nodes := TargetOf(layer.Read(in.Composite)), int32(1)
	if graphs := in.Answers.Objects[needGraph]; len(graphs) > 0 {
		target, _ := convert.ReadTarget(graphs[0].Spec(), of.Service)
		nodes = target.Nodes
	}
	return ServingPods(of, workload.Choose(nodes))
}

// ServingPods selects the pods that serve a service. HorizontalPodAutoscalers multiply by
// those that are ready, so that of a replica on several nodes it selects only the one that
// serves.
func ServingPods(t Target, o dynamo.Orchestrator) string {
	pods := labels.Set{meta.LabelComponent: t.Service, meta.LabelGraph: t.Graph}
	return labels.Set(meta.Merge(pods, o.ServingLabels())).String()
}

// readScaleTime returns when the replicas were last written. The function has no clock,
// but the API server notes the time beside the field.
func readScaleTime(self layer.Object, before string) string {
	if managers := self.Managers("spec", "replicas"); len(managers) > 0 {
		return managers[0].Time
	}
	return before
}
