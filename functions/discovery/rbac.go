// Package discovery renders the account that pods find each other with, and
// the rights it has.
package discovery

import (
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/names"
)

// Keys of the objects: frozen API.
const (
	KeyServiceAccount = "serviceaccount/discovery"
	KeyRole           = "role/discovery"
	KeyRoleBinding    = "rolebinding/discovery"
)

// Children are the account, role and binding of an owner: a graph, or a
// component without one. They are ready as soon as they exist.
func Children(owner, namespace string, observed layer.Observed) []layer.Child {
	child := func(key string, o runtime.Object) layer.Child {
		return layer.Child{Key: key, Object: o, Ready: observed.Has(key)}
	}
	return []layer.Child{
		child(KeyServiceAccount, ServiceAccount(owner)),
		child(KeyRole, Role(owner)),
		child(KeyRoleBinding, RoleBinding(owner, namespace)),
	}
}

// ServiceAccount of the owner's pods.
func ServiceAccount(owner string) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: objectMeta(names.DiscoveryAccount(owner), owner),
	}
}

// Role lets pods read endpoints and pods, and write their own metadata.
func Role(owner string) *rbacv1.Role {
	return &rbacv1.Role{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "Role"},
		ObjectMeta: objectMeta(names.DiscoveryRole(owner), owner),
		Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{""}, Resources: []string{"endpoints", "pods"}, Verbs: read()},
			{APIGroups: []string{"discovery.k8s.io"}, Resources: []string{"endpointslices"}, Verbs: read()},
			{
				APIGroups: []string{"nvidia.com"},
				Resources: []string{"dynamoworkermetadatas"},
				Verbs:     []string{"create", "get", "list", "watch", "update", "patch", "delete"},
			},
		},
	}
}

// RoleBinding gives the role to the account.
func RoleBinding(owner, namespace string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
		ObjectMeta: objectMeta(names.DiscoveryBinding(owner), owner),
		RoleRef: rbacv1.RoleRef{
			APIGroup: rbacv1.GroupName,
			Kind:     "Role",
			Name:     names.DiscoveryRole(owner),
		},
		Subjects: []rbacv1.Subject{{
			Kind:      rbacv1.ServiceAccountKind,
			Name:      names.DiscoveryAccount(owner),
			Namespace: namespace,
		}},
	}
}

func read() []string { return []string{"get", "list", "watch"} }

func objectMeta(name, owner string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Labels: map[string]string{
		meta.LabelAppComponent: "rbac",
		meta.LabelAppManagedBy: meta.ManagedBy,
		meta.LabelAppName:      names.DiscoveryAccount(owner),
	}}
}
