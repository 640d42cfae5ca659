package steps

import (
	"testing"

	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/resource"
)

// TestRewriter: the children keep what is said of their readiness, and the composite
// loses it.
func TestRewriter(t *testing.T) {
	object := resource.MustStructJSON(`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}`)
	rsp, err := Rewriter{}.RunFunction(t.Context(), &fnv1.RunFunctionRequest{Desired: &fnv1.State{
		Composite: &fnv1.Resource{Resource: object, Ready: fnv1.Ready_READY_FALSE},
		Resources: map[string]*fnv1.Resource{"a": {Resource: object, Ready: fnv1.Ready_READY_FALSE}},
	}})
	if err != nil || len(rsp.GetResults()) > 0 {
		t.Fatalf("RunFunction(...): %v, %v", rsp.GetResults(), err)
	}
	if got := rsp.GetDesired().GetComposite().GetReady(); got != fnv1.Ready_READY_UNSPECIFIED {
		t.Errorf("RunFunction(...): want nothing said of the composite, got %s", got)
	}
	child := rsp.GetDesired().GetResources()["a"]
	if got := child.GetReady(); got != fnv1.Ready_READY_FALSE {
		t.Errorf("RunFunction(...): want the child unready, got %s", got)
	}
	labels := child.GetResource().GetFields()["metadata"].GetStructValue().GetFields()["labels"].GetStructValue()
	if labels.GetFields()[Label].GetStringValue() != "yes" {
		t.Errorf("RunFunction(...): want the child labelled, got %v", labels)
	}
}
