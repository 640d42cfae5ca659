package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// chat is the name of the graph in testdata/graph.yaml, and of its children.
const (
	chat     = "chat"
	frontend = "chat-frontend"
	worker   = "chat-worker"
)

func graph(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/graph.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// ready is a scenario in which the graph of testdata is ready.
func ready(t *testing.T) *scenario {
	t.Helper()
	s := newScenario(t)
	s.apply(graph(t))
	s.notef("graph applied")
	s.untilReady(chat)
	return s
}

// TestSmokeExample takes the first example, with its volume, from the manifest
// to running pods, and leaves nothing when the graph is deleted.
func TestSmokeExample(t *testing.T) {
	s := newScenario(t)
	raw, err := os.ReadFile(root + "/examples/graph/xr.yaml")
	s.must(err)
	s.apply(string(raw))
	s.notef("examples/graph applied")
	s.untilReady("qwen")

	want := map[string]int64{"qwen-frontend": 1, "qwen-prefillworker": 1, "qwen-decodeworker": 2}
	got := map[string]int64{}
	for _, d := range s.list(harness.Deployment(), "") {
		got[d.GetName()] = number(&d, "status", "availableReplicas")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("available replicas of the Deployments: -want, +got:\n%s", diff)
	}
	if pods := s.list(harness.Pod(), "nvidia.com/dynamo-graph-deployment-name=qwen"); len(pods) != 4 {
		t.Errorf("there are %d pods of the graph, want 4", len(pods))
	}
	s.deleteGraph("qwen")
}

// leftovers are kinds of which a graph composes objects.
func leftovers() []string {
	return []string{
		"nvidia.com/v1alpha1/DynamoComponentDeployment", "nvidia.com/v1alpha1/DynamoGraphDeploymentScalingAdapter",
		"apps/v1/Deployment", "apps/v1/ReplicaSet", "/v1/Pod", "/v1/Service", "/v1/PersistentVolumeClaim", "/v1/ServiceAccount", "/v1/ConfigMap",
		"rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/RoleBinding", "networking.k8s.io/v1/Ingress",
	}
}

func kindOf(s string) schema.GroupVersionKind {
	parts := strings.Split(s, "/")
	return harness.Kind(parts[0], parts[1], parts[2])
}

// deleteGraph deletes a graph, and waits until nothing of it is left. What
// Kubernetes puts in every namespace may stay.
func (s *scenario) deleteGraph(name string) {
	s.Helper()
	s.must(s.client.Delete(s.Context(), s.ref(harness.Graph(), name)))
	s.notef("graph deleted")
	s.until("nothing of "+name+" is left", func(ctx context.Context) error {
		var left []string
		for _, kind := range leftovers() {
			gvk := kindOf(kind)
			all, err := s.client.List(ctx, gvk, s.namespace, "")
			if err != nil {
				return err
			}
			for _, o := range all {
				if n := o.GetName(); n != "default" && n != "kube-root-ca.crt" {
					left = append(left, gvk.Kind+"/"+n)
				}
			}
		}
		if len(left) > 0 {
			return errors.New(strings.Join(left, ", "))
		}
		return s.gone(ctx, s.ref(harness.Graph(), name))
	})
}

// TestSmokeScale edits the replicas of a service.
func TestSmokeScale(t *testing.T) {
	s := ready(t)
	before := s.uids(harness.Deployment())
	s.patch(harness.Graph(), chat, `{"spec":{"services":{"Worker":{"replicas":5}}}}`)
	s.notef("spec.services.Worker.replicas: 2 -> 5")
	s.untilReady(chat)

	if got := number(s.must1(s.client.Get(t.Context(), s.ref(harness.Deployment(), worker))), "status", "availableReplicas"); got != 5 {
		t.Errorf("Deployment %s: %d replicas are available, want 5", worker, got)
	}
	if got := number(s.get(harness.Graph(), chat), "status", "services", "Worker", "readyReplicas"); got != 5 {
		t.Errorf("graph: status.services.Worker.readyReplicas is %d, want 5", got)
	}
	if diff := cmp.Diff(before, s.uids(harness.Deployment())); diff != "" {
		t.Errorf("Deployments were replaced: -before, +after:\n%s", diff)
	}
}

func (s *scenario) must1(o *unstructured.Unstructured, err error) *unstructured.Unstructured {
	s.Helper()
	s.must(err)
	return o
}

// TestSmokeChildDeleted deletes a Deployment by hand.
func TestSmokeChildDeleted(t *testing.T) {
	s := ready(t)
	before := s.uids(harness.Deployment())
	s.must(s.client.Delete(t.Context(), s.ref(harness.Deployment(), worker)))
	s.notef("Deployment %s deleted by hand", worker)
	s.until("it is back", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Deployment(), worker))
		if err != nil {
			return err
		}
		if string(o.GetUID()) == before["Deployment/"+worker] {
			return errors.New("the old one is still there")
		}
		return nil
	})
	s.untilReady(chat)
	after := s.uids(harness.Deployment())
	delete(before, "Deployment/"+worker)
	delete(after, "Deployment/"+worker)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("other Deployments were replaced: -before, +after:\n%s", diff)
	}
}

// TestSmokeChildEdited changes a field that the graph sets.
func TestSmokeChildEdited(t *testing.T) {
	s := ready(t)
	before := s.workloads()
	s.patch(harness.Deployment(), worker, `{"spec":{"replicas":4}}`)
	s.notef("Deployment %s: spec.replicas 2 -> 4 by hand", worker)
	s.until("it has 2 replicas again", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Deployment(), worker))
		if err != nil {
			return err
		}
		if got := number(o, "spec", "replicas"); got != 2 {
			return fmt.Errorf("it has %d", got)
		}
		return nil
	})
	s.untilReady(chat)
	s.surviveButPods(before)
}

// surviveButPods is as survive, for when pods come and go.
func (s *scenario) surviveButPods(before map[string]string) {
	s.Helper()
	lasting := maps.Clone(before)
	maps.DeleteFunc(lasting, func(name, _ string) bool { return strings.HasPrefix(name, "Pod/") })
	s.survive(lasting)
}

// TestSmokeRefused tries manifests that a rule of the definition forbids.
func TestSmokeRefused(t *testing.T) {
	s := newScenario(t)
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"VolumeWithoutSize": {
			reason: "a rule in CEL: a volume that is to be created needs its size",
			args:   `{"spec":{"pvcs":[{"name":"models","create":true}]}}`,
			want:   "spec.pvcs[0]",
		},
		"NegativeReplicas": {
			reason: "a bound in the schema",
			args:   `{"spec":{"services":{"Worker":{"replicas":-1}}}}`,
			want:   "spec.services.Worker.replicas",
		},
		"UnknownFramework": {
			reason: "an enumeration in the schema",
			args:   `{"spec":{"backendFramework":"llama"}}`,
			want:   "spec.backendFramework",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := s.objects(graph(t))[0]
			change, err := harness.Objects(tc.args)
			if err != nil {
				t.Fatal(err)
			}
			merge(o.Object, change[0].Object)
			err = s.client.Create(t.Context(), o)
			if !apierrors.IsInvalid(errors.Unwrap(err)) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("\n%s\nCreate(...): want it refused for %s, got %v", tc.reason, tc.want, err)
			}
			t.Log(err)
		})
	}
}

// merge puts the fields of change into an object.
func merge(object, change map[string]any) {
	for key, value := range change {
		into, isObject := object[key].(map[string]any)
		from, both := value.(map[string]any)
		if isObject && both {
			merge(into, from)
			continue
		}
		object[key] = value
	}
}
