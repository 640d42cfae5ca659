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

// discoveryObjects are the account of pods that find each other through
// Kubernetes, and its rights.
func discoveryObjects(o Owner, users []string) []keyed {
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
		{KeyDiscoveryAccount, serviceAccount(name)},
		{KeyDiscoveryRole, discoveryRole(o)},
		{KeyDiscoveryBinding, binding.binding()},
	}
}

// discoveryRole lets pods read endpoints and pods, and write their own metadata.
func discoveryRole(o Owner) *rbacv1.Role {
	return &rbacv1.Role{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "Role"},
		ObjectMeta: objectMeta(names.DiscoveryRole(o.Name), names.DiscoveryAccount(o.Name)),
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

func read() []string { return []string{"get", "list", "watch"} }
