package account

import (
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// keepRole gives a binding the role that it has in the cluster. The API server lets
// nobody change the role of a binding: asking for another one would only make the
// owner unready.
func keepRole(o runtime.Object, observed layer.Object) {
	if b, ok := o.(*rbacv1.RoleBinding); ok {
		b.RoleRef.Name = readRole(observed, b.RoleRef.Name)
	}
}

// readRole returns the name of the role that an observed binding gives, or the
// given one where there is no binding yet.
func readRole(observed layer.Object, otherwise string) string {
	if name, ok := observed.RoleRef()["name"].(string); ok && name != "" {
		return name
	}
	return otherwise
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
		if has := readRole(in.Observed[k.key], b.RoleRef.Name); has != b.RoleRef.Name {
			out = append(out, fmt.Sprintf("RoleBinding %q keeps %s %q, since a binding cannot change its role: delete it, and it is made again for %q",
				b.Name, b.RoleRef.Kind, has, b.RoleRef.Name))
		}
	}
	return out
}
