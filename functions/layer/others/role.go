package others

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// ReadRole reads which role a binding that exists gives; another one where there is no
// binding.
func ReadRole(binding layer.Object, otherwise rbacv1.RoleRef) rbacv1.RoleRef {
	out := otherwise
	name, _ := binding.RoleRef()["name"].(string)
	if name == "" {
		return out
	}
	out.Name = name
	if kind, ok := binding.RoleRef()["kind"].(string); ok {
		out.Kind = kind
	}
	return out
}

// ExplainRole says that a binding keeps its role, and what to do.
func ExplainRole(has, wants rbacv1.RoleRef) string {
	return fmt.Sprintf("keeps %s %q, since a binding cannot change its role: delete it, and it is made again for %s %q",
		has.Kind, has.Name, wants.Kind, wants.Name)
}

// bindsElse says whether an object is a binding that was not made for this place, and
// gives another role, as the Dynamo operator makes one for each graph. It cannot be written: nobody
// may change its role, and to add as much as an annotation takes the right to bind it.
// What core has made here before it observes once it refers to it.
func (p Place) bindsElse(o layer.Object) bool {
	return o.Annotations[layer.AnnotationKey] != p.Key && ReadRole(o, p.Role) != p.Role
}
