package e2e

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

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
	global := func(group, version, kind string) *unstructured.Unstructured {
		return s.must1(s.client.Get(t.Context(), harness.Ref{GroupVersionKind: harness.Kind(group, version, kind), Name: name}))
	}
	owner := metav1.GetControllerOf(global("apiextensions.k8s.io", "v1", "CustomResourceDefinition"))
	if owner == nil || owner.Kind != "CompositeResourceDefinition" {
		t.Errorf("the operator's definition has another controller than ours: %v", owner)
	}
	ours := global("apiextensions.crossplane.io", "v2", "CompositeResourceDefinition").GetCreationTimestamp()
	s.untilReady(chat)
	graph := s.get(harness.Graph(), chat)
	if made := graph.GetCreationTimestamp(); !made.Before(&ours) {
		t.Errorf("the graph was made again: it is of %s, our definition of %s", made, ours)
	}
	s.get(harness.Component(), frontend)
	s.notef("the graph is of %s, our definition of %s: it was taken over", graph.GetCreationTimestamp(), ours)
}
