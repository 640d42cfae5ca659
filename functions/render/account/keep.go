package account

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
)

// KeepRole gives a binding the role that it has in the cluster, and returns a warning
// where that is not the one that it asked for. The API server lets nobody change the
// role of a binding: asking for another one would only make the owner unready.
func KeepRole(b *rbacv1.RoleBinding, observed layer.Object) string {
	wants := b.RoleRef
	b.RoleRef = others.ReadRole(observed, wants)
	if b.RoleRef == wants {
		return ""
	}
	return fmt.Sprintf("RoleBinding %q %s", b.Name, others.ExplainRole(b.RoleRef, wants))
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
	if others.ReadRole(observed[KeyDiscoveryBinding], own) != own {
		return nil
	}
	return []layer.Child{layer.Keep(KeyDiscoveryRole, role)}
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
