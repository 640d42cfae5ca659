package e2e

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// leftBehind is there before the packages are installed: see the file.
const leftBehind = "testdata/leftovers.yaml"

// TestTakeover looks at what became of the definition and the graph that an
// operator left behind: Crossplane controls the one, and composes the other.
func TestTakeover(t *testing.T) {
	s := newScenario(t)
	s.namespace = "leftovers"
	const name = "dynamographdeployments.nvidia.com"
	owner := metav1.GetControllerOf(s.get(harness.Kind("apiextensions.k8s.io", "v1", "CustomResourceDefinition"), name))
	if owner == nil || owner.Kind != "CompositeResourceDefinition" {
		t.Errorf("the operator's definition has another controller than ours: %v", owner)
	}
	ours := s.get(harness.Kind("apiextensions.crossplane.io", "v2", "CompositeResourceDefinition"), name).GetCreationTimestamp()
	s.untilReady(chat)
	graph := s.get(harness.Graph(), chat)
	if made := graph.GetCreationTimestamp(); !made.Before(&ours) {
		t.Errorf("the graph was made again: it is of %s, our definition of %s", made, ours)
	}
	s.get(harness.Component(), frontend)
	s.notef("the graph is of %s, our definition of %s: it was taken over", graph.GetCreationTimestamp(), ours)
}
