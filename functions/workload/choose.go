package workload

import (
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Choose returns the orchestrator of a component whose replicas span a number of
// nodes.
func Choose(nodes int32) dynamo.Orchestrator {
	if nodes > 1 {
		return LeaderWorkerSet{}
	}
	return Deployment{}
}

// All are the orchestrators that there are: an object of one of them may run
// what another one shall run from now on.
func All() []dynamo.Orchestrator {
	return []dynamo.Orchestrator{Deployment{}, LeaderWorkerSet{}}
}
