package graph

import (
	"fmt"
	"slices"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/scaling"
)

// adapterKeyPrefix of scaling adapters: frozen API.
const adapterKeyPrefix = "scalingadapter/"

// AdapterKey is the key of a service's scaling adapter: frozen API.
func AdapterKey(serviceName string) string { return adapterKeyPrefix + serviceName }

// Reasons of events about replicas.
const (
	ReasonReplicasIgnored = "ReplicasIgnored"
	ReasonAdapterRemoved  = "AdapterRemoved"
)

// scale is the replica count of a service and where it comes from.
type scale struct {
	// replicas that the service's component is asked to have.
	replicas int32
	// child is the adapter that the graph composes; nil without one.
	child *layer.Child
	// adapter is what the status is to know of the graph's own: its UID, and the
	// generation in which its replicas do not count yet.
	adapter string
	// resumed says that it was restored with other replicas than those that run.
	resumed bool
	// warnings for the user.
	warnings []string
	// event on replicas that the adapter overrules, and on the end of an adapter.
	event *layer.Event
}

// targetOf is what the adapters of a service scale.
func targetOf(g dynamo.Graph, c dynamo.Component) scaling.Target {
	return scaling.Target{Graph: g.Name, Service: c.Service}
}

// readScale reads the adapters of a service. The one that has the name of the graph's
// own wins over others that users wrote.
func (s scope) readScale(c dynamo.Component) scale {
	g, in := s.graph, s.in
	all := scaling.Of(targetOf(g, c), in.Answers.Objects[scaling.Need])
	if !c.ScalingAdapter {
		return readUserScale(g, c, in, all)
	}
	own, found := in.Observed[AdapterKey(c.Service)]
	if namesake := findNamesake(c, in); !found && namesake != nil {
		if !isLeftBehind(*namesake, g, c) {
			return readNamesake(g, c, *namesake, all)
		}
		own, found = *namesake, true
	}
	if !found {
		return beginScale(g, c, in, all)
	}
	out := s.followAdapter(c, own)
	out.child.Ready = in.Observed.Has(out.child.Key)
	out.warnings = warnOfDuplicates(c, c.Name, all)
	if was, ok := own.Annotations[meta.AnnotationGraphReplicas]; ok && was != strconv.Itoa(int(c.Replicas)) && out.event == nil {
		out.event = tellOverruled(c, out.replicas)
	}
	return out
}

// followAdapter reads the scale of a service from the graph's own adapter.
func (s scope) followAdapter(c dynamo.Component, own layer.Object) scale {
	if running := s.in.Observed[Key(c.Service)].Replicas(); running != nil && s.isRestored(c.Service, own) {
		return s.resumeScale(c, own, *running)
	}
	return scale{
		replicas: scaling.Asked(own, c.Replicas),
		child:    makeAdapter(s.graph, c, scaling.Desired(&own, c.Replicas), own),
		adapter:  uidOf(own),
	}
}

// beginScale makes the adapter of a service that has none yet, or none any more. It
// begins with what runs, so that an adapter that was lost undoes no scale.
func beginScale(g dynamo.Graph, c dynamo.Component, in layer.In, all []layer.Object) scale {
	out := scale{replicas: c.Replicas, warnings: warnOfDuplicates(c, c.Name, all)}
	out.replicas = ptr.Deref(in.Observed[Key(c.Service)].Replicas(), out.replicas)
	out.child = makeAdapter(g, c, scaling.Desired(nil, out.replicas), layer.Object{})
	out.event = tellOverruled(c, out.replicas)
	return out
}

// findNamesake returns the adapter of the namespace that has the name of the graph's
// own for a service; nil without one.
func findNamesake(c dynamo.Component, in layer.In) *layer.Object {
	all := in.Answers.Objects[scaling.Need]
	if i := slices.IndexFunc(all, func(o layer.Object) bool { return o.Name == c.Name }); i >= 0 {
		return &all[i]
	}
	return nil
}

// isLeftBehind says whether an adapter was once composed for the service: the graph
// takes it back, as after kubectl delete --cascade=orphan or from a backup.
func isLeftBehind(a layer.Object, g dynamo.Graph, c dynamo.Component) bool {
	_, written := a.Annotations[meta.AnnotationGraphReplicas]
	ours := written || a.ControlledBy(v1alpha1.GraphKind, g.Name)
	return ours && scaling.TargetOf(a) == targetOf(g, c)
}

// readNamesake reads the scale of a service while somebody else's adapter has the name
// of the graph's own. The graph leaves it alone: core would take it over, and delete it
// with the graph.
func readNamesake(g dynamo.Graph, c dynamo.Component, a layer.Object, all []layer.Object) scale {
	at, of := c.At.At(dynamo.FieldScalingAdapter), scaling.TargetOf(a)
	replicas := c.Replicas
	warning := fmt.Sprintf("%s: scaling adapter %q, which has the name of the graph's own, scales service %q of graph %q: "+
		"the graph makes none until it is renamed or deleted", at, a.Name, of.Service, of.Graph)
	if of == targetOf(g, c) {
		replicas = scaling.Asked(a, c.Replicas)
		warning = fmt.Sprintf("%s: scaling adapter %q is not the graph's own: it scales the service and is left as it is; "+
			"delete it to have the graph make one", at, a.Name)
	}
	return scale{replicas: replicas, warnings: append([]string{warning}, warnOfDuplicates(c, a.Name, all)...)}
}

// readUserScale reads the scale of a service for which the graph makes no adapter:
// that of an adapter that a user wrote, else the graph's. One that the graph made
// and gives up no longer counts, also while it is still being deleted.
func readUserScale(g dynamo.Graph, c dynamo.Component, in layer.In, all []layer.Object) scale {
	own, givenUp := in.Observed[AdapterKey(c.Service)]
	all = slices.DeleteFunc(all, func(a layer.Object) bool {
		return (givenUp && a.Name == own.Name) || (a.Name == c.Name && a.ControlledBy(v1alpha1.GraphKind, g.Name))
	})
	out, by := scale{replicas: c.Replicas}, c.At.At(dynamo.FieldReplicas).String()
	if len(all) > 0 {
		out = scale{replicas: scaling.Asked(all[0], c.Replicas), warnings: warnOfDuplicates(c, all[0].Name, all)}
		by = fmt.Sprintf("scaling adapter %q", all[0].Name)
	}
	if !givenUp {
		return out
	}
	if running := in.Observed[Key(c.Service)].Replicas(); running != nil && *running != out.replicas {
		out.event = &layer.Event{Warning: true, Reason: ReasonAdapterRemoved, Message: fmt.Sprintf(
			"%s: no longer enabled: the service goes from %d to %d replicas, as %s says",
			c.At.At(dynamo.FieldScalingAdapter), *running, out.replicas, by)}
	}
	return out
}

// warnOfDuplicates warns of every adapter of a service but the one that counts.
func warnOfDuplicates(c dynamo.Component, counts string, all []layer.Object) []string {
	var out []string
	for _, a := range all {
		if a.Name != counts {
			out = append(out, c.At.Spec.String()+": "+scaling.Ignored(a.Name, counts))
		}
	}
	return out
}

// unguard has adapters written whatever has happened to them since. A write that conflicts
// ends what core does for a graph until it tries again, which is harmless but where it has
// noted components that it does not know as its own yet: then it tries no more.
func unguard(services []service) {
	for _, svc := range services {
		if svc.scale.child == nil {
			continue
		}
		if a, ok := svc.scale.child.Object.(*v1alpha1.DynamoGraphDeploymentScalingAdapter); ok {
			a.ResourceVersion = ""
		}
	}
}

// makeAdapter makes the adapter that the graph composes for a service. One that exists
// keeps the form in which it names the service.
func makeAdapter(g dynamo.Graph, c dynamo.Component, r scaling.Replicas, own layer.Object) *layer.Child {
	return &layer.Child{Key: AdapterKey(c.Service), Inert: true, Object: &v1alpha1.DynamoGraphDeploymentScalingAdapter{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ScalingAdapterKind},
		ObjectMeta: metav1.ObjectMeta{
			Name:            c.Name,
			ResourceVersion: r.ResourceVersion,
			Labels: map[string]string{
				meta.LabelComponent: c.Service,
				meta.LabelGraph:     g.Name,
			},
			Annotations: map[string]string{
				meta.AnnotationGraphReplicas: strconv.Itoa(int(c.Replicas)),
				meta.AnnotationServingPods:   scaling.ServingPods(targetOf(g, c), c.Orchestrator),
			},
		},
		Spec: v1alpha1.DynamoGraphDeploymentScalingAdapterSpec{
			DGDRef:   scaling.Reference(targetOf(g, c), own),
			Replicas: r.Value,
		},
	}}
}

// tellOverruled returns an event for replicas of a service that have no effect, since
// its adapter decides. It is told when the adapter is made, and when the graph is
// edited: the adapter remembers what the graph said when it was last written.
func tellOverruled(c dynamo.Component, replicas int32) *layer.Event {
	if replicas == c.Replicas {
		return nil
	}
	return &layer.Event{Warning: true, Reason: ReasonReplicasIgnored, Message: fmt.Sprintf(
		"%s: %d has no effect while scaling adapter %q asks for %d: scale the adapter",
		c.At.At(dynamo.FieldReplicas), c.Replicas, c.Name, replicas)}
}
