package component

import (
	"maps"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
	"github.com/crossplane-contrib/function-dynamo/functions/render/account"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/expose"
	"github.com/crossplane-contrib/function-dynamo/functions/render/monitor"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// Places returns the names that a component takes first, of its Deployment and its
// Service. Owner is the component.
func Places(c dynamo.Component, owner layer.Controller, s settings.Settings) []others.Place {
	var out []others.Place
	labels := map[string]string{meta.LabelComponent: c.Service, meta.LabelNamespace: c.DynamoNamespace}
	if key := c.Orchestrator.Workload().Key; key == workload.KeyDeployment {
		out = append(out, others.Place{
			API:  layer.API{APIVersion: "apps/v1", Kind: "Deployment"},
			Name: c.Orchestrator.Name(c.Name), Key: key, Owner: owner, Labels: labels,
		})
	}
	if expose.HasService(c, discovery.Of(c, s)) {
		out = append(out, others.Place{
			API:  layer.API{APIVersion: "v1", Kind: "Service"},
			Name: names.Service(c.Name), Key: KeyService, Owner: owner, Labels: labels,
		})
	}
	return out
}

// listSitePlaces returns the names that a component takes for what the settings add to
// it, of kinds that the cluster is known to have.
func listSitePlaces(c dynamo.Component, in layer.In) []others.Place {
	var out []others.Place
	add := func(api layer.API, name, key string) {
		out = append(out, others.Place{API: api, Name: name, Key: key, Owner: others.OwnerOf(in)})
	}
	if in.Settings.Disruption.Budgets {
		out = append(out, placeBudget(c, in))
	}
	if in.Settings.NetworkPolicy.Enabled {
		add(layer.API{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"}, c.Name, KeyNetworkPolicy)
	}
	if expose.Of(c, in.Settings).Route.Name != "" && optional.HTTPRoute().In(in, KeyHTTPRoute) == optional.Present {
		add(optional.HTTPRoute().API, names.Service(c.Name), KeyHTTPRoute)
	}
	return out
}

// askForOthers asks for what may have the names that a component is about to take. For
// most of those of a component of a graph its graph has asked. These needs do not follow
// from settings, which core may not have told yet.
func askForOthers(c dynamo.Component, in layer.In) map[string]layer.Selector {
	out := map[string]layer.Selector{}
	for _, p := range append(listSitePlaces(c, in), listQueuedPlaces(c, in)...) {
		if !in.Observed.Has(p.Key) {
			maps.Copy(out, others.Needs(c.Namespace, p))
		}
	}
	if !c.Standalone {
		return out
	}
	maps.Copy(out, monitor.AskForOthers(monitor.OfComponent(c), c.Namespace, in))
	for _, s := range []settings.Settings{in.Settings, settings.Default()} {
		in.Settings = s
		for _, p := range Places(c, others.OwnerOf(in), s) {
			if !in.Observed.Has(p.Key) {
				maps.Copy(out, others.Needs(c.Namespace, p))
			}
		}
		accounts := account.Children(account.OwnerOf(c), []dynamo.Component{c}, in)
		maps.Copy(out, others.Ask(c.Namespace, accounts, in))
	}
	return out
}
