package account

import (
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
)

// Keys of the account that pods find each other with: frozen API.
const (
	KeyDiscoveryAccount = "serviceaccount/discovery"
	KeyDiscoveryRole    = "role/discovery"
	KeyDiscoveryBinding = "rolebinding/discovery"
)

// makeDiscovery makes the account of pods that find each other through Kubernetes,
// with the role that they need for that.
func makeDiscovery(o Owner, users []string) []keyed {
	name := names.DiscoveryAccount(o.Name)
	binding := grant{
		name:      names.DiscoveryBinding(o.Name),
		account:   name,
		namespace: o.Namespace,
		users:     users,
		kind:      "Role",
		role:      names.DiscoveryRole(o.Name),
	}
	return []keyed{
		{KeyDiscoveryAccount, makeAccount(name)},
		{KeyDiscoveryRole, makeDiscoveryRole(o)},
		{KeyDiscoveryBinding, binding.makeBinding()},
	}
}

// makeDiscoveryRole lets pods read endpoints and pods, and write their own metadata.
func makeDiscoveryRole(o Owner) *rbacv1.Role {
	return &rbacv1.Role{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "Role"},
		ObjectMeta: makeMeta(names.DiscoveryRole(o.Name), names.DiscoveryAccount(o.Name)),
		Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{""}, Resources: []string{"endpoints", "pods"}, Verbs: readVerbs()},
			{APIGroups: []string{"discovery.k8s.io"}, Resources: []string{"endpointslices"}, Verbs: readVerbs()},
			{
				APIGroups: []string{"nvidia.com"},
				Resources: []string{"dynamoworkermetadatas"},
				Verbs:     []string{"create", "get", "list", "watch", "update", "patch", "delete"},
			},
		},
	}
}

// readVerbs are what somebody may do who reads only.
func readVerbs() []string { return []string{"get", "list", "watch"} }
