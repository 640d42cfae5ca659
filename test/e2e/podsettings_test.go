package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// restrictedExample has a graph and the settings with which restricted namespaces take its pods.
const restrictedExample = root + "/examples/restricted"

// example reads a file of the repository.
func (s *scenario) example(path string) string {
	s.Helper()
	raw, err := os.ReadFile(path)
	s.must(err)
	return string(raw)
}

// restrict lets the namespace take restricted pods alone.
func (s *scenario) restrict() {
	s.Helper()
	namespace := harness.Ref{GroupVersionKind: harness.Kind("", "v1", "Namespace"), Name: s.namespace}
	s.must(s.client.Patch(s.Context(), namespace, `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}`))
}

// configureFrom gives the namespace the pod defaults of a file with Settings.
func (s *scenario) configureFrom(path string) {
	s.Helper()
	objects, err := harness.Objects(s.example(path))
	s.must(err)
	defaults, _, err := unstructured.NestedMap(objects[0].Object, "podDefaults")
	s.must(err)
	config := &unstructured.Unstructured{Object: map[string]any{"data": map[string]any{"dynamo": map[string]any{"podDefaults": defaults}}}}
	config.SetGroupVersionKind(environmentConfig())
	config.SetName("dynamo." + s.namespace)
	s.must(s.client.Apply(s.Context(), config))
	s.Cleanup(func() { _ = s.client.Delete(context.Background(), harness.RefOf(config)) })
}

// TestRestrictedPods: an API server that restricts the pods of a namespace takes those of
// examples/restricted and of a request's profiler, and none without the settings.
func TestRestrictedPods(t *testing.T) {
	s := newScenario(t)
	s.must(installed())
	s.restrict()
	s.apply(strings.ReplaceAll(graph(t), "chat", "refused"))
	s.until("without settings no pod is taken, and the component says why", func(ctx context.Context) error {
		return s.says(ctx, harness.Component(), "refused-frontend", "Available", "violates PodSecurity")
	})
	s.must(s.client.Delete(t.Context(), s.ref(harness.Graph(), "refused")))
	s.until("that graph is gone", func(ctx context.Context) error {
		return s.gone(ctx, s.ref(harness.Graph(), "refused"))
	})

	s.configureFrom(restrictedExample + "/settings.yaml")
	s.apply(s.example(restrictedExample + "/xr.yaml"))
	s.untilReady("chat")
	got := map[string]int{}
	for _, p := range s.list(harness.Pod(), "") {
		for _, list := range []string{"initContainers", "containers"} {
			containers, _, _ := unstructured.NestedSlice(p.Object, "spec", list)
			for _, c := range containers {
				container, _ := c.(map[string]any)
				got[fmt.Sprint(container["name"])]++
			}
		}
	}
	want := map[string]int{"main": 4, "fetch": 1, "log": 1, "wait-for-leader-mp": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("containers that the namespace took: -want, +got:\n%s", diff)
	}

	s.apply(s.file("request.yaml"))
	s.until("a profiler's pod is taken, too", func(ctx context.Context) error {
		pods, err := s.client.List(ctx, harness.Pod(), s.namespace, "job-name")
		if err == nil && len(pods) == 0 {
			err = errors.New("there is none")
		}
		return err
	})
}

// TestPodSettings has each setting of pods once on a real API server: what it takes, and what
// reaches pods of Deployments and of LeaderWorkerSets.
func TestPodSettings(t *testing.T) {
	s := newScenario(t)
	s.must(installed())
	priority, err := harness.Objects("{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: serving}, value: 7}")
	s.must(err)
	s.must(s.client.Apply(t.Context(), priority...))
	t.Cleanup(func() { _ = s.client.Delete(context.Background(), harness.RefOf(priority[0])) })
	s.configure("dynamo."+s.namespace, `
{images: {frontend: "example.org/frontend:1.5.0", vllm: "example.org/vllm:1.5.0"}, queue: {name: gpus}, podDefaults: {
  affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: nvidia.com/gpu.present, operator: Exists}]}}]}},
  annotations: {example.org/owner: ml},
  env: [{name: NCCL_DEBUG, value: WARN}],
  priorityClassName: serving, schedulerName: default-scheduler,
  topologySpreadConstraints: [{topologyKey: kubernetes.io/hostname, maxSkew: 9, whenUnsatisfiable: ScheduleAnyway}],
  securityContext: {runAsUser: 1000}, containerSecurityContext: {allowPrivilegeEscalation: false}}}`)
	s.apply(`
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: bare}
spec:
  backendFramework: vllm
  services:
    Frontend: {componentType: frontend}
    Prefill: {componentType: prefill, multinode: {nodeCount: 2}, resources: {limits: {gpu: "2"}}}
`)
	s.untilReady("bare")
	want := map[string]string{
		"frontend": "example.org/frontend:1.5.0, ml, WARN, 7, 1 spread, near true, user 1000, escalation false",
		"prefill":  "example.org/vllm:1.5.0, ml, WARN, 7, 1 spread, near true, user 1000, escalation false",
	}
	got, pods := map[string]string{}, s.list(harness.Pod(), "")
	for i := range pods {
		got[pods[i].GetLabels()["nvidia.com/dynamo-component-type"]] = describePod(&pods[i])
	}
	if diff := cmp.Diff(want, got); diff != "" || len(pods) != 3 {
		t.Errorf("want three pods, got %d: -want, +got:\n%s", len(pods), diff)
	}
	s.queuedIn("gpus")

	s.configure("dynamo."+s.namespace, `{images: {frontend: "example.org/frontend:1.5.1", vllm: "example.org/vllm:1.5.0"}, queue: {name: others}, podDefaults: {env: [{name: NCCL_DEBUG, value: INFO}]}}`)
	s.until("pods are replaced by those of the settings", func(ctx context.Context) error {
		pods, err := s.client.List(ctx, harness.Pod(), s.namespace, "nvidia.com/dynamo-component-type=frontend")
		if err == nil && (len(pods) != 1 || !strings.Contains(describePod(&pods[0]), "frontend:1.5.1, , INFO, 0")) {
			err = fmt.Errorf("there are %d pods, the first: %s", len(pods), describePod(&pods[0]))
		}
		return err
	})
	s.queuedIn("gpus") // Kueue refuses to move what exists.
}

// queuedIn looks at the label by which Kueue finds a workload's queue.
func (s *scenario) queuedIn(queue string) {
	s.Helper()
	for name, kind := range map[string]schema.GroupVersionKind{"bare-frontend": harness.Deployment(), "bare-prefill-0": harness.LeaderWorkerSet()} {
		if got := s.get(kind, name).GetLabels()["kueue.x-k8s.io/queue-name"]; got != queue {
			s.Errorf("queue of %s %s: want %q, got %q", kind.Kind, name, queue, got)
		}
	}
}

// describePod says what a pod has of the settings of TestPodSettings.
func describePod(p *unstructured.Unstructured) string {
	containers, _, _ := unstructured.NestedSlice(p.Object, "spec", "containers")
	spread, _, _ := unstructured.NestedSlice(p.Object, "spec", "topologySpreadConstraints")
	_, near, _ := unstructured.NestedMap(p.Object, "spec", "affinity", "nodeAffinity")
	main, _ := containers[0].(map[string]any)
	escalation, _, _ := unstructured.NestedBool(main, "securityContext", "allowPrivilegeEscalation")
	return fmt.Sprintf("%v, %s, %s, %d, %d spread, near %t, user %d, escalation %t", main["image"], p.GetAnnotations()["example.org/owner"],
		variableOf(main, "NCCL_DEBUG"), number(p, "spec", "priority"), len(spread), near, number(p, "spec", "securityContext", "runAsUser"), escalation)
}

// variableOf is the value of a container's variable.
func variableOf(container map[string]any, name string) string {
	env, _, _ := unstructured.NestedSlice(container, "env")
	for _, e := range env {
		if v, _ := e.(map[string]any); v["name"] == name {
			return fmt.Sprint(v["value"])
		}
	}
	return ""
}
