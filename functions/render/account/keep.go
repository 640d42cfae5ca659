package account

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// KeepRole gives a binding the role that it has in the cluster, and returns a warning
// where that is not the one that it asked for. The API server lets nobody change the
// role of a binding: asking for another one would only make the owner unready.
func KeepRole(b *rbacv1.RoleBinding, observed layer.Object) string {
	wants := b.RoleRef
	b.RoleRef = readRoleRef(observed, wants)
	if b.RoleRef == wants {
		return ""
	}
	return fmt.Sprintf("RoleBinding %q keeps %s %q, since a binding cannot change its role: delete it, and it is made again for %s %q",
		b.Name, b.RoleRef.Kind, b.RoleRef.Name, wants.Kind, wants.Name)
}

// keepDiscoveryRole keeps the Role with which the pods of an owner found each other
// before there was a ClusterRole for it. It goes once a binding gives something
// else: until then pods would have no rights at all.
func keepDiscoveryRole(observed layer.Observed) []layer.Child {
	role, ok := observed[KeyDiscoveryRole]
	if !ok {
		return nil
	}
	own := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name}
	if readRoleRef(observed[KeyDiscoveryBinding], own) != own {
		return nil
	}
	return []layer.Child{layer.Keep(KeyDiscoveryRole, role)}
}

// readRoleRef reads which role an observed binding gives; another one where
// there is no binding.
func readRoleRef(observed layer.Object, otherwise rbacv1.RoleRef) rbacv1.RoleRef {
	out := otherwise
	name, _ := observed.RoleRef()["name"].(string)
	if name == "" {
		return out
	}
	out.Name = name
	if kind, ok := observed.RoleRef()["kind"].(string); ok {
		out.Kind = kind
	}
	return out
}

// Warnings name the bindings among Children that keep a role which is not the one
// that the settings name.
func Warnings(o Owner, components []dynamo.Component, in layer.In) []string {
	var out []string
	for _, k := range listObjects(o, components, in.Settings) {
		b, ok := k.object.(*rbacv1.RoleBinding)
		if !ok {
			continue
		}
		if warning := KeepRole(b, in.Observed[k.key]); warning != "" {
			out = append(out, warning)
		}
	}
	return out
}
