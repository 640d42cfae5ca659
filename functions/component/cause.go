package component

import (
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// whose events tell what the API server said: core keeps it out of the condition.
const whose = "this component"

// explainWorkload says what keeps the workload from serving; nothing where it serves,
// or where nothing is known.
func explainWorkload(c dynamo.Component, state dynamo.State, runs part, refused layer.Unsynced) dynamo.Cause {
	key := c.Orchestrator.Workload().Key
	switch {
	case state.Available:
		return dynamo.Cause{}
	case len(runs.lacking) > 0:
		return dynamo.Cause{Message: strings.Join(runs.lacking, ", ")}
	case refused.Has(key):
		return dynamo.Cause{Reason: layer.ReasonRefused, Message: layer.Unsynced{Keys: []string{key}}.Explain(whose)}
	}
	return state.Cause
}

// explainComponent says what keeps a component from being as its spec asks, given what
// keeps its workload from serving. Kinds that the cluster lacks are told on their own.
func explainComponent(workload dynamo.Cause, refused layer.Unsynced) dynamo.Cause {
	switch {
	case len(refused.Keys) > 0:
		return dynamo.Cause{Reason: layer.ReasonRefused, Message: refused.Explain(whose)}
	case workload.Reason == "":
		return dynamo.Cause{}
	}
	return workload
}

// explainHeld says why a component is not composed as its spec asks: it is at fault, or
// the cluster lacks what is to run it.
func explainHeld(c dynamo.Component, found layer.Findings) dynamo.Cause {
	if found.Fatal() {
		return dynamo.Cause{Reason: found.Valid().Reason, Message: layer.Shorten(found.Why())}
	}
	return dynamo.Cause{Reason: dynamo.ReasonNoOrchestrator, Message: "install " + c.Orchestrator.Workload().Requires.Install}
}
