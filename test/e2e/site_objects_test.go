package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// siteObjects are settings that add all objects which settings add.
const siteObjects = `{
  ingress: {gateway: {name: public, namespace: infra, sectionName: https}, hostSuffix: example.com},
  monitoring: {podMonitors: true, labels: {release: prometheus}},
  disruption: {podDisruptionBudgets: true},
  networkPolicy: {
    enabled: true,
    frontendPeers: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: infra}}}],
    systemPeers: [{namespaceSelector: {}, podSelector: {matchLabels: {app.kubernetes.io/name: prometheus}}}],
    graphPeers: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}}`

// addedKinds are the kinds of what settings add.
func addedKinds() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{harness.Budget(), harness.NetworkPolicy(), harness.Route(), harness.PodMonitor()}
}

// TestSiteObjects turns on what settings add to a graph that runs, where the APIs of two
// of the kinds come later, and off again. No pod restarts.
func TestSiteObjects(t *testing.T) {
	s := ready(t)
	s.scaleInGraph(2)
	s.untilReplicas(worker, 2)
	s.untilReady(chat)
	before := s.workloads()
	name := "dynamo." + s.namespace

	s.configure(name, siteObjects)
	s.until("the frontend says what to install", func(ctx context.Context) error {
		return s.says(ctx, harness.Component(), chat+"-frontend", "UnsupportedFields", "install the Gateway API")
	})
	s.until("so does the graph", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "UnsupportedFields", "install the Prometheus operator")
	})
	s.must(cluster.ApplyRoutes(t.Context()))
	s.must(cluster.ApplyPodMonitors(t.Context()))
	s.patch(harness.Graph(), chat, `{"metadata":{"annotations":{"example.org/touched":"1"}}}`) // It looks again within five minutes by itself.
	want := []string{
		"HTTPRoute/chat-frontend", "NetworkPolicy/chat-frontend", "NetworkPolicy/chat-worker", "PodDisruptionBudget/chat-worker", "PodMonitor/chat",
	}
	s.untilAdded(want...)
	s.untilReady(chat)
	s.survive(before)
	s.until("one of two pods may be disrupted", s.allows(worker, 2, 1))

	added := s.addedVersions()
	s.patch(harness.Graph(), chat, `{"metadata":{"annotations":{"example.org/touched":"2"}}}`)
	s.patch(harness.Component(), chat+"-frontend", `{"metadata":{"annotations":{"example.org/touched":"2"}}}`)
	time.Sleep(10 * time.Second) // Both are looked at again, and each child is applied.
	if diff := cmp.Diff(added, s.addedVersions()); diff != "" {
		t.Errorf("what is applied again as it is does not change: -before, +after:\n%s", diff)
	}

	s.scaleInGraph(1)
	s.untilReplicas(worker, 1)
	s.untilAdded(want...)
	s.until("the one pod that is left may be disrupted", s.allows(worker, 1, 1))

	s.unconfigure(name)
	s.untilAdded()
	s.untilReady(chat)
}

// scaleInGraph gives the worker of the graph replicas.
func (s *scenario) scaleInGraph(replicas int) {
	s.Helper()
	s.patch(harness.Graph(), chat, fmt.Sprintf(`{"spec":{"services":{"Worker":{"replicas":%d}}}}`, replicas))
}

// untilAdded waits until the objects that settings add are those, by kind and name.
func (s *scenario) untilAdded(want ...string) {
	s.Helper()
	s.until(fmt.Sprintf("settings add %v", want), func(context.Context) error {
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(s.addedVersions()))); diff != "" { //nolint:contextcheck // The test's own context is the same.
			return fmt.Errorf("-want, +got:\n%s", diff)
		}
		return nil
	})
}

// addedVersions are the versions of the objects that settings add. Into the status of a
// budget Kubernetes writes, so that its generation stands for it.
func (s *scenario) addedVersions() map[string]string {
	s.Helper()
	out := map[string]string{}
	for _, kind := range addedKinds() {
		for _, o := range s.list(kind, "") {
			out[kind.Kind+"/"+o.GetName()] = o.GetResourceVersion()
			if kind == harness.Budget() {
				out[kind.Kind+"/"+o.GetName()] = strconv.FormatInt(o.GetGeneration(), 10)
			}
		}
	}
	return out
}

// allows is an error until a budget counts pods, and allows some of them to be disrupted.
func (s *scenario) allows(budget string, pods, disruptions int64) func(context.Context) error {
	return func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Budget(), budget))
		if err != nil {
			return err
		}
		got := []int64{number(o, "status", "expectedPods"), number(o, "status", "currentHealthy"), number(o, "status", "disruptionsAllowed")}
		if diff := cmp.Diff([]int64{pods, pods, disruptions}, got); diff != "" {
			return fmt.Errorf("expected, healthy and disruptions allowed: -want, +got:\n%s", diff)
		}
		return nil
	}
}

// TestSiteObjectsOfOthers: what somebody else made under the name of what settings add
// stays as it is, and the graph is ready beside it.
func TestSiteObjectsOfOthers(t *testing.T) {
	s := ready(t)
	s.scaleInGraph(2)
	s.untilReplicas(worker, 2)
	s.apply("{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: " + worker + "}, spec: {minAvailable: 1, selector: {matchLabels: {a: b}}}}")
	mine := s.get(harness.Budget(), worker)
	s.configure("dynamo."+s.namespace, "{disruption: {podDisruptionBudgets: true}, networkPolicy: {enabled: true}}")
	s.until("the component says whose it is", func(ctx context.Context) error {
		return s.says(ctx, harness.Component(), worker, "Valid", `PodDisruptionBudget "`+worker+`" exists and was made by somebody else`)
	})
	s.until("the rest is made", func(ctx context.Context) error {
		_, err := s.client.Get(ctx, s.ref(harness.NetworkPolicy(), worker))
		return err
	})
	s.untilReady(chat)
	if got := s.get(harness.Budget(), worker); len(got.GetOwnerReferences()) > 0 || got.GetGeneration() != mine.GetGeneration() {
		t.Errorf("the budget of somebody else was written: %v", got.Object)
	}
	s.must(s.client.Delete(t.Context(), s.ref(harness.Budget(), worker)))
	s.patch(harness.Component(), worker, `{"metadata":{"annotations":{"example.org/touched":"1"}}}`)
	s.until("once it is gone there is one of the component", s.allows(worker, 2, 1))
}

// TestSiteObjectsOverNodes: a budget counts the pods of all nodes.
func TestSiteObjectsOverNodes(t *testing.T) {
	s := newScenario(t)
	s.must(installed())
	s.configure("dynamo."+s.namespace, "{disruption: {podDisruptionBudgets: true}, networkPolicy: {enabled: true}}")
	s.apply(s.file("multinode.yaml"))
	s.patch(harness.Graph(), wide, `{"spec":{"services":{"Worker":{"replicas":2}}}}`)
	s.until("the graph is ready with two replicas of two nodes each", s.wideReady(2))
	s.until("one of four pods may be disrupted", s.allows(wideWorker, 4, 1))
}

// patienceForgotten is how long a graph may take to go on once its reference is taken away:
// it took two minutes where that was measured, and Crossplane waits longer after each failure.
const patienceForgotten = 6 * time.Minute

// TestSiteObjectsVanish removes the API of PodMonitors while graphs have some, without
// turning the setting off before. Crossplane then cannot look at what the graph composes:
// its pods run on, and it goes on where its reference is taken away, or the API is back.
func TestSiteObjectsVanish(t *testing.T) {
	s := ready(t)
	s.must(cluster.ApplyPodMonitors(t.Context()))
	s.configure("dynamo."+s.namespace, "{monitoring: {podMonitors: true}}")
	s.untilMonitored()
	before := s.workloads()
	s.must(cluster.RemovePodMonitors(t.Context()))
	s.notef("the API of PodMonitors is removed")
	s.forget(harness.PodMonitor().Kind)
	s.patience = patienceForgotten
	s.scaleInGraph(3)
	s.untilReplicas(worker, 3)
	s.survive(before)

	s.must(cluster.ApplyPodMonitors(t.Context()))
	s.patch(harness.Graph(), chat, `{"metadata":{"annotations":{"example.org/touched":"1"}}}`)
	s.untilMonitored()
	s.must(cluster.RemovePodMonitors(t.Context()))
	s.scaleInGraph(1)
	s.notef("the API of PodMonitors is removed again, and a service scaled")
	s.must(cluster.ApplyPodMonitors(t.Context()))
	s.untilReplicas(worker, 1)
	s.untilMonitored()
}

func (s *scenario) untilMonitored() {
	s.Helper()
	s.until("the graph has a PodMonitor", func(ctx context.Context) error {
		_, err := s.client.Get(ctx, s.ref(harness.PodMonitor(), chat))
		return err
	})
}

// forget takes Crossplane's references to objects of a kind out of the graph, as
// docs/operations.md has it.
func (s *scenario) forget(kind string) {
	s.Helper()
	s.until("the graph has no reference to a "+kind, func(ctx context.Context) error {
		g, err := s.client.Get(ctx, s.ref(harness.Graph(), chat))
		if err != nil {
			return err
		}
		refs, _, err := unstructured.NestedSlice(g.Object, "spec", "crossplane", "resourceRefs")
		if err != nil {
			return fmt.Errorf("cannot read the references: %w", err)
		}
		kept := slices.DeleteFunc(slices.Clone(refs), func(r any) bool { return r.(map[string]any)["kind"] == kind })
		if len(kept) == len(refs) {
			return nil
		}
		if err := unstructured.SetNestedSlice(g.Object, kept, "spec", "crossplane", "resourceRefs"); err != nil {
			return fmt.Errorf("cannot write the references: %w", err)
		}
		if _, err := s.client.Of(harness.Graph(), s.namespace).Update(ctx, g, metav1.UpdateOptions{}); err != nil {
			return fmt.Errorf("cannot update the graph: %w", err)
		}
		return errors.New("it had one until now")
	})
}
