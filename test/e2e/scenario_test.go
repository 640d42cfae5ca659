package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// patience for a graph to settle after a change. A quiet machine takes a few
// seconds.
const patience = 3 * time.Minute

// scenario is what happens in one namespace.
type scenario struct {
	*testing.T

	client    *harness.Client
	namespace string
	begin     time.Time
	patience  time.Duration
}

// newScenario makes a namespace, and removes its requests and graphs after the test.
func newScenario(t *testing.T) *scenario {
	t.Helper()
	s := &scenario{T: t, client: cluster.Client, begin: time.Now(), patience: patience, namespace: strings.ToLower(strings.ReplaceAll(t.Name(), "/", "-"))}
	s.must(cluster.CreateNamespace(t.Context(), s.namespace))
	t.Cleanup(func() {
		ctx := context.Background()
		if t.Failed() {
			s.dump(ctx)
		}
		for _, kind := range []schema.GroupVersionKind{harness.Request(), harness.Graph()} {
			all, _ := s.client.List(ctx, kind, s.namespace, "")
			for i := range all {
				_ = s.client.Delete(ctx, harness.RefOf(&all[i]))
			}
		}
	})
	return s
}

// dump tells the state of what a failed test left.
func (s *scenario) dump(ctx context.Context) {
	for _, kind := range []schema.GroupVersionKind{harness.Graph(), harness.Component(), harness.Adapter(), harness.Deployment()} {
		s.dumpKind(ctx, kind)
	}
}

func (s *scenario) dumpKind(ctx context.Context, kind schema.GroupVersionKind) {
	all, err := s.client.List(ctx, kind, s.namespace, "")
	if err != nil {
		s.Logf("%s: %v", kind.Kind, err)
	}
	for i := range all {
		s.Logf("%s: generation %d, spec %v, status %v", harness.RefOf(&all[i]), all[i].GetGeneration(), all[i].Object["spec"], all[i].Object["status"])
	}
}

func (s *scenario) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// notef tells what was done or seen, and when.
func (s *scenario) notef(format string, args ...any) {
	s.Helper()
	s.Logf("[%6.2fs] %s", time.Since(s.begin).Seconds(), fmt.Sprintf(format, args...))
}

// until waits, and ends the test where it waits in vain.
func (s *scenario) until(what string, done func(context.Context) error) {
	s.Helper()
	s.must(harness.Until(s.Context(), s.patience, what, done))
	s.notef("%s", what)
}

// apply manifests in the namespace of the test.
func (s *scenario) apply(manifests string) {
	s.Helper()
	s.must(s.client.Apply(s.Context(), s.objects(manifests)...))
}

func (s *scenario) objects(manifests string) []*unstructured.Unstructured {
	s.Helper()
	objects, err := harness.Objects(manifests)
	s.must(err)
	for _, o := range objects {
		o.SetNamespace(s.namespace)
	}
	return objects
}

func (s *scenario) ref(kind schema.GroupVersionKind, name string) harness.Ref {
	return harness.Ref{GroupVersionKind: kind, Namespace: s.namespace, Name: name}
}

func (s *scenario) get(kind schema.GroupVersionKind, name string) *unstructured.Unstructured {
	s.Helper()
	o, err := s.client.Get(s.Context(), s.ref(kind, name))
	s.must(err)
	return o
}

func (s *scenario) list(kind schema.GroupVersionKind, selector string) []unstructured.Unstructured {
	s.Helper()
	all, err := s.client.List(s.Context(), kind, s.namespace, selector)
	s.must(err)
	return all
}

func (s *scenario) patch(kind schema.GroupVersionKind, name, patch string, subresources ...string) {
	s.Helper()
	s.must(s.client.Patch(s.Context(), s.ref(kind, name), patch, subresources...))
}

// untilReady waits until a graph is ready at its present generation, and so are
// all of its Deployments.
func (s *scenario) untilReady(graph string) {
	s.Helper()
	s.until(graph+" is ready, and so are its Deployments", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Graph(), graph))
		if err != nil {
			return err
		}
		if err := settled(o); err != nil {
			return err
		}
		deployments, err := s.client.List(ctx, harness.Deployment(), s.namespace, "")
		if err != nil {
			return err
		}
		if len(deployments) == 0 {
			return errors.New("there are no Deployments")
		}
		for i := range deployments {
			if err := available(&deployments[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// settled is an error while a graph is not ready at its present generation.
func settled(graph *unstructured.Unstructured) error {
	state, _, _ := unstructured.NestedString(graph.Object, "status", "state")
	observed, _, _ := unstructured.NestedInt64(graph.Object, "status", "observedGeneration")
	ready := harness.ConditionOf(graph, "Ready")
	synced := harness.ConditionOf(graph, "Synced")
	if state != "successful" || observed < graph.GetGeneration() || ready.Status != "True" || synced.Status != "True" {
		return fmt.Errorf("%s: state %q, generation %d of %d, Ready %s, Synced %s, ServicesReady: %s", harness.RefOf(graph), state, observed,
			graph.GetGeneration(), ready.Status, synced.Status, harness.ConditionOf(graph, "ServicesReady").Message)
	}
	return nil
}

// available is an error while a Deployment is not rolled out.
func available(d *unstructured.Unstructured) error {
	want := number(d, "spec", "replicas")
	observed := number(d, "status", "observedGeneration")
	if observed < d.GetGeneration() {
		return fmt.Errorf("%s: its controller has seen generation %d of %d", harness.RefOf(d), observed, d.GetGeneration())
	}
	for _, field := range []string{"replicas", "updatedReplicas", "availableReplicas"} {
		if got := number(d, "status", field); got != want {
			return fmt.Errorf("%s: status.%s is %d, want %d", harness.RefOf(d), field, got, want)
		}
	}
	return nil
}

// number is an integer field; 0 where it is absent.
func number(o *unstructured.Unstructured, fields ...string) int64 {
	n, _, _ := unstructured.NestedInt64(o.Object, fields...)
	return n
}

func text(o *unstructured.Unstructured, fields ...string) string {
	v, _, _ := unstructured.NestedString(o.Object, fields...)
	return v
}

// uids of all objects of the namespace that run or serve something, by kind
// and name.
func (s *scenario) uids(kinds ...schema.GroupVersionKind) map[string]string {
	s.Helper()
	out := map[string]string{}
	for _, kind := range kinds {
		for _, o := range s.list(kind, "") {
			out[kind.Kind+"/"+o.GetName()] = string(o.GetUID())
		}
	}
	return out
}

// workloads are the UIDs of what must survive faults: graphs, components,
// adapters, Deployments, Services and pods.
func (s *scenario) workloads() map[string]string {
	s.Helper()
	return s.uids(harness.Graph(), harness.Component(), harness.Adapter(), harness.Deployment(), harness.Kind("", "v1", "Service"), harness.Pod())
}

// gone is an error until there is no such object.
func (s *scenario) gone(ctx context.Context, r harness.Ref) error {
	_, err := s.client.Get(ctx, r)
	if apierrors.IsNotFound(err) {
		return nil
	}
	return errors.Join(err, fmt.Errorf("%s still exists", r))
}
