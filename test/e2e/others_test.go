package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

func services() schema.GroupVersionKind  { return harness.Kind("", "v1", "Service") }
func accounts() schema.GroupVersionKind  { return harness.Kind("", "v1", "ServiceAccount") }
func ingresses() schema.GroupVersionKind { return harness.Kind("networking.k8s.io", "v1", "Ingress") }

// othersObjects have names that graph chat needs.
const othersObjects = `
apiVersion: v1
kind: Service
metadata: {name: chat-frontend}
spec: {selector: {app: theirs}, ports: [{name: theirs, port: 80}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: chat-k8s-service-discovery}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: chat-k8s-service-discovery-binding}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: chat-k8s-service-discovery}]
---
apiVersion: nvidia.com/v1alpha1
kind: DynamoComponentDeployment
metadata: {name: chat-worker}
spec:
  componentType: helper
  extraPodSpec: {mainContainer: {image: "example.org/helper:1", command: [sleep], args: [infinity]}}
`

// TestOthersLeftAlone has objects exist before a graph that needs their names: nothing
// of them changes, the graph names each, and it goes on with what it is given.
func TestOthersLeftAlone(t *testing.T) {
	s := newScenario(t)
	s.apply(othersObjects)
	s.untilReplicas(worker, 1)
	theirs := []harness.Ref{
		s.ref(services(), frontend), s.ref(accounts(), "chat-k8s-service-discovery"), s.ref(bindings(), discoveryBinding),
		s.ref(harness.Component(), worker), s.ref(harness.Deployment(), worker),
	}
	before := s.read(theirs)
	s.apply(graph(t))
	s.until("Valid names all of them", func(ctx context.Context) error {
		var errs []error
		for _, text := range []string{
			`spec.services[Frontend]: Service "chat-frontend" exists and was made by somebody else: it is left as it is`,
			`spec.services[Worker]: DynamoComponentDeployment "chat-worker" exists and was made by somebody else`,
			`ServiceAccount "chat-k8s-service-discovery" exists and was made by somebody else: it is used as it is`,
			`RoleBinding "chat-k8s-service-discovery-binding" exists and was made by somebody else: it is used as it is`,
		} {
			errs = append(errs, s.says(ctx, harness.Graph(), chat, "Valid", text))
		}
		return errors.Join(errs...)
	})
	time.Sleep(3 * time.Second)
	s.unchanged(before)
	s.wantCondition(harness.Graph(), chat, "Synced", "True")
	s.wantCondition(harness.Graph(), chat, "Ready", "False")

	s.patch(services(), frontend, `{"metadata":{"annotations":{"crossplane.io/composition-resource-name":"service/main"}}}`)
	s.notef("the Service is handed over")
	s.untilReplicas(frontend, 1)
	s.until("the component controls it", func(ctx context.Context) error {
		return s.controlledBy(ctx, s.ref(services(), frontend), frontend)
	})
	for _, r := range theirs[2:4] {
		s.must(s.client.Delete(t.Context(), r))
		s.notef("%s of somebody else is deleted", r)
	}
	s.until("the graph has a binding of its own", func(ctx context.Context) error {
		return s.controlledBy(ctx, s.ref(bindings(), discoveryBinding), chat)
	})
	s.untilReplicas(worker, 2)
	s.untilReady(chat)

	s.must(s.client.Delete(t.Context(), s.ref(harness.Graph(), chat)))
	s.until("the graph is gone, and what was handed over went with it", func(ctx context.Context) error {
		return errors.Join(s.gone(ctx, s.ref(harness.Component(), worker)), s.gone(ctx, s.ref(services(), frontend)))
	})
	time.Sleep(2 * time.Second)
	s.unchanged(map[harness.Ref]string{theirs[1]: before[theirs[1]]})
}

// read returns the uid, owners and fields of objects, as text.
func (s *scenario) read(refs []harness.Ref) map[harness.Ref]string {
	s.Helper()
	out := map[harness.Ref]string{}
	for _, r := range refs {
		o := s.get(r.GroupVersionKind, r.Name)
		raw, err := json.Marshal([]any{o.GetUID(), o.GetOwnerReferences(), o.Object["spec"], o.Object["roleRef"], o.Object["subjects"]})
		s.must(err)
		out[r] = string(raw)
	}
	return out
}

// unchanged compares objects with what they were.
func (s *scenario) unchanged(before map[harness.Ref]string) {
	s.Helper()
	for r, was := range before {
		if is := s.read([]harness.Ref{r})[r]; is != was {
			s.Errorf("%s changed:\nwas %s\nis  %s", r, was, is)
		}
	}
}

func (s *scenario) wantCondition(kind schema.GroupVersionKind, name, condition, status string) {
	s.Helper()
	c, err := s.condition(s.Context(), kind, name, condition)
	s.must(err)
	s.notef("%s %s: %s=%s %s: %s", kind.Kind, name, condition, c.Status, c.Reason, c.Message)
	if c.Status != status {
		s.Errorf("%s %s: condition %s is %s, want %s", kind.Kind, name, condition, c.Status, status)
	}
}

// controlledBy is an error until an object has a controller of that name.
func (s *scenario) controlledBy(ctx context.Context, r harness.Ref, name string) error {
	o, err := s.client.Get(ctx, r)
	if err != nil {
		return err
	}
	if owner := metav1.GetControllerOf(o); owner == nil || owner.Name != name {
		return fmt.Errorf("its controller is %v", owner)
	}
	return nil
}

const ingressOfOthers = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: chat-frontend, labels: {protected: "yes"}}
spec: {ingressClassName: theirs, rules: [{host: theirs.example.org}]}
`

// exposeFrontend and hideFrontend are edits of a graph that runs. What its components
// then make is not asked about.
const (
	exposeFrontend = `{"spec":{"services":{"Frontend":{"ingress":{"enabled":true,"host":"chat","ingressControllerClassName":"nginx"}}}}}`
	hideFrontend   = `{"spec":{"services":{"Frontend":{"ingress":null}}}}`
)

// TestOthersAdopted is what Crossplane does with an object that nobody controls and
// that nobody asked about: it takes it over, and deletes it with the graph.
func TestOthersAdopted(t *testing.T) {
	s := ready(t)
	s.apply(ingressOfOthers)
	s.patch(harness.Graph(), chat, exposeFrontend)
	s.until("the component controls the Ingress", func(ctx context.Context) error {
		return s.controlledBy(ctx, s.ref(ingresses(), frontend), frontend)
	})
	s.untilReady(chat)
	s.deleteGraph(chat)
}

// TestOthersControlled has somebody else control an object that a component needs: it
// stays as it is, the component names the child, and all else goes on.
func TestOthersControlled(t *testing.T) {
	s := ready(t)
	s.apply(ingressOfOthers + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: somebody}\n")
	s.patch(ingresses(), frontend, fmt.Sprintf(`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"somebody","uid":%q,"controller":true}]}}`,
		s.get(harness.Kind("", "v1", "ConfigMap"), "somebody").GetUID()))
	before := s.read([]harness.Ref{s.ref(ingresses(), frontend)})
	s.patch(harness.Graph(), chat, exposeFrontend)
	s.until("the component names the child", func(ctx context.Context) error {
		return s.says(ctx, harness.Component(), frontend, "Synced", "Unsynced resources: ingress/main")
	})
	s.until("an event names object and controller", func(ctx context.Context) error {
		return s.warned(ctx, `cannot apply composed resource "ingress/main"`, `Only one reference can have Controller set to true`)
	})
	s.scaleWorker(3)
	s.untilReplicas(worker, 3)
	s.unchanged(before)
	s.must(s.client.Delete(t.Context(), s.ref(ingresses(), frontend)))
	s.until("the component makes its own once the other is gone", func(ctx context.Context) error {
		return s.controlledBy(ctx, s.ref(ingresses(), frontend), frontend)
	})
	s.untilReady(chat)
}

// warned is an error until a Warning of the namespace has all texts.
func (s *scenario) warned(ctx context.Context, texts ...string) error {
	all, err := s.warnings(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		if has(w, texts) {
			return nil
		}
	}
	return fmt.Errorf("no warning has %q: %q", texts, all)
}

// protection is a policy that refuses to change what is protected.
const protection = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: %[1]s}
spec:
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [networking.k8s.io], apiVersions: [v1], operations: [UPDATE], resources: [ingresses]}]}
  validations: [{expression: "!has(oldObject.metadata.labels) || !('protected' in oldObject.metadata.labels)", message: "it is protected"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: %[1]s}
spec: {policyName: %[1]s, validationActions: [Deny], matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %[1]s}}}}
`

// protect has the API server refuse changes of protected Ingresses in the namespace.
func (s *scenario) protect() {
	s.Helper()
	objects, err := harness.Objects(fmt.Sprintf(protection, s.namespace))
	s.must(err)
	s.must(s.client.Apply(s.Context(), objects...))
	s.Cleanup(func() {
		for _, o := range objects {
			_ = s.client.Delete(context.Background(), harness.RefOf(o))
		}
	})
	s.until("the policy is in force", func(ctx context.Context) error {
		err := s.client.Patch(ctx, s.ref(ingresses(), frontend), `{"metadata":{"annotations":{"a":"b"}}}`)
		if err == nil || !strings.Contains(err.Error(), "it is protected") {
			return fmt.Errorf("a change is not refused: %w", err)
		}
		return nil
	})
}

// stopped is a scenario in which an object that nobody controls was refused to a
// component: Crossplane refers to it, and cannot go on, also when the edit is undone.
func stopped(t *testing.T) *scenario {
	t.Helper()
	s := ready(t)
	s.apply(ingressOfOthers)
	s.protect()
	s.patch(harness.Graph(), chat, exposeFrontend)
	s.until("the component is stopped", func(ctx context.Context) error {
		return s.says(ctx, harness.Component(), frontend, "Synced", "encountered composed resource without required")
	})
	s.must(s.warned(t.Context(), `cannot apply composed resource "ingress/main"`, "it is protected"))
	s.patch(harness.Graph(), chat, hideFrontend)
	s.until("the graph has given the component its old spec", func(ctx context.Context) error {
		o, err := s.client.Get(ctx, s.ref(harness.Component(), frontend))
		if err == nil && o.Object["spec"].(map[string]any)["ingress"] != nil {
			err = errors.New("it still has the Ingress")
		}
		return err
	})
	time.Sleep(3 * time.Second)
	s.wantCondition(harness.Component(), frontend, "Synced", "False")
	s.wantCondition(harness.Component(), frontend, "Valid", "Unknown")
	s.must(s.says(t.Context(), harness.Component(), frontend, "Valid", "A fatal error occurred"))
	if c, _ := s.condition(t.Context(), harness.Component(), frontend, "Available"); c.Reason != "FatalError" {
		t.Errorf("condition Available is %+v", c)
	}
	s.until("the graph says so, also where what runs is what it asks for", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "ServicesReady", "encountered composed resource without required")
	})
	s.wantCondition(harness.Graph(), chat, "Ready", "False")
	s.scaleWorker(3)
	s.untilReplicas(worker, 3)
	s.notef("the other service goes on")
	return s
}

// TestStopped takes a component out of a stop with a message that names no object. No
// pod restarts, and the object of somebody else stays.
func TestStopped(t *testing.T) {
	t.Run("Reference", func(t *testing.T) {
		s := stopped(t)
		before, theirs := s.workloads(), s.read([]harness.Ref{s.ref(ingresses(), frontend)})
		o := s.get(harness.Component(), frontend)
		var kept []any
		refs, _, err := unstructured.NestedSlice(o.Object, "spec", "crossplane", "resourceRefs")
		s.must(err)
		for _, r := range refs {
			if r.(map[string]any)["kind"] != "Ingress" {
				kept = append(kept, r)
			}
		}
		raw, err := json.Marshal(kept)
		s.must(err)
		s.patch(harness.Component(), frontend, fmt.Sprintf(`{"spec":{"crossplane":{"resourceRefs":%s}}}`, raw))
		s.notef("the reference to the Ingress is taken out")
		s.untilReady(chat)
		s.survive(before)
		s.unchanged(theirs)
	})
	t.Run("Orphan", func(t *testing.T) {
		s := stopped(t)
		before, theirs := s.workloads(), s.read([]harness.Ref{s.ref(ingresses(), frontend)})
		delete(before, "DynamoComponentDeployment/"+frontend)
		s.orphan(harness.Component(), frontend)
		s.until("the graph has made the component again", func(ctx context.Context) error {
			return s.controlledBy(ctx, s.ref(harness.Deployment(), frontend), frontend)
		})
		s.untilReady(chat)
		s.survive(before)
		s.unchanged(theirs)
	})
	t.Run("Deleted", func(t *testing.T) {
		s := stopped(t)
		before := s.workloads()
		s.must(s.client.Delete(t.Context(), s.ref(ingresses(), frontend)))
		s.notef("the Ingress is deleted")
		s.untilReady(chat)
		s.survive(before)
	})
}

// orphan deletes a composite and leaves what it owns, as the manual says. Crossplane may
// be composing it just then, and would write once more whose its objects are; so it is
// paused before.
func (s *scenario) orphan(kind schema.GroupVersionKind, name string) {
	s.Helper()
	policy := metav1.DeletePropagationOrphan
	s.patch(kind, name, pause)
	s.until(name+" is paused", func(ctx context.Context) error { return s.isPaused(ctx, kind, name) })
	s.must(s.client.Of(kind, s.namespace).Delete(s.Context(), name, metav1.DeleteOptions{PropagationPolicy: &policy}))
	s.patch(kind, name, goOn)
	s.notef("%s %s deleted with --cascade=orphan", kind.Kind, name)
}

// TestOrphanedAndAppliedAgain deletes a graph without its children, and applies it
// again: it takes back all of them, and no pod restarts.
func TestOrphanedAndAppliedAgain(t *testing.T) {
	s := ready(t)
	before := s.workloads()
	delete(before, "DynamoGraphDeployment/"+chat)
	s.orphan(harness.Graph(), chat)
	s.until("the graph is gone", func(ctx context.Context) error { return s.gone(ctx, s.ref(harness.Graph(), chat)) })
	s.apply(graph(t))
	s.untilReady(chat)
	s.survive(before)
	for _, r := range []harness.Ref{s.ref(harness.Component(), worker), s.ref(bindings(), discoveryBinding), s.ref(accounts(), "chat-k8s-service-discovery")} {
		s.must(s.controlledBy(t.Context(), r, chat))
	}
	c, err := s.condition(t.Context(), harness.Graph(), chat, "Valid")
	s.must(err)
	if c.Message != "" {
		t.Errorf("condition Valid says %q", c.Message)
	}
	s.deleteGraph(chat)
}

// TestDeletedAndAppliedAgain applies a graph again while the objects of the one before
// are still there: it waits for them to go, without a warning.
func TestDeletedAndAppliedAgain(t *testing.T) {
	s := ready(t)
	before := s.uids(harness.Component(), harness.Deployment())
	s.must(s.client.Delete(t.Context(), s.ref(harness.Graph(), chat)))
	s.until("the graph is gone", func(ctx context.Context) error { return s.gone(ctx, s.ref(harness.Graph(), chat)) })
	s.apply(graph(t))
	s.untilReady(chat)
	for name, uid := range s.uids(harness.Component(), harness.Deployment()) {
		if before[name] == uid {
			t.Errorf("%s is still that of the graph before", name)
		}
	}
	all, err := s.warnings(t.Context())
	s.must(err)
	if len(all) > 0 {
		t.Errorf("there are warnings: %q", all)
	}
}
