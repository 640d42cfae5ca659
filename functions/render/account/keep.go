package account

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// keepRoleRef gives a binding the role that it has in the cluster. The API server lets
// nobody change the role of a binding: asking for another one would only make the
// owner unready.
func keepRoleRef(o runtime.Object, observed layer.Object) {
	if b, ok := o.(*rbacv1.RoleBinding); ok {
		b.RoleRef = readRoleRef(observed, b.RoleRef)
	}
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

// readRoleRef returns the role that an observed binding gives, or the given one
// where there is no binding yet.
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
		if has := readRoleRef(in.Observed[k.key], b.RoleRef); has != b.RoleRef {
			out = append(out, fmt.Sprintf("RoleBinding %q keeps %s %q, since a binding cannot change its role: delete it, and it is made again for %s %q",
				b.Name, has.Kind, has.Name, b.RoleRef.Kind, b.RoleRef.Name))
		}
	}
	return out
}
