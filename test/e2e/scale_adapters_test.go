package e2e

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

func replicasOf(o *unstructured.Unstructured) string {
	return strconv.FormatInt(number(o, "spec", "replicas"), 10)
}

// TestScaleAdapterDeleted deletes the adapter that a graph composed, after it was
// scaled: it comes back with what runs.
func TestScaleAdapterDeleted(t *testing.T) {
	s := scaled(t)
	s.must(s.scaleTo(worker, 5))
	s.untilReplicas(worker, 5)
	s.untilReady(chat)
	before := s.workloads()
	maps.DeleteFunc(before, func(name, _ string) bool { return strings.HasPrefix(name, harness.Adapter().Kind) })
	was := s.get(harness.Adapter(), worker).GetUID()
	components, deployments := s.record(harness.Component()), s.record(harness.Deployment())
	time.Sleep(time.Second) // the watches begin with what is there

	s.must(s.client.Delete(t.Context(), s.ref(harness.Adapter(), worker)))
	s.notef("adapter %s deleted", worker)
	s.until("the adapter is made again, with 5 replicas", func(ctx context.Context) error {
		a, err := s.client.Get(ctx, s.ref(harness.Adapter(), worker))
		if err == nil && (a.GetUID() == was || number(a, "spec", "replicas") != 5) {
			err = fmt.Errorf("%s has UID %s and %s replicas", worker, a.GetUID(), replicasOf(a))
		}
		return err
	})
	s.untilBound(worker)
	s.untilReady(chat)
	s.survive(before)
	for kind, r := range map[string]*record{"component": components, "Deployment": deployments} {
		if diff := cmp.Diff([]string{"5"}, r.changes(worker, replicasOf)); diff != "" {
			t.Errorf("replicas of the %s: -want, +seen:\n%s", kind, diff)
		}
	}

	s.must(s.scaleTo(worker, 3))
	s.untilReplicas(worker, 3)
}

// TestScaleAdapterRestored deletes the adapter that a graph composed, and restores what a
// backup has of it before the graph can make it again: it gets what runs.
func TestScaleAdapterRestored(t *testing.T) {
	s := scaled(t)
	s.untilReady(chat)
	backup := s.get(harness.Adapter(), worker)
	s.must(s.scaleTo(worker, 5))
	s.untilReplicas(worker, 5)
	s.untilReady(chat)
	s.patch(harness.Graph(), chat, pause)
	s.must(s.client.Delete(t.Context(), s.ref(harness.Adapter(), worker)))
	s.until("the adapter is gone", func(ctx context.Context) error { return s.gone(ctx, s.ref(harness.Adapter(), worker)) })
	for _, name := range []string{"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation", "finalizers"} {
		unstructured.RemoveNestedField(backup.Object, "metadata", name)
	}
	unstructured.RemoveNestedField(backup.Object, "status")
	s.must(s.client.Create(t.Context(), backup))
	s.notef("adapter %s is back with %s replicas", worker, replicasOf(backup))
	deployments := s.record(harness.Deployment())
	time.Sleep(time.Second) // the watch begins with what is there

	s.patch(harness.Graph(), chat, goOn)
	s.until("the adapter asks for 5 replicas", func(ctx context.Context) error {
		a, err := s.client.Get(ctx, s.ref(harness.Adapter(), worker))
		if err == nil && number(a, "spec", "replicas") != 5 {
			err = fmt.Errorf("%s has %s replicas", worker, replicasOf(a))
		}
		return err
	})
	s.until("an event says so", func(ctx context.Context) error { return s.warned(ctx, "came back asking for") })
	s.untilReady(chat)
	if diff := cmp.Diff([]string{"5"}, deployments.changes(worker, replicasOf)); diff != "" {
		t.Errorf("replicas of the Deployment: -want, +seen:\n%s", diff)
	}

	s.must(s.scaleTo(worker, 3))
	s.untilReplicas(worker, 3)
}

// TestScaleSwitchedOff takes the adapter of a service away: the graph's own number
// counts again, and an event says so once.
func TestScaleSwitchedOff(t *testing.T) {
	s := scaled(t)
	s.must(s.scaleTo(worker, 5))
	s.untilReplicas(worker, 5)
	s.untilReady(chat)
	before := s.workloads()
	deployments := s.record(harness.Deployment())
	time.Sleep(time.Second) // the watch begins with what is there

	s.patch(harness.Graph(), chat, `{"spec":{"services":{"Worker":{"scalingAdapter":{"enabled":false}}}}}`)
	s.notef("scalingAdapter of the worker is switched off")
	s.untilReplicas(worker, 2)
	s.until("the adapter is gone", func(ctx context.Context) error { return s.gone(ctx, s.ref(harness.Adapter(), worker)) })
	s.untilReady(chat)
	maps.DeleteFunc(before, func(name, _ string) bool { return strings.HasPrefix(name, harness.Adapter().Kind) })
	s.surviveButPods(before)
	if diff := cmp.Diff([]string{"5", "2"}, deployments.changes(worker, replicasOf)); diff != "" {
		t.Errorf("replicas of the Deployment: -want, +seen:\n%s", diff)
	}

	const told = "spec.services[Worker].scalingAdapter: no longer enabled: the service goes from 5 to 2 replicas, as spec.services[Worker].replicas says"
	var count int64
	s.until("an event says so", func(ctx context.Context) error {
		events, err := s.client.List(ctx, harness.Kind("", "v1", "Event"), s.namespace, "")
		count = 0
		for i := range events {
			if strings.Contains(text(&events[i], "message"), told) && text(&events[i], "type") == "Warning" {
				count += max(1, number(&events[i], "count"))
			}
		}
		if err == nil && count == 0 {
			err = fmt.Errorf("none of %d events does", len(events))
		}
		return err
	})
	if count != 1 {
		t.Errorf("it was told %d times, want once", count)
	}
}

const namesake = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapter
metadata: {name: chat-worker}
spec:
  replicas: 3
  dgdRef: {name: chat, serviceName: Worker}
`

// TestScaleNamesake lets an adapter stand that a user made with the name of the
// graph's own: it scales the service, and outlives the graph.
func TestScaleNamesake(t *testing.T) {
	s := newScenario(t)
	s.apply(namesake)
	s.apply(manifest(t, "scaled.yaml"))
	s.untilReplicas(worker, 3)
	s.untilReady(chat)
	s.untilBound(worker)
	valid := harness.ConditionOf(s.get(harness.Graph(), chat), "Valid")
	if valid.Status != "True" || !strings.Contains(valid.Message, `scaling adapter "chat-worker" is not the graph's own`) {
		t.Errorf("condition Valid does not name the adapter: %+v", valid)
	}
	if owners := s.get(harness.Adapter(), worker).GetOwnerReferences(); len(owners) > 0 {
		t.Errorf("the adapter is owned by %v", owners)
	}
	s.must(s.scaleTo(worker, 4))
	s.untilReplicas(worker, 4)

	s.must(s.client.Delete(t.Context(), s.ref(harness.Graph(), chat)))
	s.until("the graph and its components are gone", func(ctx context.Context) error {
		if err := s.gone(ctx, s.ref(harness.Graph(), chat)); err != nil {
			return err
		}
		return s.gone(ctx, s.ref(harness.Component(), worker))
	})
	if got := s.get(harness.Adapter(), worker); got.GetDeletionTimestamp() != nil || number(got, "spec", "replicas") != 4 {
		t.Errorf("the user's adapter did not outlive the graph: %v", got.Object)
	}
}
