package discovery

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

func metadata(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Labels: map[string]string{
		"app.kubernetes.io/component":  "rbac",
		"app.kubernetes.io/managed-by": "function-dynamo",
		"app.kubernetes.io/name":       "chat-k8s-service-discovery",
	}}
}

func TestChildren(t *testing.T) {
	account := &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: metadata("chat-k8s-service-discovery"),
	}
	role := &rbacv1.Role{
		TypeMeta:   metav1.TypeMeta{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "Role"},
		ObjectMeta: metadata("chat-k8s-service-discovery-role"),
		Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{""}, Resources: []string{"endpoints", "pods"}, Verbs: []string{"get", "list", "watch"}},
			{APIGroups: []string{"discovery.k8s.io"}, Resources: []string{"endpointslices"}, Verbs: []string{"get", "list", "watch"}},
			{
				APIGroups: []string{"nvidia.com"},
				Resources: []string{"dynamoworkermetadatas"},
				Verbs:     []string{"create", "get", "list", "watch", "update", "patch", "delete"},
			},
		},
	}
	binding := &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "RoleBinding"},
		ObjectMeta: metadata("chat-k8s-service-discovery-binding"),
		RoleRef:    rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "Role", Name: "chat-k8s-service-discovery-role"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: "chat-k8s-service-discovery", Namespace: "team-a"}},
	}

	cases := map[string]struct {
		reason   string
		observed layer.Observed
		ready    map[string]bool
	}{
		"New":  {reason: "None is ready before it exists", ready: map[string]bool{}},
		"Part": {reason: "Each for itself", observed: layer.Observed{KeyRole: {}}, ready: map[string]bool{KeyRole: true}},
		"All": {
			reason:   "All are ready once they exist",
			observed: layer.Observed{KeyServiceAccount: {}, KeyRole: {}, KeyRoleBinding: {}},
			ready:    map[string]bool{KeyServiceAccount: true, KeyRole: true, KeyRoleBinding: true},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want := []layer.Child{
				{Key: "serviceaccount/discovery", Object: account, Ready: tc.ready[KeyServiceAccount]},
				{Key: "role/discovery", Object: role, Ready: tc.ready[KeyRole]},
				{Key: "rolebinding/discovery", Object: binding, Ready: tc.ready[KeyRoleBinding]},
			}
			if diff := cmp.Diff(want, Children("chat", "team-a", tc.observed)); diff != "" {
				t.Errorf("%s: Children(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestLongOwner has names that are cut: what refers to them has to be cut alike.
func TestLongOwner(t *testing.T) {
	owner := strings.Repeat("a", 63)
	account, role, binding := ServiceAccount(owner), Role(owner), RoleBinding(owner, "team-a")
	if diff := cmp.Diff(role.Name, binding.RoleRef.Name); diff != "" {
		t.Errorf("role of the binding (-want, +got):\n%s", diff)
	}
	if diff := cmp.Diff(account.Name, binding.Subjects[0].Name); diff != "" {
		t.Errorf("account of the binding (-want, +got):\n%s", diff)
	}
	for _, name := range []string{account.Name, role.Name, binding.Name, account.Labels["app.kubernetes.io/name"]} {
		if len(name) > 63 {
			t.Errorf("%q is longer than 63 characters", name)
		}
	}
}
