package profiler

import (
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/render/account"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// MakeAccount makes the account that the pod of a request's Job runs under. Each
// request has its own: one that several shared would have several owners.
func MakeAccount(r dynamo.Request) *corev1.ServiceAccount {
	return account.MakeAccount(names.ProfilerAccount(r.Name))
}

// MakeBinding makes the RoleBinding that gives the account the ClusterRole of the
// settings, in the request's namespace alone.
func MakeBinding(r dynamo.Request, s settings.Settings) *rbacv1.RoleBinding {
	owner := account.Owner{Name: r.Name, Namespace: r.Namespace}
	return account.MakeBinding(owner, names.ProfilerAccount(r.Name), s.ProfilerClusterRole)
}

// WarnOfRole says that a binding which is observed keeps a role that is not the one of
// the settings; empty where it does not.
func WarnOfRole(r dynamo.Request, s settings.Settings, observed layer.Object) string {
	return account.KeepRole(MakeBinding(r, s), observed)
}
