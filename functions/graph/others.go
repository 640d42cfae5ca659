package graph

import (
	"fmt"
	"maps"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/component"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
	"github.com/crossplane-contrib/function-dynamo/functions/render/account"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/expose"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// composeShared makes what the pods of all services share: accounts, their rights, and
// the script. What others made in its place is left alone.
func (s scope) composeShared() others.Left {
	children := account.Children(s.accountOwner(), s.graph.Components, s.in)
	return others.Leave(append(children, s.makeScript()...), others.OwnerOf(s.in), s.in)
}

// listPlaces returns the names that a service without a component is about to take: of
// its component and, since the graph asks core anyway and components need not then, of
// the component's Deployment and Service.
func (s scope) listPlaces(c dynamo.Component) []others.Place {
	if s.in.Observed.Has(Key(c.Service)) {
		return nil
	}
	labels := map[string]string{meta.LabelComponent: c.Service, meta.LabelNamespace: c.DynamoNamespace}
	out := []others.Place{{
		API:  layer.API{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ComponentKind},
		Name: c.Name, Key: Key(c.Service), Owner: others.OwnerOf(s.in), Labels: labels,
	}}
	owner := layer.Controller{Kind: v1alpha1.ComponentKind, Name: c.Name}
	if key := c.Orchestrator.Workload().Key; key == workload.KeyDeployment {
		out = append(out, others.Place{
			API:  layer.API{APIVersion: "apps/v1", Kind: "Deployment"},
			Name: c.Orchestrator.Name(c.Name), Key: key, Owner: owner, Labels: labels,
		})
	}
	if expose.HasService(c, discovery.Of(c, s.in.Settings)) {
		out = append(out, others.Place{
			API:  layer.API{APIVersion: "v1", Kind: "Service"},
			Name: names.Service(c.Name), Key: component.KeyService, Owner: owner, Labels: labels,
		})
	}
	return out
}

// askForOthers asks for what may have the names that are about to be taken. Once all is
// made it asks for nothing, and core is told so without another call.
func (s scope) askForOthers() layer.Needs {
	out := maps.Clone(s.shared.Needs)
	for _, c := range s.graph.Components {
		maps.Copy(out, others.Needs(s.graph.Namespace, s.listPlaces(c)...))
	}
	return layer.Needs{Objects: out}
}

// isDisplaced says whether a service cannot be made since a name that it needs is
// taken: what would stand beside the other object does not serve.
func (s scope) isDisplaced(c dynamo.Component) bool {
	for _, p := range s.listPlaces(c) {
		if occupant, _ := p.Look(s.in.Answers); occupant != others.Nobody {
			return true
		}
	}
	return false
}

// warnOfOthers warns of what others made under names that services need.
func (s scope) warnOfOthers() []string {
	var out []string
	for _, c := range s.graph.Components {
		for _, p := range s.listPlaces(c) {
			if occupant, o := p.Look(s.in.Answers); occupant == others.Other {
				out = append(out, fmt.Sprintf("%s: %s: it is left as it is, and the service is not made until it is deleted, or the service renamed",
					c.At.Spec, others.Describe(o)))
			}
		}
	}
	return out
}
