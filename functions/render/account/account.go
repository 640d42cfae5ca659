// Package account renders the accounts that pods run under, and the rights that
// they have: of all pods, to find each other, and of planners and endpoint
// pickers, to do what they are for.
package account

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// Owner is what the accounts belong to, and are named after: a graph, or a component
// that no graph made.
type Owner struct {
	Name, Namespace string
}

// OwnerOf returns the owner of the accounts of a component's pods: its graph or,
// where no graph made it, the component itself.
func OwnerOf(c dynamo.Component) Owner { return Owner{Name: c.Owner(), Namespace: c.Namespace} }

// Children returns the ServiceAccounts, roles and bindings that at least one
// component of the owner needs. They are ready as soon as they exist.
func Children(o Owner, components []dynamo.Component, in layer.In) []layer.Child {
	objects := listObjects(o, components, in.Settings)
	out := make([]layer.Child, 0, len(objects))
	for _, k := range objects {
		if b, ok := k.object.(*rbacv1.RoleBinding); ok {
			KeepRole(b, in.Observed[k.key])
		}
		if k.key == KeyDiscoveryBinding {
			out = append(out, keepDiscoveryRole(in.Observed)...)
		}
		out = append(out, layer.Made(k.key, k.object, in.Observed))
	}
	return out
}

// listObjects returns the objects that components and settings ask for, without
// regard to what exists. An account that a user names for pods gets the same rights
// as the one that is made for them.
func listObjects(o Owner, components []dynamo.Component, s settings.Settings) []keyed {
	var out []keyed
	found := func(c dynamo.Component) bool { return discovery.Of(c, s).Kubernetes }
	if slices.ContainsFunc(components, found) {
		out = append(out, makeDiscovery(o, s.DiscoveryClusterRole, listUserAccounts(components, found))...)
	}
	if slices.ContainsFunc(components, isOfType(dynamo.TypePlanner)) {
		out = append(out, makePlanner(o, s.PlannerClusterRole)...)
	}
	if pickers := isOfType(dynamo.TypePicker); slices.ContainsFunc(components, pickers) {
		out = append(out, makePicker(o, s.PickerClusterRole, listUserAccounts(components, pickers))...)
	}
	return out
}

// isOfType is the condition that a component is of a type.
func isOfType(componentType string) func(dynamo.Component) bool {
	return func(c dynamo.Component) bool { return c.Type == componentType }
}

// keyed is an object, and its key among the children.
type keyed struct {
	key    string
	object runtime.Object
}

// MakeAccount makes a ServiceAccount, which has no rights by itself.
func MakeAccount(name string) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: makeMeta(name, name),
	}
}

// grant gives a ClusterRole to accounts of the owner's namespace, in it alone: to the
// one that is made, and to those that users name instead of it.
type grant struct {
	name, account, namespace string

	users []string
	role  string
}

// makeGrant makes a grant of a ClusterRole to an account, with a binding of that name.
func makeGrant(o Owner, account, clusterRole string, users []string) grant {
	return grant{name: account, account: account, namespace: o.Namespace, role: clusterRole, users: users}
}

// makeBinding makes the RoleBinding of a grant.
func (g grant) makeBinding() *rbacv1.RoleBinding {
	subjects := []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: g.account, Namespace: g.namespace}}
	for _, user := range g.users {
		if user != g.account {
			subjects = append(subjects, rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Name: user, Namespace: g.namespace})
		}
	}
	return &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
		ObjectMeta: makeMeta(g.name, g.account),
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: g.role},
		Subjects:   subjects,
	}
}

// MakeBinding makes the RoleBinding that gives a ClusterRole to an account in the
// owner's namespace alone, and has the name of the account.
func MakeBinding(o Owner, account, clusterRole string) *rbacv1.RoleBinding {
	return makeGrant(o, account, clusterRole, nil).makeBinding()
}

// makeMeta makes the metadata of an object that belongs to an account.
func makeMeta(name, account string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Labels: map[string]string{
		meta.LabelAppComponent: "rbac",
		meta.LabelAppManagedBy: meta.ManagedBy,
		meta.LabelAppName:      account,
	}}
}
