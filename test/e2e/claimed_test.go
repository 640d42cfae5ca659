package e2e

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

// dynamoKinds are the kinds that can be claimed.
func dynamoKinds() []schema.GroupVersionKind {
	return []schema.GroupVersionKind{harness.Request(), harness.Graph(), harness.Component(), harness.Adapter(), harness.Model()}
}

// claiming is a scenario in a cluster that has claims. It removes its own after the test.
func claiming(t *testing.T) *scenario {
	t.Helper()
	s := newScenario(t)
	s.must(cluster.InstallClaims(t.Context()))
	t.Cleanup(func() {
		ctx := context.Background()
		for _, kind := range dynamoKinds() {
			claim := harness.Claim(kind)
			if t.Failed() {
				s.dumpKind(ctx, claim)
			}
			all, _ := s.client.List(ctx, claim, s.namespace, "")
			for i := range all {
				_ = s.client.Delete(ctx, harness.RefOf(&all[i]))
			}
		}
	})
	return s
}

// claimed are manifests as claims of the same.
func (s *scenario) claimed(manifests string) []*unstructured.Unstructured {
	s.Helper()
	out := s.objects(manifests)
	for _, o := range out {
		o.SetKind(harness.Claim(o.GroupVersionKind()).Kind)
	}
	return out
}

// untilClaimReady waits until a claim is ready at its present generation, and what it makes
// is, too.
func (s *scenario) untilClaimReady(kind schema.GroupVersionKind, name string) *unstructured.Unstructured {
	s.Helper()
	var out *unstructured.Unstructured
	s.until(fmt.Sprintf("%s %s is ready", harness.Claim(kind).Kind, name), func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Claim(kind), name))
		if err != nil {
			return err
		}
		out = o
		if got := number(o, "status", "observedGeneration"); got != o.GetGeneration() {
			return fmt.Errorf("its status speaks of generation %d of %d: Composed is %+v", got, o.GetGeneration(), harness.ConditionOf(o, "Composed"))
		}
		for _, condition := range []string{"Ready", "Synced", "Composed"} {
			if c := harness.ConditionOf(o, condition); c.Status != "True" {
				return fmt.Errorf("%+v", c)
			}
		}
		made, err := s.client.Get(ctx, s.ref(kind, name))
		if err == nil && harness.ConditionOf(made, "Ready").Status != "True" {
			err = fmt.Errorf("%s is not ready", harness.RefOf(made))
		}
		return err
	})
	return out
}

// untilClaimSays waits until a condition of a claim is so, with a text in its message.
func (s *scenario) untilClaimSays(kind schema.GroupVersionKind, name, want, message string) {
	s.Helper()
	s.until(fmt.Sprintf("%s of claim %s: %s", want, name, message), func(ctx context.Context) error {
		condition, _, _ := strings.Cut(want, "=")
		c, err := s.condition(ctx, harness.Claim(kind), name, condition)
		if err != nil {
			return err
		}
		if got := fmt.Sprintf("%s=%s %s", condition, c.Status, c.Reason); got != want || !strings.Contains(c.Message, message) {
			return fmt.Errorf("%s: %s", got, c.Message)
		}
		return nil
	})
}

// unclaimed deletes a claim, and waits until nothing that it made is left.
func (s *scenario) unclaimed(kind schema.GroupVersionKind, name string) {
	s.Helper()
	composite := text(s.get(harness.Claim(kind), name), "spec", "resourceRef", "name")
	s.must(s.client.Delete(s.Context(), s.ref(harness.Claim(kind), name)))
	s.notef("claim %s deleted", name)
	s.until("nothing of it is left", func(ctx context.Context) error {
		return errors.Join(
			s.gone(ctx, s.ref(harness.Claim(kind), name)),
			s.gone(ctx, harness.Ref{GroupVersionKind: harness.Composite(kind), Name: composite}),
			s.gone(ctx, s.ref(kind, name)),
			s.empty(ctx, append(leftovers(), "batch/v1/Job", "/v1/Secret")...),
		)
	})
}

// TestClaimedGraph takes a graph from a claim to pods and back to the claim's status: made,
// connected to, edited, at fault, deleted.
func TestClaimedGraph(t *testing.T) {
	s := claiming(t)
	o := s.claimed(graph(t))[0]
	s.must(unstructured.SetNestedField(o.Object, "chat-connection", "spec", "writeConnectionSecretToRef", "name"))
	o.SetLabels(map[string]string{"cost": "7"})
	s.must(s.client.Apply(t.Context(), o))
	s.notef("claim applied")
	claim := s.untilClaimReady(harness.Graph(), chat)
	s.untilReplicas(worker, 2)
	if got := text(claim, "status", "state"); got != "successful" {
		t.Errorf("status.state of the claim is %q", got)
	}
	if got := number(claim, "status", "services", "Worker", "readyReplicas"); got != 2 {
		t.Errorf("status.services.Worker.readyReplicas of the claim is %d, want 2", got)
	}
	for _, condition := range []string{"Valid", "ServicesReady"} {
		if c := harness.ConditionOf(claim, condition); c.Status != "True" {
			t.Errorf("condition %s of the claim: %+v", condition, c)
		}
	}
	if got := s.get(harness.Graph(), chat).GetLabels()["cost"]; got != "7" {
		t.Errorf("label cost of the graph is %q", got)
	}
	s.connects()
	before := s.workloads()

	s.patch(harness.Claim(harness.Graph()), chat, `{"metadata":{"labels":{"cost":null}},"spec":{"services":{"Worker":{"replicas":5}}}}`)
	s.notef("spec.services.Worker.replicas of the claim: 2 -> 5, its label removed")
	s.untilReplicas(worker, 5)
	claim = s.untilClaimReady(harness.Graph(), chat)
	if got := number(claim, "status", "services", "Worker", "readyReplicas"); got != 5 {
		t.Errorf("status.services.Worker.readyReplicas of the claim is %d, want 5", got)
	}
	if got, ok := s.get(harness.Graph(), chat).GetLabels()["cost"]; ok {
		t.Errorf("label cost of the graph is still %q", got)
	}

	s.patch(harness.Claim(harness.Graph()), chat, `{"spec":{"services":{"Worker":{"resources":{"limits":{"gpu":"half"}}}}}}`)
	s.notef("a fault in the claim")
	s.untilClaimSays(harness.Graph(), chat, "Valid=False InvalidSpec", "spec.services[Worker].resources")
	s.untilClaimSays(harness.Graph(), chat, "Ready=False Waiting", "")
	s.surviveButPods(before)
	s.patch(harness.Claim(harness.Graph()), chat, `{"spec":{"services":{"Worker":{"resources":{"limits":{"gpu":"1"}}}}}}`)
	s.untilClaimReady(harness.Graph(), chat)
	s.surviveButPods(before)
	s.unclaimed(harness.Graph(), chat)
}

// connects asserts that the Secret of the claim says where the graph is reached.
func (s *scenario) connects() {
	s.Helper()
	s.until("a Secret says where the graph is reached", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Kind("", "v1", "Secret"), "chat-connection"))
		if err != nil {
			return err
		}
		got := map[string]string{}
		data, _, _ := unstructured.NestedStringMap(o.Object, "data")
		for key, value := range data {
			plain, err := base64.StdEncoding.DecodeString(value)
			if err != nil {
				return fmt.Errorf("key %s: %w", key, err)
			}
			got[key] = string(plain)
		}
		host := frontend + "." + s.namespace + ".svc"
		if diff := cmp.Diff(map[string]string{"host": host, "port": "8000", "url": "http://" + host + ":8000"}, got); diff != "" {
			return errors.New(diff)
		}
		return nil
	})
	service := s.get(harness.Kind("", "v1", "Service"), frontend)
	ports, _, _ := unstructured.NestedSlice(service.Object, "spec", "ports")
	if port, _ := ports[0].(map[string]any); port["port"] != int64(8000) {
		s.Errorf("the Service has port %v, want 8000", port["port"])
	}
}

// TestClaimedInV1Beta1 claims a graph in the other form: what that says is not lost on any
// of the ways through the stored version.
func TestClaimedInV1Beta1(t *testing.T) {
	s := claiming(t)
	o := s.claimed(manifest(t, "scaled-v1beta1.yaml"))[0]
	s.must(s.client.Apply(t.Context(), o))
	s.untilClaimReady(harness.Graph(), chat)
	s.untilReplicas(worker, 2)
	live := s.get(at(harness.Claim(harness.Graph()), newer), chat)
	want, _, _ := unstructured.NestedSlice(o.Object, "spec", "components")
	got, _, _ := unstructured.NestedSlice(live.Object, "spec", "components")
	if diff := cmp.Diff(string(s.json(want)), string(s.json(got))); diff != "" {
		t.Errorf("spec.components: -applied, +read:\n%s", diff)
	}
	s.reapplied("the claim", o, func(o *unstructured.Unstructured) error { return s.client.Apply(s.Context(), o) })
	s.unclaimed(harness.Graph(), chat)
}

const adapterClaim = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentScalingAdapterClaim
metadata: {name: workers}
spec: {replicas: 2, dgdRef: {name: chat, serviceName: Worker}}
`

// TestClaimedAdapter scales the worker of a graph through the claim of an adapter.
func TestClaimedAdapter(t *testing.T) {
	s := claiming(t)
	s.apply(graph(t))
	s.untilReady(chat)
	s.apply(adapterClaim)
	s.untilClaimReady(harness.Adapter(), "workers")
	s.untilClaimSays(harness.Adapter(), "workers", "Bound=True Bound", "")
	s.patch(harness.Claim(harness.Adapter()), "workers", `{"spec":{"replicas":5}}`, "scale")
	s.notef("scale of the claim: 5")
	s.untilReplicas(worker, 5)
	s.until("the scale of the claim says so", func(ctx context.Context) error {
		scale, err := s.client.GetScale(ctx, s.ref(harness.Claim(harness.Adapter()), "workers"))
		if err != nil {
			return err
		}
		want := map[string]any{"replicas": int64(5), "selector": "nvidia.com/dynamo-component=Worker,nvidia.com/dynamo-graph-deployment-name=chat"}
		if diff := cmp.Diff(want, scale.Object["status"]); diff != "" {
			return errors.New(diff)
		}
		return nil
	})
	s.must(s.scaleTo("workers", 1))
	s.notef("scale of the adapter itself: 1")
	s.until("it is what the claim says again", func(ctx context.Context) error {
		a, err := s.client.Get(ctx, s.ref(harness.Adapter(), "workers"))
		if err == nil && number(a, "spec", "replicas") != 5 {
			err = fmt.Errorf("it has %s", replicasOf(a))
		}
		return err
	})
	s.must(s.client.Delete(t.Context(), s.ref(harness.Claim(harness.Adapter()), "workers")))
	s.until("the adapter goes with its claim", func(ctx context.Context) error { return s.gone(ctx, s.ref(harness.Adapter(), "workers")) })
	s.untilReady(chat)
}

// TestClaimedRequest has a claimed request profiled, and its graph made.
func TestClaimedRequest(t *testing.T) {
	s := claiming(t)
	s.must(s.client.Apply(t.Context(), s.claimed(s.request())...))
	s.untilClaimSays(harness.Request(), chat, profiling, "")
	s.startProfiler(chat).succeeds(s.found())
	claim := s.untilClaimReady(harness.Request(), chat)
	s.untilClaimSays(harness.Request(), chat, serves, "")
	if got := []string{text(claim, "status", "state"), text(claim, "status", "deployment", "name"), text(claim, "status", "generatedDeployment", "metadata", "name")}; !cmp.Equal(got, []string{"Ready", made, made}) {
		t.Errorf("the status of the claim says %v", got)
	}
	s.untilReady(made)
	s.unclaimed(harness.Request(), chat)
}

// TestClaimedModel follows a claimed model on the pods of a graph.
func TestClaimedModel(t *testing.T) {
	s := claiming(t)
	objects := s.objects(s.file("model.yaml"))
	s.must(s.client.Apply(t.Context(), objects[0]))
	s.must(s.client.Apply(t.Context(), s.claimed(s.file("model.yaml"))[1]))
	s.untilReady(chat)
	s.until("the status of the claim has both endpoints", func(ctx context.Context) error {
		claim, err := s.client.Get(ctx, s.ref(harness.Claim(harness.Model()), "base"))
		if err != nil {
			return err
		}
		if all := endpointsOf(claim); number(claim, "status", "readyEndpoints") != 2 || len(all) != 2 {
			return fmt.Errorf("it has %v", all)
		}
		return nil
	})
	s.untilClaimReady(harness.Model(), "base")
	s.untilClaimSays(harness.Model(), "base", "EndpointsReady=True EndpointsDiscovered", "")
	s.must(s.client.Delete(t.Context(), s.ref(harness.Claim(harness.Model()), "base")))
	s.until("the model goes with its claim", func(ctx context.Context) error { return s.gone(ctx, s.ref(harness.Model(), "base")) })
}

// TestClaimedComponent runs a component without a graph.
func TestClaimedComponent(t *testing.T) {
	s := claiming(t)
	s.must(s.client.Apply(t.Context(), s.claimed(`
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata: {name: solo}
spec: {componentType: frontend, replicas: 2, extraPodSpec: {mainContainer: {image: "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.0"}}}
`)...))
	s.untilClaimReady(harness.Component(), "solo")
	s.untilReplicas("solo", 2)
	s.untilClaimSays(harness.Component(), "solo", "Available=True Available", "")
	s.unclaimed(harness.Component(), "solo")
}

// TestClaimOfTakenName claims the name of a graph that a user wrote: the graph is left
// alone, also where the claim goes, and the claim takes the name once it is free.
func TestClaimOfTakenName(t *testing.T) {
	s := claiming(t)
	s.apply(graph(t))
	s.untilReady(chat)
	before := s.workloads()
	claim := s.claimed(graph(t))[0]
	refuse := func() {
		s.must(s.client.Apply(t.Context(), claim))
		s.untilClaimSays(harness.Graph(), chat, "Composed=False NameTaken", `DynamoGraphDeployment "chat" exists and was made by somebody else`)
		s.untilClaimSays(harness.Graph(), chat, "Ready=False Waiting", "")
		if owners := s.get(harness.Graph(), chat).GetOwnerReferences(); len(owners) > 0 {
			t.Errorf("the graph belongs to %v", owners)
		}
	}
	refuse()
	s.must(s.client.Delete(t.Context(), s.ref(harness.Claim(harness.Graph()), chat)))
	s.until("the claim is gone", func(ctx context.Context) error { return s.gone(ctx, s.ref(harness.Claim(harness.Graph()), chat)) })
	s.untilReady(chat)
	s.same(before)

	refuse()
	s.delete(harness.Graph(), chat)
	s.untilClaimReady(harness.Graph(), chat)
	if is := string(s.get(harness.Graph(), chat).GetUID()); is == before["DynamoGraphDeployment/chat"] {
		t.Error("the graph is the one that the user wrote")
	}
	s.unclaimed(harness.Graph(), chat)
}

// TestForgedComposite makes composites by hand that name a claim: one that is not there,
// and one that has a composite already. Nothing comes of either.
func TestForgedComposite(t *testing.T) {
	s := claiming(t)
	s.must(s.client.Apply(t.Context(), s.claimed(graph(t))...))
	s.untilClaimReady(harness.Graph(), chat)
	before := s.workloads()
	for claim, why := range map[string]string{"invented": "there is no DynamoGraphDeploymentClaim", chat: "belongs to another composite"} {
		o := s.objects(graph(t))[0]
		o.SetKind(harness.Composite(harness.Graph()).Kind)
		o.SetNamespace("")
		o.SetName("forged-" + claim)
		s.must(unstructured.SetNestedMap(o.Object, map[string]any{
			"apiVersion": "nvidia.com/v1alpha1", "kind": "DynamoGraphDeploymentClaim", "namespace": s.namespace, "name": claim,
		}, "spec", "claimRef"))
		s.must(s.client.Create(t.Context(), o))
		s.Cleanup(func() { _ = s.client.Delete(context.Background(), harness.RefOf(o)) })
		s.until("the composite for "+claim+" is refused", func(ctx context.Context) error {
			forged, err := s.client.Get(ctx, harness.RefOf(o))
			if err != nil {
				return err
			}
			if c := harness.ConditionOf(forged, "Composed"); c.Reason != "NotBound" || !strings.Contains(c.Message, why) {
				return fmt.Errorf("%+v, %+v", c, harness.ConditionOf(forged, "Synced"))
			}
			return nil
		})
	}
	s.same(before)
	s.untilClaimReady(harness.Graph(), chat)
}

// TestClaimTakesOverAndLetsGo does what docs/claims.md tells who has a graph claimed that
// exists, and who keeps one that was: no pod of it restarts.
func TestClaimTakesOverAndLetsGo(t *testing.T) {
	s := claiming(t)
	s.apply(graph(t))
	s.untilReady(chat)
	before := s.workloads()
	s.patch(harness.Graph(), chat, `{"metadata":{"annotations":{"crossplane.io/composition-resource-name":"graph/claimed"}}}`)
	s.must(s.client.Apply(t.Context(), s.claimed(graph(t))...))
	claim := s.untilClaimReady(harness.Graph(), chat)
	s.same(before)

	composite := harness.Ref{GroupVersionKind: harness.Composite(harness.Graph()), Name: text(claim, "spec", "resourceRef", "name")}
	if owners := s.get(harness.Graph(), chat).GetOwnerReferences(); len(owners) != 1 || owners[0].Name != composite.Name {
		t.Errorf("the graph belongs to %v, want %s", owners, composite)
	}
	s.patch(harness.Claim(harness.Graph()), chat, pause)
	s.must(s.client.Delete(t.Context(), s.ref(harness.Claim(harness.Graph()), chat)))
	s.must(s.client.Patch(t.Context(), composite, pause))
	s.until("the composite is paused", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, composite)
		if c := harness.ConditionOf(o, "Synced"); err == nil && c.Reason != "ReconcilePaused" {
			err = fmt.Errorf("%+v", c)
		}
		return err
	})
	orphan := metav1.DeletePropagationOrphan
	s.must(s.client.Of(composite.GroupVersionKind, "").Delete(t.Context(), composite.Name, metav1.DeleteOptions{PropagationPolicy: &orphan}))
	s.must(s.client.Patch(t.Context(), composite, goOn))
	s.until("the composite is gone", func(ctx context.Context) error { return s.gone(ctx, composite) })
	s.patch(harness.Claim(harness.Graph()), chat, goOn)
	s.until("the claim is gone", func(ctx context.Context) error { return s.gone(ctx, s.ref(harness.Claim(harness.Graph()), chat)) })
	s.untilReady(chat)
	s.same(before)
	if owners := s.get(harness.Graph(), chat).GetOwnerReferences(); len(owners) > 0 {
		t.Errorf("the graph belongs to %v, want nobody", owners)
	}
}
