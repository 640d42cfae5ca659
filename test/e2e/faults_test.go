package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// survive compares with what ran before a fault: everything must still be the
// same object. New pods are none of its concern.
func (s *scenario) survive(before map[string]string) {
	s.Helper()
	after := s.workloads()
	kept := map[string]string{}
	for name := range before {
		kept[name] = after[name]
	}
	if diff := cmp.Diff(before, kept); diff != "" {
		s.Errorf("objects were lost or replaced: -before, +after:\n%s", diff)
		return
	}
	s.notef("all %d objects from before are the same", len(before))
}

func (s *scenario) scaleWorker(replicas int) {
	s.Helper()
	s.patch(harness.Graph(), chat, fmt.Sprintf(`{"spec":{"services":{"Worker":{"replicas":%d}}}}`, replicas))
	s.notef("spec.services.Worker.replicas: %d", replicas)
}

// untilReplicas waits until a Deployment has that many available replicas.
func (s *scenario) untilReplicas(name string, want int64) {
	s.Helper()
	s.until(fmt.Sprintf("Deployment %s has %d replicas", name, want), func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Deployment(), name))
		if err != nil {
			return err
		}
		if got := number(o, "spec", "replicas"); got != want {
			return fmt.Errorf("spec.replicas is %d", got)
		}
		return available(o)
	})
}

// TestFaultFunctionKilled kills the function just after an edit, while
// Crossplane calls it, several times.
func TestFaultFunctionKilled(t *testing.T) {
	s := ready(t)
	before := s.workloads()
	for i, pause := range []time.Duration{0, 20 * time.Millisecond, 60 * time.Millisecond} {
		s.scaleWorker(3 + i)
		time.Sleep(pause)
		s.must(cluster.Function.Kill())
		s.notef("function killed %s after the edit", pause)
		time.Sleep(2 * time.Second)
		s.survive(before)
		s.must(cluster.Function.Start(t.Context()))
		s.notef("function started")
		s.untilReplicas(worker, int64(3+i))
		s.untilReady(chat)
	}
	s.survive(before)
}

// TestFaultFunctionKilledInCall has Crossplane wait for an answer that never
// comes: the function is frozen before the edit, so that the call reaches it
// and stays open, and then killed.
func TestFaultFunctionKilledInCall(t *testing.T) {
	s := ready(t)
	before := s.workloads()
	s.must(cluster.Function.Freeze())
	s.scaleWorker(3)
	time.Sleep(2 * time.Second)
	s.same(before)
	s.must(cluster.Function.Kill())
	s.notef("function killed with calls open")
	time.Sleep(2 * time.Second)
	s.must(cluster.Function.Start(t.Context()))
	s.notef("function started")
	s.untilReplicas(worker, 3)
	s.untilReady(chat)
	s.survive(before)
}

// TestFaultCoreKilled kills Crossplane just after an edit.
func TestFaultCoreKilled(t *testing.T) {
	s := ready(t)
	before := s.workloads()
	s.scaleWorker(4)
	s.must(cluster.Core.Kill())
	s.notef("Crossplane killed")
	time.Sleep(2 * time.Second)
	s.must(cluster.Core.Start(t.Context()))
	s.must(cluster.AwaitCore(t.Context()))
	s.notef("Crossplane started and ready")
	s.untilReplicas(worker, 4)
	s.untilReady(chat)
	s.survive(before)
}

// TestFaultAPIServerRestarted kills the API server just after an edit.
func TestFaultAPIServerRestarted(t *testing.T) {
	s := ready(t)
	before := s.workloads()
	s.scaleWorker(4)
	s.must(cluster.APIServer.Kill())
	s.notef("API server killed")
	time.Sleep(2 * time.Second)
	s.must(cluster.APIServer.Start(t.Context()))
	s.must(cluster.AwaitAPIServer(t.Context()))
	s.notef("API server started and ready")
	s.untilReplicas(worker, 4)
	s.untilReady(chat)
	s.survive(before)
	// Crossplane ends where it loses its API server for long; Kubernetes would
	// start it again.
	for _, p := range []*harness.Process{cluster.Core, cluster.RBACManager, cluster.Controllers, cluster.Scheduler, cluster.Kwok} {
		if !p.Running() {
			t.Errorf("%s ended with the API server", p.Name)
		}
	}
}

// TestFaultInvalidEdit has a worker start another engine than the graph
// declares, which no rule of the definition sees, together with a valid edit of
// another service.
func TestFaultInvalidEdit(t *testing.T) {
	s := ready(t)
	before := s.workloads()
	const command = `{"spec":{"services":{"Frontend":{"replicas":3},"Worker":{"extraPodSpec":{"mainContainer":{"args":["-m","dynamo.%s","--model","Qwen/Qwen3-0.6B"]}}}}}}`
	s.patch(harness.Graph(), chat, fmt.Sprintf(command, "sglang"))
	s.notef("the worker starts sglang in a graph of vllm, and Frontend is scaled to 3")
	s.until("condition Valid is False and says why", func(ctx context.Context) error {
		c, err := s.condition(ctx, harness.Graph(), chat, "Valid")
		if err == nil && (c.Status != "False" || !strings.Contains(c.Message, "spec.services[Worker]")) {
			err = fmt.Errorf("it is %+v", c)
		}
		return err
	})
	c, err := s.condition(t.Context(), harness.Graph(), chat, "Valid")
	s.must(err)
	s.notef("Valid=%s %s: %s", c.Status, c.Reason, c.Message)
	time.Sleep(5 * time.Second)
	s.same(before)

	s.patch(harness.Graph(), chat, fmt.Sprintf(command, "vllm"))
	s.notef("the worker starts vllm")
	s.untilReplicas(frontend, 3)
	s.untilReady(chat)
	s.survive(before)
}

// same is as survive, and nothing may have been added.
func (s *scenario) same(before map[string]string) {
	s.Helper()
	if diff := cmp.Diff(before, s.workloads()); diff != "" {
		s.Errorf("objects changed: -before, +after:\n%s", diff)
		return
	}
	s.notef("the %d objects are the same, and there is no other", len(before))
}

func (s *scenario) condition(ctx context.Context, kind schema.GroupVersionKind, name, condition string) (harness.Condition, error) {
	o, err := s.client.Get(ctx, s.ref(kind, name))
	if err != nil {
		return harness.Condition{}, err
	}
	return harness.ConditionOf(o, condition), nil
}

const foreign = `
apiVersion: v1
kind: ConfigMap
metadata: {name: somebody}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat-worker}
spec:
  replicas: 1
  selector: {matchLabels: {app: foreign}}
  template:
    metadata: {labels: {app: foreign}}
    spec: {containers: [{name: main, image: "example.org/foreign:1"}]}
`

// TestFaultForeignDeployment has a Deployment in the way that belongs to
// somebody else, with and without a controller that says so: the graph says so, and
// begins with the service once it is gone.
func TestFaultForeignDeployment(t *testing.T) {
	t.Run("Free", func(t *testing.T) { foreignDeployment(t, func(*scenario) {}) })
	t.Run("Controlled", func(t *testing.T) {
		foreignDeployment(t, func(s *scenario) {
			owner := s.get(harness.Kind("", "v1", "ConfigMap"), "somebody")
			s.patch(harness.Deployment(), worker, fmt.Sprintf(
				`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"somebody","uid":%q,"controller":true}]}}`, owner.GetUID()))
			s.notef("the foreign Deployment has a controller")
		})
	})
}

func foreignDeployment(t *testing.T, prepare func(*scenario)) {
	t.Helper()
	s := newScenario(t)
	s.apply(foreign)
	prepare(s)
	s.untilReplicas(worker, 1)
	before := s.get(harness.Deployment(), worker)
	s.apply(graph(t))
	s.notef("graph applied, whose worker would be called as the foreign Deployment")
	s.untilReplicas(frontend, 1)
	s.until("the graph names the Deployment", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "Valid", `spec.services[Worker]: Deployment "chat-worker" exists`)
	})
	time.Sleep(3 * time.Second)
	s.untouched(before)
	if err := settled(s.get(harness.Graph(), chat)); err == nil {
		t.Error("the graph is ready without its worker")
	}
	s.must(s.client.Delete(t.Context(), s.ref(harness.Deployment(), worker)))
	s.notef("foreign Deployment deleted")
	s.untilReplicas(worker, 2)
	s.untilReady(chat)
}

// untouched is an error where an object's spec or owners are no longer those
// that it had.
func (s *scenario) untouched(before *unstructured.Unstructured) {
	s.Helper()
	after := s.get(before.GroupVersionKind(), before.GetName())
	if before.GetUID() != after.GetUID() {
		s.Errorf("%s was replaced", before.GetName())
	}
	if diff := cmp.Diff(before.Object["spec"], after.Object["spec"]); diff != "" {
		s.Errorf("%s was changed: -before, +after:\n%s", before.GetName(), diff)
	}
	if diff := cmp.Diff(before.GetOwnerReferences(), after.GetOwnerReferences()); diff != "" {
		s.Errorf("%s got other owners: -before, +after:\n%s", before.GetName(), diff)
	}
}

// TestFaultServiceRemoved removes a service and adds it again.
func TestFaultServiceRemoved(t *testing.T) {
	s := ready(t)
	before := s.workloads()
	spec, _, err := unstructured.NestedMap(s.get(harness.Graph(), chat).Object, "spec", "services", "Worker")
	s.must(err)

	s.patch(harness.Graph(), chat, `{"spec":{"services":{"Worker":null}}}`)
	s.notef("service Worker removed")
	s.until("its component and Deployment are gone", func(ctx context.Context) error {
		return errors.Join(s.gone(ctx, s.ref(harness.Component(), worker)), s.gone(ctx, s.ref(harness.Deployment(), worker)))
	})
	s.untilReady(chat)
	rest := s.workloads()
	for name, uid := range rest {
		if before[name] != uid {
			t.Errorf("%s was replaced", name)
		}
	}

	raw, err := json.Marshal(spec)
	s.must(err)
	s.patch(harness.Graph(), chat, fmt.Sprintf(`{"spec":{"services":{"Worker":%s}}}`, raw))
	s.notef("service Worker added again")
	s.untilReplicas(worker, 2)
	s.untilReady(chat)
	s.survive(rest)
}
