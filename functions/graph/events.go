package graph

import (
	"fmt"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// collectEvents returns the events of what changes now: services that go, and edits
// that an adapter overrules.
func collectEvents(g dynamo.Graph, services []service, observed layer.Observed) []layer.Event {
	out := tellRemovals(g, observed)
	for _, s := range services {
		if s.scale.event != nil {
			out = append(out, *s.scale.event)
		}
	}
	return out
}

// tellRemovals returns an event for each service that runs and that the graph no
// longer names.
func tellRemovals(g dynamo.Graph, observed layer.Observed) []layer.Event {
	named := map[string]bool{}
	for _, c := range g.Components {
		named[c.Service] = true
	}
	var out []layer.Event
	for name := range observed.Below(keyPrefix) {
		if !named[name] {
			out = append(out, layer.Event{
				Reason:  "ServiceRemoved",
				Message: fmt.Sprintf("service %q is no longer in %s: its component is deleted", name, g.At.Components),
			})
		}
	}
	return out
}
