package e2e

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/crossplane-contrib/function-dynamo/test/e2e/harness"
)

const (
	discoveryRole    = "chat-k8s-service-discovery-role"
	discoveryBinding = "chat-k8s-service-discovery-binding"
)

func roles() schema.GroupVersionKind {
	return harness.Kind("rbac.authorization.k8s.io", "v1", "Role")
}

func bindings() schema.GroupVersionKind {
	return harness.Kind("rbac.authorization.k8s.io", "v1", "RoleBinding")
}

// earlier is what an earlier version made of graph chat for the discovery of its
// pods. The graph refers to both as its own.
const earlier = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: chat-k8s-service-discovery-role
  annotations: {crossplane.io/composition-resource-name: role/discovery}
  labels: {app.kubernetes.io/component: rbac, app.kubernetes.io/managed-by: function-dynamo, app.kubernetes.io/name: chat-k8s-service-discovery}
rules:
- {apiGroups: [""], resources: [endpoints, pods], verbs: [get, list, watch]}
- {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch]}
- {apiGroups: [nvidia.com], resources: [dynamoworkermetadatas], verbs: [create, get, list, watch, update, patch, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: chat-k8s-service-discovery-binding
  annotations: {crossplane.io/composition-resource-name: rolebinding/discovery}
  labels: {app.kubernetes.io/component: rbac, app.kubernetes.io/managed-by: function-dynamo, app.kubernetes.io/name: chat-k8s-service-discovery}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: chat-k8s-service-discovery-role}
subjects: [{kind: ServiceAccount, name: chat-k8s-service-discovery, namespace: %s}]
`

// withRole is a scenario in which the graph of testdata is ready, and has a Role
// as graphs of earlier versions have. Crossplane may move it.
func withRole(t *testing.T) *scenario {
	t.Helper()
	s := newScenario(t)
	s.mayMoveRoles()
	s.apply(fmt.Sprintf(earlier, s.namespace))
	before := s.uids(roles(), bindings())
	objects := s.objects(graph(t))
	refs := []any{
		map[string]any{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "name": discoveryRole},
		map[string]any{"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "name": discoveryBinding},
	}
	s.must(unstructured.SetNestedSlice(objects[0].Object, refs, "spec", "crossplane", "resourceRefs"))
	s.must(s.client.Apply(t.Context(), objects...))
	s.notef("graph applied, whose pods find each other with a Role")
	s.untilReady(chat)
	if diff := cmp.Diff(before, s.uids(roles(), bindings())); diff != "" {
		t.Errorf("Role and binding are not those of before: -before, +after:\n%s", diff)
	}
	for kind, name := range map[schema.GroupVersionKind]string{roles(): discoveryRole, bindings(): discoveryBinding} {
		if len(s.get(kind, name).GetOwnerReferences()) == 0 {
			t.Errorf("%s %s is not the graph's", kind.Kind, name)
		}
	}
	return s
}

// mayMoveRoles gives Crossplane the rights of package/rbac/upgrade until the end
// of the test.
func (s *scenario) mayMoveRoles() {
	s.Helper()
	files, err := harness.ObjectsOf(root + "/package/rbac/upgrade/*.yaml")
	s.must(err)
	s.must(s.client.Apply(s.Context(), files...))
	s.Cleanup(func() { s.mayNotMoveRoles(context.Background()) })
	s.until("Crossplane may delete Roles", func(ctx context.Context) error {
		if !s.may(ctx, crossplane, "delete rbac.authorization.k8s.io/roles") {
			return errors.New("it may not yet")
		}
		return nil
	})
}

// mayNotMoveRoles takes these rights away again.
func (s *scenario) mayNotMoveRoles(ctx context.Context) {
	s.Helper()
	files, err := harness.ObjectsOf(root + "/package/rbac/upgrade/*.yaml")
	s.must(err)
	for _, f := range files {
		s.must(s.client.Delete(ctx, harness.RefOf(f)))
	}
	right := "patch rbac.authorization.k8s.io/roles"
	s.must(harness.Until(ctx, patience, "Crossplane may not patch Roles", s.mayNot(crossplane, right)))
}

// untilMoved waits until the pods find each other with the ClusterRole, and no
// Role is left.
func (s *scenario) untilMoved() {
	s.Helper()
	s.until("the binding names the ClusterRole, and the Role is gone", func(ctx context.Context) error {
		b, err := s.client.Get(ctx, s.ref(bindings(), discoveryBinding))
		if err != nil {
			return err
		}
		if kind, name := text(b, "roleRef", "kind"), text(b, "roleRef", "name"); kind != "ClusterRole" || name != "function-dynamo:discovery" {
			return fmt.Errorf("it names %s %s", kind, name)
		}
		return s.gone(ctx, s.ref(roles(), discoveryRole))
	})
	s.untilReady(chat)
	s.until("the graph has no role to warn of", func(ctx context.Context) error {
		c, err := s.condition(ctx, harness.Graph(), chat, "Valid")
		if err == nil && (c.Status != "True" || says(c.Message, "keeps")) {
			err = fmt.Errorf("condition Valid is %+v", c)
		}
		return err
	})
	s.mayDiscover()
}

// mayDiscover asserts that pods have the rights to find each other.
func (s *scenario) mayDiscover() {
	s.Helper()
	account := "system:serviceaccount:" + s.namespace + ":chat-k8s-service-discovery"
	for _, right := range []string{"watch discovery.k8s.io/endpointslices", "create nvidia.com/dynamoworkermetadatas"} {
		if !s.may(s.Context(), account, right) {
			s.Errorf("pods may not %s", right)
		}
	}
}

// TestUpgradeRole is a graph that keeps the Role of an earlier version until
// somebody deletes the binding. A Role that Crossplane may not apply stops
// nothing else.
func TestUpgradeRole(t *testing.T) {
	s := withRole(t)
	s.until("the graph says that it keeps its Role", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "Valid", `keeps Role "`+discoveryRole+`"`)
	})
	s.mayDiscover()
	before := s.workloads()

	s.mayNotMoveRoles(t.Context())
	s.patch(harness.Graph(), chat, `{"spec":{"services":{"Frontend":{"replicas":2}}}}`)
	s.notef("Crossplane lost its rights, and the frontend is asked for two replicas")
	s.until("the graph says what is missing", func(ctx context.Context) error {
		return s.says(ctx, harness.Graph(), chat, "Synced", `User "`+crossplane+`" cannot patch resource "roles"`)
	})
	s.untilReplicas(frontend, 2)
	s.mayDiscover()

	s.mayMoveRoles()
	s.patch(harness.Graph(), chat, `{"metadata":{"annotations":{"example.org/poke":"true"}}}`)
	s.untilReady(chat)
	s.replaceBinding()
	s.untilMoved()
	s.survive(before)
}

// replaceBinding deletes the binding until it comes back for the ClusterRole. A run of
// Crossplane that saw the old one before it was deleted makes it once more, so that
// whoever deletes it looks at what the graph says then.
func (s *scenario) replaceBinding() {
	s.Helper()
	s.until("the binding is deleted, and comes back for the ClusterRole", func(ctx context.Context) error {
		b, err := s.client.Get(ctx, s.ref(bindings(), discoveryBinding))
		if err != nil {
			return err
		}
		kind := text(b, "roleRef", "kind")
		if kind == "ClusterRole" {
			return nil
		}
		return errors.Join(fmt.Errorf("it named a %s", kind), s.client.Delete(ctx, s.ref(bindings(), discoveryBinding)))
	})
}

// TestUpgradeRoleByHand deletes Role and binding where Crossplane may write no
// Role: what is gone needs no right.
func TestUpgradeRoleByHand(t *testing.T) {
	s := withRole(t)
	before := s.workloads()
	s.mayNotMoveRoles(t.Context())
	s.must(s.client.Delete(t.Context(), s.ref(roles(), discoveryRole)))
	s.must(s.client.Delete(t.Context(), s.ref(bindings(), discoveryBinding)))
	s.notef("Role and binding deleted")
	s.untilMoved()
	s.survive(before)
}
