package picker

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/ports"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// Warnings tell of a worker whose pods an endpoint picker chooses, and in which no
// frontend listens: the pool sends the requests to the port of a frontend that has to
// run in each pod.
func Warnings(c dynamo.Component) []string {
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
