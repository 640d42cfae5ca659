package picker

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Warnings tell of workers that a pool cannot reach, and of endpoint pickers that choose
// without each other.
func Warnings(c dynamo.Component) []string {
	return append(warnOfSilentWorker(c), warnOfReplicas(c)...)
}

// warnOfReplicas warns of several replicas of an endpoint picker which do not tell each other
// what they know of the load.
func warnOfReplicas(c dynamo.Component) []string {
	if !c.PicksByItself() || c.Replicas < 2 || dynamo.SharesLoad(c.Runtime()) {
		return nil
	}
	return []string{fmt.Sprintf("%s: endpoint pickers of runtime %s do not tell each other of the load that they send to workers: run one, or an image of 1.6 or later",
		c.At.At(dynamo.FieldReplicas), c.Runtime())}
}

// warnOfSilentWorker warns of a worker whose pods an endpoint picker chooses, and in which no
// frontend listens: the pool sends the requests to the port of a frontend that has to
// run in each pod.
func warnOfSilentWorker(c dynamo.Component) []string {
	if !c.Picked || c.Pod.Sidecar != nil || listens(c) {
		return nil
	}
	return []string{fmt.Sprintf("%s: the pool of the graph's endpoint picker sends requests to port %d of these pods, where nothing listens: add a %s",
		c.At.At(dynamo.FieldSidecar), ports.HTTP, c.At.Word(dynamo.FieldSidecar))}
}

// listens says whether a container of the user's has the port that the pool sends
// requests to.
func listens(c dynamo.Component) bool {
	all := append([]corev1.Container{ptr.Deref(c.Pod.Main, corev1.Container{})}, c.Pod.Spec.Containers...)
	return slices.ContainsFunc(all, func(o corev1.Container) bool {
		return slices.ContainsFunc(o.Ports, func(p corev1.ContainerPort) bool { return p.ContainerPort == ports.HTTP })
	})
}
