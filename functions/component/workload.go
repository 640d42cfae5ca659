package component

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/optional"
	"github.com/crossplane-contrib/function-dynamo/functions/readiness"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// observedWorkload is the workload's state, and the spec hash of the component
// that it was rendered from.
type observedWorkload struct {
	readiness.Workload

	specHash string
	// composed says whether there is a workload at all: there is none where
	// the cluster lacks its kind.
	composed bool
}

// running is the object that runs the component's pods: one that the cluster
// knows, or none.
func running(c dynamo.Component, in layer.In) (part, readiness.Workload, error) {
	if !c.Multinode() {
		return composed(KeyDeployment, workload.Deployment(c, in.Settings), c, in, readiness.Deployment)
	}
	presence := optional.LeaderWorkerSet().In(in, KeyLeaderWorkerSet)
	if waits(c, in) {
		presence = optional.Unknown
	}
	switch presence {
	case optional.Present:
		return composed(KeyLeaderWorkerSet, workload.LeaderWorkerSet(c, in.Settings), c, in, readiness.LeaderWorkerSet)
	case optional.Absent:
		return part{lacking: []string{lackingNodes()}, kinds: []string{optional.LeaderWorkerSet().Kind}}, readiness.Workload{}, nil
	case optional.Unknown:
	}
	if in.Observed.Has(KeyDeployment) {
		// What ran on one node stays until it can be replaced.
		return composed(KeyDeployment, workload.Deployment(c, in.Settings), c, in, readiness.Deployment)
	}
	return part{}, readiness.Workload{}, nil
}

// displaced says whether a Deployment runs what now asks for several nodes, on a
// cluster that lacks what runs those: it had to go with nothing in its place.
func displaced(c dynamo.Component, in layer.In) bool {
	return c.Multinode() && in.Observed.Has(KeyDeployment) &&
		optional.LeaderWorkerSet().In(in, KeyLeaderWorkerSet) == optional.Absent
}

func lackingNodes() string { return optional.LeaderWorkerSet().Lacking("spec.multinode") }

// reader reads the state of an observed workload against what is desired of it.
type reader func(o layer.Object, hash string, desired int32) (readiness.Workload, error)

// composed is a workload, and its state where it exists.
func composed(key string, o runtime.Object, c dynamo.Component, in layer.In, read reader) (part, readiness.Workload, error) {
	out, err := layer.Hashed(key, o)
	if err != nil {
		return part{}, readiness.Workload{}, fmt.Errorf("cannot render %s of %q: %w", key, c.Name, err)
	}
	state := readiness.Workload{}
	if observed, ok := in.Observed[key]; ok {
		state, err = read(observed, out.Hash, c.Replicas)
		out.Ready = state.Available
	}
	return part{children: []layer.Child{out}}, state, err
}
