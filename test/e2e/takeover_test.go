package e2e

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// leftBehind is there before the packages are installed: see the file.
const leftBehind = "testdata/leftovers.yaml"

// TestTakeover looks at what became of the definition and the graph that an
// operator left behind: Crossplane controls the one, and composes the other. The
// definition had been updated by a later operator before, which stores v1beta1.
func TestTakeover(t *testing.T) {
	s := newScenario(t)
	s.namespace = "leftovers"
	const name = "dynamographdeployments.nvidia.com"
	global := func(group, version, kind string) *unstructured.Unstructured {
		return s.must1(s.client.Get(t.Context(), harness.Ref{GroupVersionKind: harness.Kind(group, version, kind), Name: name}))
	}
	definition := global("apiextensions.k8s.io", "v1", "CustomResourceDefinition")
	owner := metav1.GetControllerOf(definition)
	if owner == nil || owner.Kind != "CompositeResourceDefinition" {
		t.Errorf("the operator's definition has another controller than ours: %v", owner)
	}
	if got := text(definition, "spec", "conversion", "strategy"); got != "None" {
		t.Errorf("objects are converted by %s, and there is no webhook", got)
	}
	stored, _, _ := unstructured.NestedStringSlice(definition.Object, "status", "storedVersions")
	if diff := cmp.Diff([]string{"v1alpha1", "v1beta1"}, slices.Sorted(slices.Values(stored))); diff != "" {
		t.Errorf("versions that may be stored: -want, +got:\n%s", diff)
	}
	ours := global("apiextensions.crossplane.io", "v2", "CompositeResourceDefinition").GetCreationTimestamp()
	for _, name := range []string{chat, "recent"} {
		s.untilReady(name)
		graph := s.get(harness.Graph(), name)
		if made := graph.GetCreationTimestamp(); !made.Before(&ours) {
			t.Errorf("%s was made again: it is of %s, our definition of %s", name, made, ours)
		}
		s.get(harness.Component(), name+"-frontend")
		s.notef("%s is of %s, our definition of %s: it was taken over", name, graph.GetCreationTimestamp(), ours)
	}
	s.readsOn()
}

// readsOn looks at what the operator kept in an annotation of a graph that it stored in
// v1beta1: claims, labels and hosts.
func (s *scenario) readsOn() {
	s.Helper()
	s.get(harness.Kind("", "v1", "PersistentVolumeClaim"), "recent-models")
	s.get(harness.Kind("networking.k8s.io", "v1", "Ingress"), "recent-worker")
	if got := s.get(harness.Deployment(), "recent-worker").GetLabels()["example.org/team"]; got != "chat" {
		s.Errorf("the worker has label %q, want chat", got)
	}
	if got := len(s.list(harness.Pod(), "example.org/team=chat")); got != 1 {
		s.Errorf("%d pods have the label, want 1", got)
	}
}

// TestTakeoverReplaced brings the manifest of v1alpha1 from Git to a graph that an
// operator has stored in v1beta1. Nobody owns the fields that the operator wrote, so that
// applying gives the graph both forms, and is refused. Replacing it once is taken, and
// nothing below is made anew; from then on applying is as usual.
func TestTakeoverReplaced(t *testing.T) {
	for way, apply := range ways() {
		t.Run(way, func(t *testing.T) {
			s := newScenario(t)
			s.apply(inForm(t, newer))
			s.untilReady(chat)
			s.must(s.scaleTo(worker, 4))
			s.untilReplicas(worker, 4)
			s.untilReady(chat)
			before := s.workloads()
			fromGit := s.objects(inForm(t, older))[0]
			err := apply(s, fromGit)
			if !apierrors.IsInvalid(errors.Unwrap(errors.Unwrap(err))) && !apierrors.IsInvalid(errors.Unwrap(err)) {
				t.Errorf("want the manifest of v1alpha1 refused, got %v", err)
			}
			s.notef("applying it is refused: %v", err)

			s.replaceByClient(fromGit)
			s.untilReady(chat)
			s.same(before)
			s.untilReplicas(worker, 4)
			s.must(apply(s, fromGit))
			s.reapplied(way, fromGit, func(o *unstructured.Unstructured) error { return apply(s, o) })
			s.same(before)
		})
	}
}

// replaceByClient replaces an object by its manifest, as `kubectl replace` does: nothing
// of it stays that is not there.
func (s *scenario) replaceByClient(o *unstructured.Unstructured) {
	s.Helper()
	s.until("the object is replaced", func(ctx context.Context) error {
		live, err := s.client.Get(ctx, harness.RefOf(o))
		if err != nil {
			return err
		}
		whole := o.DeepCopy()
		whole.SetResourceVersion(live.GetResourceVersion())
		_, err = s.client.Of(o.GroupVersionKind(), s.namespace).Update(ctx, whole, metav1.UpdateOptions{})
		if err != nil {
			return fmt.Errorf("cannot replace %s: %w", harness.RefOf(o), err)
		}
		return nil
	})
}
