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

// All are the orchestrators that there are. Whoever looks for the workload of a
// component needs all of them, since the object that exists may be of another than
// the one that is to run the component from now on.
func All() []dynamo.Orchestrator {
	return []dynamo.Orchestrator{Deployment{}, LeaderWorkerSet{}}
}
