package graph

import (
	"fmt"
	"slices"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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

// scale is the replica count of a service and where it comes from.
type scale struct {
	// adapted says whether an adapter decides, and not the graph.
	adapted bool
	// replicas that the service's component is asked to have.
	replicas int32
	// child is the adapter that the graph composes; nil without one.
	child *layer.Child
	// warnings for the user.
	warnings []string
	// event on an edit of the graph that the adapter overrules.
	event *layer.Event
}

// readScale reads the adapters of a service. The one that the graph composes wins
// over those that users wrote.
func readScale(g dynamo.Graph, c dynamo.Component, in layer.In) scale {
	all := scaling.Of(scaling.Target{Graph: g.Name, Service: c.Service}, in.Answers.Objects[scaling.Need])
	if !c.ScalingAdapter {
		return readUserScale(c, all)
	}
	observed := findComposedAdapter(c, in, all)
	out := scale{adapted: true, replicas: c.Replicas, child: makeAdapter(g, c, scaling.Desired(observed, c.Replicas))}
	out.child.Ready = in.Observed.Has(out.child.Key)
	out.warnings = warnOfDuplicates(c, c.Name, all)
	if observed != nil {
		out.replicas = scaling.Asked(*observed, c.Replicas)
		out.event = tellOverruled(c, *observed, out.replicas)
	}
	return out
}

// findComposedAdapter returns the adapter that has the name of the graph's own: one that
// the graph composed, or one that a user made before the graph asked for it.
func findComposedAdapter(c dynamo.Component, in layer.In, all []layer.Object) *layer.Object {
	if o, ok := in.Observed[AdapterKey(c.Service)]; ok {
		return &o
	}
	if i := slices.IndexFunc(all, func(o layer.Object) bool { return o.Name == c.Name }); i >= 0 {
		return &all[i]
	}
	return nil
}

// readUserScale reads the scale of a service for which the graph makes no adapter:
// that of an adapter that a user wrote, else the graph's.
func readUserScale(c dynamo.Component, all []layer.Object) scale {
	if len(all) == 0 {
		return scale{replicas: c.Replicas}
	}
	return scale{adapted: true, replicas: scaling.Asked(all[0], c.Replicas), warnings: warnOfDuplicates(c, all[0].Name, all)}
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

// makeAdapter makes the adapter that the graph composes for a service.
func makeAdapter(g dynamo.Graph, c dynamo.Component, r scaling.Replicas) *layer.Child {
	return &layer.Child{Key: AdapterKey(c.Service), Object: &v1alpha1.DynamoGraphDeploymentScalingAdapter{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ScalingAdapterKind},
		ObjectMeta: metav1.ObjectMeta{
			Name:            c.Name,
			ResourceVersion: r.ResourceVersion,
			Labels: map[string]string{
				meta.LabelComponent: c.Service,
				meta.LabelGraph:     g.Name,
			},
			Annotations: map[string]string{meta.AnnotationGraphReplicas: strconv.Itoa(int(c.Replicas))},
		},
		Spec: v1alpha1.DynamoGraphDeploymentScalingAdapterSpec{
			DGDRef:   v1alpha1.ServiceReference{Name: g.Name, ServiceName: c.Service},
			Replicas: r.Value,
		},
	}}
}

// tellOverruled returns an event for an edit of a service's replicas that has no
// effect, since its adapter decides. The adapter remembers what the graph said when
// it was last written, so that an edit is told once.
func tellOverruled(c dynamo.Component, observed layer.Object, replicas int32) *layer.Event {
	was, ok := observed.Annotations[meta.AnnotationGraphReplicas]
	if !ok || was == strconv.Itoa(int(c.Replicas)) || replicas == c.Replicas {
		return nil
	}
	return &layer.Event{Warning: true, Reason: "ReplicasIgnored", Message: fmt.Sprintf(
		"%s: %d has no effect while scaling adapter %q asks for %d: scale the adapter",
		c.At.At(dynamo.FieldReplicas), c.Replicas, observed.Name, replicas)}
}
