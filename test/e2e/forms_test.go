package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

const (
	older = "v1alpha1"
	newer = "v1beta1"

	// lastApplied is where kubectl keeps the manifest that it applied.
	lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
)

// inForm is the graph of testdata/scaled.yaml in the form of a version.
func inForm(t *testing.T, version string) string {
	t.Helper()
	if version == newer {
		return manifest(t, "scaled-v1beta1.yaml")
	}
	return manifest(t, "scaled.yaml")
}

// at is a kind in another version.
func at(kind schema.GroupVersionKind, version string) schema.GroupVersionKind {
	kind.Version = version
	return kind
}

// applying is a way to apply manifests.
type applying func(*scenario, *unstructured.Unstructured) error

// ways to apply a manifest, by name.
func ways() map[string]applying {
	return map[string]applying{"client-side": (*scenario).applyByClient, "server-side": func(s *scenario, o *unstructured.Unstructured) error {
		return s.applyAs("git", o)
	}}
}

// applyByClient applies a manifest as `kubectl apply` does: it compares what was applied
// last, what is wanted and what is there, and sends what differs, if anything does.
func (s *scenario) applyByClient(o *unstructured.Unstructured) error {
	plain, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", harness.RefOf(o), err)
	}
	o = o.DeepCopy()
	o.SetAnnotations(map[string]string{lastApplied: string(plain)})
	live, err := s.client.Get(s.Context(), harness.RefOf(o))
	if apierrors.IsNotFound(errors.Unwrap(err)) {
		return s.client.Create(s.Context(), o)
	}
	if err != nil {
		return err
	}
	wanted, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", harness.RefOf(o), err)
	}
	current, err := json.Marshal(live)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", harness.RefOf(o), err)
	}
	patch, err := jsonmergepatch.CreateThreeWayJSONMergePatch([]byte(live.GetAnnotations()[lastApplied]), wanted, current)
	if err != nil {
		return fmt.Errorf("cannot compare %s: %w", harness.RefOf(o), err)
	}
	if string(patch) == "{}" {
		return nil
	}
	s.notef("client-side apply of %s sends %s", harness.RefOf(o), patch)
	return s.client.Patch(s.Context(), harness.RefOf(o), string(patch))
}

// applyAs applies a manifest server-side under the name of a field manager, which takes
// nothing from others.
func (s *scenario) applyAs(manager string, o *unstructured.Unstructured) error {
	_, err := s.client.Of(o.GroupVersionKind(), s.namespace).Apply(s.Context(), o.GetName(), o, metav1.ApplyOptions{FieldManager: manager})
	if err != nil {
		return fmt.Errorf("%s cannot apply %s: %w", manager, harness.RefOf(o), err)
	}
	return nil
}

// reapplied applies a manifest once more, which must change nothing. What else is
// written meanwhile is not its doing, so that it is tried until nothing is.
func (s *scenario) reapplied(what string, o *unstructured.Unstructured, apply func(*unstructured.Unstructured) error) {
	s.Helper()
	s.until(what+" once more changes nothing", func(ctx context.Context) error {
		before, err := s.client.Get(ctx, harness.RefOf(o))
		if err != nil {
			return err
		}
		if err := apply(o); err != nil {
			return err
		}
		after, err := s.client.Get(ctx, harness.RefOf(o))
		if err == nil && before.GetResourceVersion() != after.GetResourceVersion() {
			err = fmt.Errorf("-before, +after:\n%s", cmp.Diff(before.Object, after.Object))
		}
		return err
	})
}

// TestFormsReapplied applies a graph in each form over and over, in each way, also by
// two who manage a part of it each: nothing changes, and nobody is refused.
func TestFormsReapplied(t *testing.T) {
	for _, version := range []string{older, newer} {
		for way, apply := range ways() {
			t.Run(version+"-"+way, func(t *testing.T) {
				s := newScenario(t)
				o := s.objects(inForm(t, version))[0]
				s.must(apply(s, o))
				s.untilReady(chat)
				before := s.workloads()
				s.reapplied(way, o, func(o *unstructured.Unstructured) error { return apply(s, o) })

				part := s.objects("{apiVersion: nvidia.com/" + version + ", kind: DynamoGraphDeployment, metadata: {name: chat}, spec: {labels: {team: chat}}}")[0]
				s.must(s.applyAs("platform", part))
				s.untilReady(chat)
				s.reapplied("the part of another manager", part, func(o *unstructured.Unstructured) error { return s.applyAs("platform", o) })
				s.reapplied(way+" beside another manager", o, func(o *unstructured.Unstructured) error { return apply(s, o) })
				if got := text(s.get(harness.Graph(), chat), "spec", "labels", "team"); got != "chat" {
					t.Errorf("the label of the other manager is %q", got)
				}
				s.surviveButPods(before)
				s.readsInBoth(o)
			})
		}
	}
}

// readsInBoth reads a graph in both versions: nothing but the version differs. What is
// of the one can be written in the other.
func (s *scenario) readsInBoth(applied *unstructured.Unstructured) {
	s.Helper()
	read := map[string]*unstructured.Unstructured{}
	s.until("both versions read the same", func(ctx context.Context) error {
		for _, version := range []string{older, newer} {
			o, err := s.client.Get(ctx, s.ref(at(harness.Graph(), version), chat))
			if err != nil {
				return err
			}
			if o.GetAPIVersion() != "nvidia.com/"+version {
				return fmt.Errorf("%s is read as %s", version, o.GetAPIVersion())
			}
			o.SetAPIVersion("")
			o.SetManagedFields(nil)
			read[version] = o
		}
		if diff := cmp.Diff(read[older], read[newer]); diff != "" {
			return fmt.Errorf("-v1alpha1, +v1beta1:\n%s", diff)
		}
		return nil
	})
	for _, field := range []string{"services", "components"} {
		got, _, _ := unstructured.NestedMap(read[newer].Object, "status", field)
		if len(got) != 2 {
			s.Errorf("status.%s has the counts of %d, want 2: %v", field, len(got), got)
		}
	}
	other := older
	if applied.GroupVersionKind().Version == older {
		other = newer
	}
	o := applied.DeepCopy()
	o.SetAPIVersion("nvidia.com/" + other)
	s.reapplied("writing it as "+other, o, func(o *unstructured.Unstructured) error {
		return s.client.Patch(s.Context(), harness.RefOf(o), string(s.json(map[string]any{"spec": o.Object["spec"]})))
	})
}

func (s *scenario) json(v any) []byte {
	s.Helper()
	raw, err := json.Marshal(v)
	s.must(err)
	return raw
}

// TestFormsMoved writes a graph anew in the other form, and back again, in each way:
// components, adapters, Deployments, Services and pods are the same.
func TestFormsMoved(t *testing.T) {
	for way, apply := range ways() {
		t.Run(way, func(t *testing.T) {
			s := newScenario(t)
			s.must(apply(s, s.objects(inForm(t, older))[0]))
			s.untilReady(chat)
			s.untilBound(worker)
			before, generations := s.workloads(), s.generations()
			s.moved(newer, "components", "services", apply)
			s.same(before)
			if diff := cmp.Diff(generations, s.generations()); diff != "" {
				t.Errorf("generations of the Deployments: -before, +after:\n%s", diff)
			}
			s.patch(at(harness.Adapter(), newer), worker, `{"spec":{"replicas":3}}`, "scale")
			s.untilReplicas(worker, 3)
			s.untilReady(chat)
			s.must(s.scaleTo(worker, 2))
			s.untilReplicas(worker, 2)
			s.moved(older, "services", "components", apply)
			s.surviveButPods(before)
		})
	}
}

// moved writes the graph in the form of a version: it has that form alone.
func (s *scenario) moved(version, has, lost string, apply applying) {
	s.Helper()
	s.must(apply(s, s.objects(inForm(s.T, version))[0]))
	s.untilReady(chat)
	spec, _, err := unstructured.NestedMap(s.get(harness.Graph(), chat).Object, "spec")
	s.must(err)
	if spec[has] == nil || spec[lost] != nil {
		s.Errorf("the graph has not moved to the form of %s: it has %s %v and %s %v", version, has, spec[has], lost, spec[lost])
	}
	s.reapplied("the form of "+version, s.objects(inForm(s.T, version))[0], func(o *unstructured.Unstructured) error { return apply(s, o) })
}

// patchJSON changes an object by operations, as clients do that know no other patch of
// lists.
func patchJSON(ctx context.Context, client *harness.Client, r harness.Ref, operations string) error {
	_, err := client.Of(r.GroupVersionKind, r.Namespace).Patch(ctx, r.Name, types.JSONPatchType, []byte(operations), metav1.PatchOptions{})
	if err != nil {
		return fmt.Errorf("cannot patch %s: %w", r, err)
	}
	return nil
}
