// Package account renders the accounts that pods run under, and the rights that
// they have: of all pods, to find each other, and of planners and endpoint
// pickers, to do what they are for.
package account

import (
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

// Owner is whose accounts they are: a graph, or a component without one.
type Owner struct {
	Name, Namespace string
}

// OwnerOf is the owner of the accounts of a component's pods: its graph or, on
// its own, the component.
func OwnerOf(c dynamo.Component) Owner { return Owner{Name: c.Owner(), Namespace: c.Namespace} }

// Children are the accounts that the components of an owner run under, each with
// its rights, and nothing that none of them needs. They are ready as soon as
// they exist.
func Children(o Owner, components []dynamo.Component, in layer.In) []layer.Child {
	objects := wanted(o, components, in.Settings)
	out := make([]layer.Child, 0, len(objects))
	for _, k := range objects {
		keep(k.object, in.Observed[k.key])
		if k.key == KeyDiscoveryBinding {
			out = append(out, keepRole(in.Observed)...)
		}
		out = append(out, layer.Child{Key: k.key, Object: k.object, Ready: in.Observed.Has(k.key)})
	}
	return out
}

// wanted are the objects that the settings ask for, whatever is there. Accounts
// that users name for their pods get the same rights as ours.
func wanted(o Owner, components []dynamo.Component, s settings.Settings) []keyed {
	var out []keyed
	found := selected(components, func(c dynamo.Component) bool { return discovery.Of(c, s).Kubernetes })
	if len(found) > 0 {
		out = append(out, discoveryObjects(o, s.DiscoveryClusterRole, named(found))...)
	}
	if len(selected(components, ofType(dynamo.TypePlanner))) > 0 {
		out = append(out, planner(o, s.PlannerClusterRole)...)
	}
	if pickers := selected(components, ofType(dynamo.TypePicker)); len(pickers) > 0 {
		out = append(out, picker(o, s.PickerClusterRole, named(pickers))...)
	}
	return out
}

func selected(components []dynamo.Component, by func(dynamo.Component) bool) []dynamo.Component {
	var out []dynamo.Component
	for _, c := range components {
		if by(c) {
			out = append(out, c)
		}
	}
	return out
}

func ofType(componentType string) func(dynamo.Component) bool {
	return func(c dynamo.Component) bool { return c.Type == componentType }
}

// keyed is an object under the key that it is composed as.
type keyed struct {
	key    string
	object runtime.Object
}

func serviceAccount(name string) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: objectMeta(name, name),
	}
}

// grant of a ClusterRole to accounts of the owner's namespace, and in it alone:
// to ours, and to those that users name instead of it.
type grant struct {
	name, account, namespace string

	users []string
	role  string
}

func (g grant) binding() *rbacv1.RoleBinding {
	subjects := []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: g.account, Namespace: g.namespace}}
	for _, user := range g.users {
		if user != g.account {
			subjects = append(subjects, rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Name: user, Namespace: g.namespace})
		}
	}
	return &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
		ObjectMeta: objectMeta(g.name, g.account),
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: g.role},
		Subjects:   subjects,
	}
}

func objectMeta(name, account string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Labels: map[string]string{
		meta.LabelAppComponent: "rbac",
		meta.LabelAppManagedBy: meta.ManagedBy,
		meta.LabelAppName:      account,
	}}
}
