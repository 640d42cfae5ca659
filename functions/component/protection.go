package component

import (
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
	"github.com/crossplane-contrib/function-dynamo/functions/render/protect"
)

// Keys of the objects that keep others from a component's pods: frozen API.
const (
	KeyBudget        = "poddisruptionbudget/main"
	KeyNetworkPolicy = "networkpolicy/main"
)

// fewestForBudget is how many replicas a component has at least to get a budget: of one
// replica nothing can be kept while it moves.
const fewestForBudget = 2

// makeProtection makes the objects that keep drains and strangers from a component's
// pods, where the site wants them. A budget stays when the component is scaled down, as
// autoscalers do all day: with one replica it keeps no drain from going on. So does one that
// outlived an earlier component of the name: it would be nobody's.
func makeProtection(c dynamo.Component, in layer.In) part {
	out := part{}
	if in.Settings.Disruption.Budgets && (c.Replicas >= fewestForBudget || in.Observed.Has(KeyBudget) || hasLeftBudget(c, in)) {
		out.children = append(out.children, layer.Made(KeyBudget, protect.Budget(c, in.Settings.Disruption), in.Observed))
	}
	if in.Settings.NetworkPolicy.Enabled {
		out.children = append(out.children, layer.Made(KeyNetworkPolicy, protect.NetworkPolicy(c, in.Settings), in.Observed))
	}
	return out
}

// hasLeftBudget says whether there is a budget that an earlier component of the name has left.
func hasLeftBudget(c dynamo.Component, in layer.In) bool {
	occupant, o := placeBudget(c, in).Look(in.Answers)
	return occupant == others.Nobody && o.Name != ""
}

func placeBudget(c dynamo.Component, in layer.In) others.Place {
	return others.Place{API: layer.API{APIVersion: "policy/v1", Kind: "PodDisruptionBudget"}, Name: c.Name, Key: KeyBudget, Owner: others.OwnerOf(in)}
}
