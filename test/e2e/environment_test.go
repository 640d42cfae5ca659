package e2e

import (
	"context"
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

func environmentConfig() schema.GroupVersionKind {
	return harness.Kind("apiextensions.crossplane.io", "v1beta1", "EnvironmentConfig")
}

// site is the label of pods by which tests see which settings arrived.
const site = "example.org/site"

// labelled are settings that give pods the label.
func labelled(value string) string {
	return fmt.Sprintf("{podDefaults: {labels: {%s: %s}}}", site, value)
}

// TestEnvironment sets up a fleet of two namespaces with one object, changes one of
// them with a second, and takes both away again.
func TestEnvironment(t *testing.T) {
	here := ready(t)
	there := here.beside("there")
	fleet := []*scenario{here, there}
	before := here.templates()
	for _, s := range fleet {
		s.untilSettings("", "built-in")
	}

	here.configure("dynamo", labelled("cluster"))
	for _, s := range fleet {
		s.untilSettings("cluster", "built-in", "dynamo")
	}
	unchanged := there.templates()
	namespaced := "dynamo." + here.namespace
	here.configure(namespaced, labelled("namespace"))
	here.untilSettings("namespace", "built-in", "dynamo", namespaced)
	if diff := cmp.Diff(unchanged, there.templates()); diff != "" {
		t.Errorf("an object of another namespace changed pods: -before, +after:\n%s", diff)
	}

	here.unconfigure(namespaced)
	here.untilSettings("cluster", "built-in", "dynamo")
	here.unconfigure("dynamo")
	for _, s := range fleet {
		s.untilSettings("", "built-in")
	}
	if diff := cmp.Diff(before, here.templates()); diff != "" {
		t.Errorf("pods are not what they were before: -before, +after:\n%s", diff)
	}
}

// TestEnvironmentBroken scales a service while the settings of the cluster cannot be
// read, and creates a graph meanwhile.
func TestEnvironmentBroken(t *testing.T) {
	s := scaled(t)
	before := s.workloads()
	s.configure("dynamo", "{discovry: {backend: etcd}}")
	s.untilInvalid()
	const named = `EnvironmentConfig[dynamo].data.dynamo.discovry: Invalid value: unknown field: did you mean discovery?`
	for name, kind := range map[string]schema.GroupVersionKind{chat: harness.Graph(), worker: harness.Component()} {
		s.until("condition Valid of "+name+" names the object", func(ctx context.Context) error {
			return s.says(ctx, kind, name, "Valid", named)
		})
	}
	s.scalesWhileInvalid(4)
	s.untilUnready("InvalidSpec") // The components read the same settings.
	late := strings.ReplaceAll(graph(t), "chat", "late")
	s.apply(late)
	s.until("so does that of a new graph", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), "late", "Valid", named)
	})

	s.configure("dynamo", labelled("cluster"))
	for _, name := range []string{chat, "late"} {
		s.untilReady(name)
	}
	s.untilReplicas(worker, 4)
	s.surviveButPods(before)
}

// TestEnvironmentAbsent counts calls while there is no object with settings: a change
// costs one call for each composite that it reaches, and nothing warns.
func TestEnvironmentAbsent(t *testing.T) {
	const changes = 5
	s := ready(t)
	time.Sleep(5 * time.Second) // What is on its way still arrives.
	begin := s.calls()
	for i := range changes {
		s.patch(harness.Component(), worker, fmt.Sprintf(`{"metadata":{"annotations":{"example.org/touched":"%d"}}}`, i))
		time.Sleep(time.Second)
	}
	got := s.calls() - begin
	s.notef("%d changes of a component: %.0f calls for it and its graph", changes, got)
	if got < changes || got > 2*changes+changes/2 {
		t.Errorf("%d changes of a component: want 1 call for it and 1 for its graph each, got %.0f", changes, got)
	}
	for _, e := range s.list(harness.Kind("", "v1", "Event"), "") {
		if text(&e, "type") == "Warning" && strings.Contains(text(&e, "message"), "EnvironmentConfig") {
			t.Errorf("there is a warning: %s", text(&e, "message"))
		}
	}
}

// beside is the same in a namespace of its own, with a graph of its own.
func (s *scenario) beside(suffix string) *scenario {
	s.Helper()
	other := *s
	other.namespace += "-" + suffix
	s.must(cluster.CreateNamespace(s.Context(), other.namespace))
	s.Cleanup(func() { _ = s.client.Delete(context.Background(), other.ref(harness.Graph(), chat)) })
	other.apply(graph(s.T))
	other.untilReady(chat)
	return &other
}

// configure applies an EnvironmentConfig with settings, as `kubectl apply` does.
func (s *scenario) configure(name, settings string) {
	s.Helper()
	objects, err := harness.Objects(fmt.Sprintf(
		"{apiVersion: apiextensions.crossplane.io/v1beta1, kind: EnvironmentConfig, metadata: {name: %s}, data: {dynamo: %s}}", name, settings))
	s.must(err)
	s.must(s.client.Apply(s.Context(), objects...))
	s.Cleanup(func() { _ = s.client.Delete(context.Background(), harness.RefOf(objects[0])) })
	s.notef("EnvironmentConfig %s: %s", name, settings)
}

func (s *scenario) unconfigure(name string) {
	s.Helper()
	s.must(s.client.Delete(s.Context(), harness.Ref{GroupVersionKind: environmentConfig(), Name: name}))
	s.notef("EnvironmentConfig %s deleted", name)
}

// untilSettings waits until the graph is ready, it and its components name the layers,
// and all pods have the label; none of them where it is empty.
func (s *scenario) untilSettings(label string, layers ...string) {
	s.Helper()
	s.until(fmt.Sprintf("%s is composed with the settings of %v", s.namespace, layers), func(ctx context.Context) error {
		for _, kind := range []schema.GroupVersionKind{harness.Graph(), harness.Component(), harness.Deployment()} {
			all, err := s.client.List(ctx, kind, s.namespace, "")
			if err != nil {
				return err
			}
			for i := range all {
				if err := composedWith(&all[i], label, layers); err != nil {
					return err
				}
			}
		}
		return nil
	})
	s.untilReady(chat)
}

// composedWith is an error where a composite names other layers, or a Deployment has
// another label.
func composedWith(o *unstructured.Unstructured, label string, layers []string) error {
	if o.GetKind() == harness.Deployment().Kind {
		if got := text(o, "spec", "template", "metadata", "labels", site); got != label {
			return fmt.Errorf("%s has label %q", harness.RefOf(o), got)
		}
		return nil
	}
	if got, _, _ := unstructured.NestedStringSlice(o.Object, "status", "settings"); !cmp.Equal(layers, got) {
		return fmt.Errorf("%s has the settings of %v", harness.RefOf(o), got)
	}
	return nil
}

// templates are the pod templates of all Deployments, by name.
func (s *scenario) templates() map[string]any {
	s.Helper()
	out := map[string]any{}
	for _, o := range s.list(harness.Deployment(), "") {
		template, ok, err := unstructured.NestedMap(o.Object, "spec", "template")
		if err != nil || !ok {
			s.must(errors.Join(err, fmt.Errorf("%s has no template", harness.RefOf(&o))))
		}
		out[o.GetName()] = template
	}
	return out
}
