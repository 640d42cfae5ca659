package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/object"
	"github.com/crossplane-contrib/function-dynamo/functions/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/readiness"
)

// keyPrefix of components: frozen API.
const keyPrefix = "component/"

// Key of a service's component: frozen API.
func Key(serviceName string) string { return keyPrefix + serviceName }

// service is a service of the graph with its component, desired and observed.
type service struct {
	dynamo.Component

	// child is nil for a service that cannot be rendered.
	child *layer.Child
	state readiness.Component
}

func components(dgd *v1alpha1.DynamoGraphDeployment, g dynamo.Graph, observed layer.Observed) ([]service, error) {
	sibling := engine.Sibling(g.Components)
	out := make([]service, 0, len(g.Components))
	for _, c := range g.Components {
		if c.Missing != "" {
			out = append(out, service{Component: c})
			continue
		}
		s, err := compose(dgd, c, sibling, observed)
		if err != nil {
			return nil, fmt.Errorf("cannot render service %q: %w", c.Service, err)
		}
		out = append(out, s)
	}
	return out, nil
}

func compose(dgd *v1alpha1.DynamoGraphDeployment, c dynamo.Component, sibling engine.Engine, observed layer.Observed) (service, error) {
	desired := deployment(dgd, c, sibling)
	hash, err := object.Hash(desired.Labels, desired.Annotations, desired.Spec)
	if err != nil {
		return service{}, err
	}
	s := service{Component: c, child: &layer.Child{Key: Key(c.Service), Object: desired, Hash: hash}}
	if o, ok := observed[s.child.Key]; ok {
		s.state, err = readiness.OfComponent(o, hash)
	}
	s.child.Ready = s.state.Available
	return s, err
}

// deployment is the component of a service.
func deployment(dgd *v1alpha1.DynamoGraphDeployment, c dynamo.Component, sibling engine.Engine) *v1alpha1.DynamoComponentDeployment {
	out := &v1alpha1.DynamoComponentDeployment{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ComponentKind},
		ObjectMeta: metav1.ObjectMeta{
			Name: c.Name,
			Labels: map[string]string{
				meta.LabelComponent: c.Service,
				meta.LabelNamespace: c.DynamoNamespace,
				meta.LabelGraph:     c.Graph,
			},
		},
		Spec: v1alpha1.DynamoComponentDeploymentSpec{
			DynamoComponentDeploymentSharedSpec: convert.ServiceSpec(dgd, c.Service),
			// Only what the user wrote: the field cannot change later, while
			// what is found in command lines can.
			BackendFramework: dgd.Spec.BackendFramework,
		},
	}
	if tell := sibling != engine.None && dynamo.IsWorker(c.Type) && engine.Of(c) == engine.None; tell {
		out.Annotations = map[string]string{meta.AnnotationBackendFramework: string(sibling)}
	}
	return out
}

// accounts are needed once for all pods that find each other through Kubernetes.
func accounts(g dynamo.Graph, in layer.In) []layer.Child {
	for _, c := range g.Components {
		if pod.DiscoveryOf(c, in.Settings).Kubernetes {
			return discovery.Children(g.Name, g.Namespace, in.Observed)
		}
	}
	return nil
}

// stopped are services that run and can no longer be rendered.
func stopped(services []service, observed layer.Observed) []string {
	var out []string
	for _, s := range services {
		if s.child == nil && observed.Has(Key(s.Service)) {
			out = append(out, s.Service)
		}
	}
	return out
}

// removals tells of services that run and that the graph no longer names.
func removals(services []service, observed layer.Observed) []layer.Event {
	named := map[string]bool{}
	for _, s := range services {
		named[Key(s.Service)] = true
	}
	var out []layer.Event
	for _, key := range slices.Sorted(maps.Keys(observed)) {
		if name, ok := strings.CutPrefix(key, keyPrefix); ok && !named[key] {
			out = append(out, layer.Event{
				Reason:  "ServiceRemoved",
				Message: fmt.Sprintf("service %q is no longer in spec.services: its component is deleted", name),
			})
		}
	}
	return out
}
