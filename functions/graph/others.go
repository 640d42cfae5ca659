package graph

import (
	"fmt"
	"maps"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/component"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
	"github.com/crossplane-contrib/function-dynamo/functions/render/account"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// makeShared makes what the pods of all services share: accounts, their rights, and the
// script.
func (s scope) makeShared() []layer.Child {
	return append(account.Children(s.accountOwner(), s.graph.Components, s.in), s.makeScript()...)
}

// listPlaces returns the names that a service without a component is about to take: of
// its component and, since the graph asks core anyway and the component need not then,
// those that the component takes.
func (s scope) listPlaces(c dynamo.Component) []others.Place {
	if s.in.Observed.Has(Key(c.Service)) {
		return nil
	}
	own := others.Place{
		API:  layer.API{APIVersion: v1alpha1.GroupVersion().String(), Kind: v1alpha1.ComponentKind},
		Name: c.Name, Key: Key(c.Service), Owner: others.OwnerOf(s.in),
		Labels:  map[string]string{meta.LabelComponent: c.Service, meta.LabelNamespace: c.DynamoNamespace},
		Foreign: convert.OnlyV1Beta1(), // As operators since 1.5 store the components that they make of a graph.
	}
	below := component.Places(c, layer.Controller{Kind: v1alpha1.ComponentKind, Name: c.Name}, s.in.Settings)
	return append(below, own)
}

// askForOthers asks for what may have the names that are about to be taken. Once all is
// made it asks for nothing, and core is told so without another call. The needs do not
// follow from settings, which core may not have told yet.
func (s scope) askForOthers() map[string]layer.Selector {
	out := map[string]layer.Selector{}
	for _, set := range []settings.Settings{s.in.Settings, settings.Default()} {
		s.in.Settings = set
		maps.Copy(out, others.Ask(s.graph.Namespace, s.makeShared(), s.in))
		for _, c := range s.graph.Components {
			maps.Copy(out, others.Needs(s.graph.Namespace, s.listPlaces(c)...))
		}
	}
	return out
}

// findOccupant says whether a service cannot be made since a name that it needs is taken:
// what would stand beside the other object does not serve. It names the object where that
// does not go by itself.
func (s scope) findOccupant(c dynamo.Component) (string, bool) {
	displaced := false
	for _, p := range s.listPlaces(c) {
		switch occupant, o := p.Look(s.in.Answers); occupant {
		case others.Nobody:
		case others.Other:
			return describe(p, o), true
		case others.Leaving:
			displaced = true
		}
	}
	return "", displaced
}

// takesOver says whether the graph is about to take over a component that exists, as one that
// its operator has made.
func (s scope) takesOver() bool {
	return slices.ContainsFunc(s.graph.Components, func(c dynamo.Component) bool {
		return slices.ContainsFunc(s.listPlaces(c), func(p others.Place) bool {
			occupant, o := p.Look(s.in.Answers)
			return p.Kind == v1alpha1.ComponentKind && occupant == others.Nobody && o.Name != ""
		})
	})
}

// describe says what stands at a place. The graph controls a component that its operator
// made of it, too.
func describe(p others.Place, o layer.Object) string {
	if p.Owner.Controls(o) && p.IsForeign(o) {
		return fmt.Sprintf("%s %q exists in the form of v1beta1, as the Dynamo operator makes them, and cannot be written in another "+
			"(kubectl delete --cascade=orphan leaves its pods)", o.Kind, o.Name)
	}
	return others.Describe(o)
}

// warnOfOthers warns of what others made under names that services need.
func (s scope) warnOfOthers() []string {
	var out []string
	for _, c := range s.graph.Components {
		for _, p := range s.listPlaces(c) {
			if occupant, o := p.Look(s.in.Answers); occupant == others.Other {
				out = append(out, fmt.Sprintf("%s: %s: it is left as it is, and the service is not made until it is deleted, or the service renamed",
					c.At.Spec, describe(p, o)))
			}
		}
	}
	return out
}
