package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// Where manifests with the operator's objects are: a selection in the repository; where
// takeoverAll is set, the whole set beside it. The list of pods that start anew has both.
const (
	takeoverAll      = "FUNCTION_DYNAMO_TAKEOVER_ALL"
	conformanceCases = root + "/test/conformance/testdata"
	conformanceAll   = root + "/../shared/conformance"
	conformanceNot   = "v1beta1/aug-deploy-operator-internal-controller-testdata-dgd-grove-input-1" // Its graph is at fault, so that nothing is applied.
	restartsFile     = root + "/test/conformance/testdata/golden/restarts.yaml"
	platformSettings = root + "/examples/platform/settings.yaml"
)

// keyOfChild is the annotation that Crossplane gives to what it composes.
const keyOfChild = "crossplane.io/composition-resource-name"

// labelService is the operator's label with the name of a service.
const labelService = "nvidia.com/dynamo-component"

// TestTakeoverPods has the operator's objects of published manifests run, and then takes
// them over. The Deployments whose pods start anew are those that test/conformance finds
// without a cluster, and docs/migrate.md lists. The cases are about namespace default.
// LeaderWorkerSets are left out: their controller tells a default that is written from one
// that is not, and the cases do not have what the operator wrote of these.
func TestTakeoverPods(t *testing.T) {
	s := newScenario(t)
	s.namespace = "default"
	from := conformanceCases
	if os.Getenv(takeoverAll) != "" {
		from = conformanceAll
	}
	anew := s.listed()
	total, kept := 0, 0
	for _, folder := range []string{"default", "own", "v1beta1", "platform"} {
		if folder == "platform" {
			s.bindable("dynamo-platform-dynamo-operator-planner", "dynamo-platform-dynamo-operator-epp")
			s.configureAll(platformSettings)
		}
		cases, err := os.ReadDir(filepath.Join(from, folder))
		s.must(err)
		for _, c := range cases {
			id := folder + "/" + c.Name()
			if id == conformanceNot {
				continue
			}
			f := s.former(filepath.Join(from, id))
			got := f.takeOver()
			if diff := cmp.Diff(anew[id], got); diff != "" {
				t.Errorf("%s: Deployments whose pods start anew: -listed, +did:\n%s", id, diff)
			}
			total += len(f.workloads)
			kept += len(f.workloads) - len(got)
			f.remove()
		}
	}
	if total == 0 {
		t.Fatalf("%s: no Deployments", from)
	}
	t.Logf("%d of %d Deployments went on", kept, total)
}

// listed are the Deployments of each case that the list says start anew.
func (s *scenario) listed() map[string][]string {
	s.Helper()
	raw, err := os.ReadFile(restartsFile)
	s.must(err)
	objects, err := harness.Objects(string(raw))
	s.must(err)
	all, _, err := unstructured.NestedSlice(objects[0].Object, "anew")
	s.must(err)
	out := map[string][]string{}
	for _, entry := range all {
		fields := &unstructured.Unstructured{Object: entry.(map[string]any)}
		if name, ok := strings.CutPrefix(text(fields, "workload"), "Deployment/"); ok {
			id := text(fields, "case")
			out[id] = append(out[id], name)
		}
	}
	return out
}

// configureAll has a file of settings count in the namespace.
func (s *scenario) configureAll(path string) {
	s.Helper()
	raw, err := os.ReadFile(path)
	s.must(err)
	objects, err := harness.Objects(string(raw))
	s.must(err)
	for _, field := range []string{"apiVersion", "kind", "metadata"} {
		delete(objects[0].Object, field)
	}
	s.configure("dynamo."+s.namespace, string(s.json(objects[0].Object)))
}

// bindable makes the ClusterRoles that settings name. A cluster of the operator has them, and a
// binding to one that is not there is refused.
func (s *scenario) bindable(names ...string) {
	s.Helper()
	for _, name := range names {
		o := &unstructured.Unstructured{Object: map[string]any{"rules": []any{}}}
		o.SetGroupVersionKind(harness.Kind("rbac.authorization.k8s.io", "v1", "ClusterRole"))
		o.SetName(name)
		s.must(s.client.Create(s.Context(), o))
		s.Cleanup(func() { s.must(s.client.Delete(context.Background(), harness.RefOf(o))) })
	}
}

// former is what an operator has made of one manifest.
type former struct {
	*scenario

	// owner is the manifest: a graph, or a component on its own.
	owner *unstructured.Unstructured
	// workloads are its Deployments.
	workloads []string
}

// former makes what an operator would have, all of it paused: the manifest, a component
// of each service, and what the components and the graph control.
func (s *scenario) former(dir string) *former {
	s.Helper()
	manifests, err := harness.ObjectsOf(filepath.Join(dir, "input.yaml"))
	s.must(err)
	made := s.expected(filepath.Join(dir, "expected.yaml"))
	f := &former{scenario: s}
	for _, o := range manifests {
		if kind := o.GetKind(); f.owner == nil && (kind == harness.Graph().Kind || kind == harness.Component().Kind) {
			o.SetNamespace(s.namespace)
			f.owner = s.paused(o)
		}
	}
	if f.owner == nil {
		s.Fatalf("%s: no graph and no component", dir)
	}
	components := map[string]*unstructured.Unstructured{}
	for _, o := range made {
		if o.GetKind() == "Deployment" {
			components[serviceOf(o)] = f.component(o)
			f.workloads = append(f.workloads, o.GetName())
		}
	}
	for _, o := range made {
		f.make(o, components)
	}
	slices.Sort(f.workloads)
	s.until(f.owner.GetName()+" of the operator runs", func(ctx context.Context) error {
		return f.each(ctx, observed)
	})
	return f
}

// expected reads what an operator has made. Unlike manifests it is not written for kubectl: y, n
// and the like are texts in it.
func (s *scenario) expected(path string) []*unstructured.Unstructured {
	s.Helper()
	raw, err := os.ReadFile(path)
	s.must(err)
	var out []*unstructured.Unstructured
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	for {
		var document any
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return out
		}
		s.must(err)
		objects, err := harness.Objects(string(s.json(document)))
		s.must(err)
		out = append(out, objects...)
	}
}

func serviceOf(o *unstructured.Unstructured) string { return o.GetLabels()[labelService] }

// paused creates a composite that nobody reconciles until it is let go.
func (s *scenario) paused(o *unstructured.Unstructured) *unstructured.Unstructured {
	s.Helper()
	annotations := o.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations["crossplane.io/paused"] = "true"
	o.SetAnnotations(annotations)
	s.must(s.client.Create(s.Context(), o))
	return s.must1(s.client.Get(s.Context(), harness.RefOf(o)))
}

// component is that of a Deployment. Which fields the operator gave it does not matter:
// the graph writes its own before it is reconciled.
func (f *former) component(deployment *unstructured.Unstructured) *unstructured.Unstructured {
	f.Helper()
	if f.owner.GetKind() == harness.Component().Kind {
		return f.owner
	}
	o := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"serviceName": serviceOf(deployment)}}}
	o.SetGroupVersionKind(harness.Component())
	o.SetNamespace(f.namespace)
	o.SetName(deployment.GetName())
	o.SetLabels(deployment.GetLabels())
	o.SetOwnerReferences(controlledAs(f.owner))
	return f.paused(o)
}

// controlledAs are the references of what an object controls.
func controlledAs(owner *unstructured.Unstructured) []metav1.OwnerReference {
	controls := true
	return []metav1.OwnerReference{{
		APIVersion: owner.GetAPIVersion(), Kind: owner.GetKind(), Name: owner.GetName(), UID: owner.GetUID(),
		Controller: &controls, BlockOwnerDeletion: &controls,
	}}
}

// make creates one of the operator's objects, where it matters to pods: workloads and
// Services belong to their component, all else to the graph.
func (f *former) make(o *unstructured.Unstructured, components map[string]*unstructured.Unstructured) {
	f.Helper()
	kinds := []string{"Deployment", "Service", "ServiceAccount", "Role", "RoleBinding", "ConfigMap"}
	if !slices.Contains(kinds, o.GetKind()) {
		return
	}
	owner := f.owner
	if c := components[serviceOf(o)]; c != nil && slices.Contains(kinds[:2], o.GetKind()) {
		owner = c
	}
	o.SetNamespace(f.namespace)
	o.SetOwnerReferences(controlledAs(owner))
	f.must(f.client.Create(f.Context(), o))
}

// each looks at each Deployment.
func (f *former) each(ctx context.Context, look func(*unstructured.Unstructured) error) error {
	var errs []error
	for _, name := range f.workloads {
		d, err := f.client.Get(ctx, f.ref(harness.Deployment(), name))
		if err == nil {
			err = look(d)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// observed is an error until the controller of a Deployment has seen its spec.
func observed(d *unstructured.Unstructured) error {
	if seen := number(d, "status", "observedGeneration"); seen < d.GetGeneration() {
		return fmt.Errorf("%s: its controller has seen generation %d of %d", harness.RefOf(d), seen, d.GetGeneration())
	}
	return nil
}

// takeOver lets the graph go on, then its components, and returns the Deployments whose
// pods start anew, which then have a second ReplicaSet. None of them may be another object.
func (f *former) takeOver() []string {
	f.Helper()
	before := f.uids(harness.Deployment(), harness.Component())
	f.patch(f.owner.GroupVersionKind(), f.owner.GetName(), goOn)
	if f.owner.GetKind() == harness.Graph().Kind {
		for _, name := range f.workloads {
			f.until("the graph has written "+name, func(ctx context.Context) error {
				return f.isChild(ctx, harness.Component(), name)
			})
			f.patch(harness.Component(), name, goOn)
		}
	}
	f.until(f.owner.GetName()+" has taken over what runs", func(ctx context.Context) error {
		return f.each(ctx, func(d *unstructured.Unstructured) error {
			return errors.Join(f.isChild(ctx, harness.Deployment(), d.GetName()), observed(d))
		})
	})
	after := f.uids(harness.Deployment(), harness.Component())
	for name, uid := range before {
		if after[name] != uid {
			f.Errorf("%s was made again", name)
		}
	}
	return f.startedAnew()
}

// isChild is an error until Crossplane has applied an object.
func (s *scenario) isChild(ctx context.Context, kind schema.GroupVersionKind, name string) error {
	o, err := s.client.Get(ctx, s.ref(kind, name))
	if err == nil && o.GetAnnotations()[keyOfChild] == "" {
		err = fmt.Errorf("%s is as the operator left it", harness.RefOf(o))
	}
	return err
}

func (f *former) startedAnew() []string {
	f.Helper()
	sets := map[types.UID]int{}
	for _, r := range f.list(harness.Kind("apps", "v1", "ReplicaSet"), "") {
		if owner := metav1.GetControllerOf(&r); owner != nil {
			sets[owner.UID]++
		}
	}
	var out []string
	f.must(f.each(f.Context(), func(d *unstructured.Unstructured) error {
		if sets[d.GetUID()] > 1 {
			out = append(out, d.GetName())
			f.notef("pods of %s start anew", d.GetName())
		}
		return nil
	}))
	return out
}

// remove deletes the manifest, and waits until nothing of it is left: the next one may
// have the same names.
func (f *former) remove() {
	f.Helper()
	f.must(f.client.Delete(f.Context(), harness.RefOf(f.owner)))
	f.until(f.owner.GetName()+" is gone", func(ctx context.Context) error {
		for _, kind := range []schema.GroupVersionKind{f.owner.GroupVersionKind(), harness.Component(), harness.Deployment(), services(), accounts(), bindings()} {
			all, err := f.client.List(ctx, kind, f.namespace, "")
			if err != nil {
				return err
			}
			for i := range all {
				if len(all[i].GetOwnerReferences()) > 0 || all[i].GroupVersionKind() == f.owner.GroupVersionKind() {
					return fmt.Errorf("%s is still there", harness.RefOf(&all[i]))
				}
			}
		}
		return nil
	})
}
