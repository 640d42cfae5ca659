package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// models is the claim of these tests. It has no class, so that it stays unbound, and
// no service mounts it.
const models = "models"

const claimOfOthers = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: models}
spec: {accessModes: [ReadWriteOnce], storageClassName: "", resources: {requests: {storage: 1Gi}}}
`

func claimKind() schema.GroupVersionKind { return harness.Kind("", "v1", "PersistentVolumeClaim") }

// makeModels is a change of a graph: it makes the claim, in a size.
func makeModels(size string) string {
	return fmt.Sprintf(`{"spec":{"pvcs":[{"name":"models","create":true,"size":%q,"storageClass":"","volumeAccessMode":"ReadWriteOnce"}]}}`, size)
}

// applyWithClaim applies the graph of testdata under a name, with the claim.
func (s *scenario) applyWithClaim(name, size string) {
	s.Helper()
	o := s.objects(graph(s.T))[0]
	o.SetName(name)
	change := map[string]any{}
	s.must(json.Unmarshal([]byte(makeModels(size)), &change))
	merge(o.Object, change)
	s.must(s.client.Apply(s.Context(), o))
	s.notef("graph %s applied, which makes the claim in %s", name, size)
}

// withClaim is a scenario in which a graph with a claim of its own is ready. It
// returns the claim, too.
func withClaim(t *testing.T) (*scenario, *unstructured.Unstructured) {
	t.Helper()
	s := newScenario(t)
	s.applyWithClaim(chat, "1Gi")
	s.untilReady(chat)
	claim := s.get(claimKind(), models)
	if owner := metav1.GetControllerOf(claim); owner == nil || owner.Name != chat {
		t.Fatalf("the claim that the graph made has controller %v", owner)
	}
	return s, claim
}

// removeGraph deletes a graph, and waits until its components and it are gone. Its
// claims are looked at by the tests.
func (s *scenario) removeGraph(name string) {
	s.Helper()
	s.must(s.client.Delete(s.Context(), s.ref(harness.Graph(), name)))
	s.until("graph "+name+" and its components are gone", func(ctx context.Context) error {
		return errors.Join(s.gone(ctx, s.ref(harness.Graph(), name)),
			s.gone(ctx, s.ref(harness.Component(), name+"-frontend")), s.gone(ctx, s.ref(harness.Component(), name+"-worker")))
	})
}

// stays looks at a claim for a while: it must not change.
func (s *scenario) stays(claim *unstructured.Unstructured) {
	s.Helper()
	time.Sleep(3 * time.Second)
	s.untouched(claim)
	if now := s.get(claimKind(), claim.GetName()); now.GetDeletionTimestamp() != nil {
		s.Errorf("claim %s is being deleted", now.GetName())
	}
	s.notef("the claim is the same")
}

// untilNothingKept waits until a graph says that it keeps nothing.
func (s *scenario) untilNothingKept(name string) {
	s.Helper()
	s.until("the graph says that nothing is kept", func(ctx context.Context) error {
		c, err := s.condition(ctx, harness.Graph(), name, "ClaimsKept")
		if err == nil && (c.Status != "False" || c.Reason != "NothingKept") {
			err = fmt.Errorf("it says %+v", c)
		}
		return err
	})
}

// TestClaimOfOthers has a claim exist before a graph that is to make it, in another
// size.
func TestClaimOfOthers(t *testing.T) {
	s := newScenario(t)
	s.apply(claimOfOthers)
	claim := s.get(claimKind(), models)
	s.applyWithClaim(chat, "2Gi")
	s.untilReady(chat)
	s.until("Valid warns of the claim and its size", func(ctx context.Context) error {
		return errors.Join(
			s.says(ctx, harness.Graph(), chat, "Valid", `spec.pvcs[0]: claim "models" exists and was not made by this graph`),
			s.says(ctx, harness.Graph(), chat, "Valid", "with size 1Gi and not 2Gi"))
	})
	s.stays(claim)
	s.removeGraph(chat)
	s.stays(claim)
}

// TestClaimOfTwoGraphs has two graphs make one claim: the first owns it.
func TestClaimOfTwoGraphs(t *testing.T) {
	const second = "other"
	begin := func(t *testing.T) (*scenario, *unstructured.Unstructured) {
		t.Helper()
		s, claim := withClaim(t)
		s.applyWithClaim(second, "2Gi")
		s.untilReady(second)
		s.until("the second graph says whose the claim is", func(ctx context.Context) error {
			return s.says(ctx, harness.Graph(), second, "Valid", `belongs to DynamoGraphDeployment "chat"`)
		})
		s.stays(claim)
		return s, claim
	}
	t.Run("SecondGoes", func(t *testing.T) {
		s, claim := begin(t)
		s.removeGraph(second)
		s.stays(claim)
		s.untilReady(chat)
	})
	t.Run("FirstGoes", func(t *testing.T) {
		s, claim := begin(t)
		s.removeGraph(chat)
		s.until("the claim went with its graph, and the second has one of its own", func(ctx context.Context) error {
			o, err := s.client.Get(ctx, s.ref(claimKind(), models))
			if err != nil {
				return err
			}
			if owner := metav1.GetControllerOf(o); o.GetUID() == claim.GetUID() || owner == nil || owner.Name != second {
				return fmt.Errorf("claim %s has controller %v", o.GetUID(), owner)
			}
			return nil
		})
		s.untilReady(second)
	})
}

// TestClaimDropped takes the claim out of its graph, and then lets it go.
func TestClaimDropped(t *testing.T) {
	s, claim := withClaim(t)
	s.patch(harness.Graph(), chat, `{"spec":{"pvcs":[{"name":"models"}]}}`)
	s.until("the graph says that it no longer makes the claim", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "ClaimsKept", "it stays without create")
	})
	s.stays(claim)

	s.patch(harness.Graph(), chat, `{"spec":{"pvcs":[]}}`)
	s.until("the graph says that it no longer names the claim", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "ClaimsKept", `claim "models" is no longer in spec.pvcs`)
	})
	s.stays(claim)
	s.untilReady(chat)

	s.patch(harness.Graph(), chat, `{"metadata":{"annotations":{"dynamo.fn.crossplane.io/delete-claims":"true"}}}`)
	s.until("the claim is gone", func(ctx context.Context) error { return s.gone(ctx, s.ref(claimKind(), models)) })
	s.untilNothingKept(chat)
	s.untilReady(chat)
}

// TestClaimKeptGoesWithGraph deletes a graph that keeps a claim which it no longer
// names.
func TestClaimKeptGoesWithGraph(t *testing.T) {
	s, claim := withClaim(t)
	s.patch(harness.Graph(), chat, `{"spec":{"pvcs":[]}}`)
	s.until("the graph says that it keeps the claim", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "ClaimsKept", models)
	})
	s.stays(claim)
	s.deleteGraph(chat)
}

// TestClaimResized edits the size of a claim that exists, which Kubernetes would
// refuse: the graph says so, and goes on.
func TestClaimResized(t *testing.T) {
	s, claim := withClaim(t)
	s.patch(harness.Graph(), chat, makeModels("2Gi"))
	s.until("the graph says that the size is not applied", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "ClaimsKept", `spec.pvcs[0]: claim "models" has size 1Gi and not 2Gi`)
	})
	s.stays(claim)
	s.scaleWorker(3)
	s.untilReplicas(worker, 3)
	s.untilReady(chat)
	s.patch(harness.Graph(), chat, makeModels("1Gi"))
	s.untilNothingKept(chat)
	s.stays(claim)
}
