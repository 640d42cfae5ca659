package account

import (
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
)

// Keys of the accounts of planners and endpoint pickers: frozen API.
const (
	KeyPlannerAccount = "serviceaccount/planner"
	KeyPlannerBinding = "rolebinding/planner"
	KeyPickerAccount  = "serviceaccount/epp"
	KeyPickerBinding  = "rolebinding/epp"
)

// planner is the account of a planner, bound to what the settings let it do.
func planner(o Owner, clusterRole string) []keyed {
	name := names.PlannerAccount(o.Name)
	return []keyed{
		{KeyPlannerAccount, serviceAccount(name)},
		{KeyPlannerBinding, clusterGrant(o, name, clusterRole, nil).binding()},
	}
}

// picker is the account of an endpoint picker, likewise.
func picker(o Owner, clusterRole string, users []string) []keyed {
	name := names.PickerAccount(o.Name)
	return []keyed{
		{KeyPickerAccount, serviceAccount(name)},
		{KeyPickerBinding, clusterGrant(o, name, clusterRole, users).binding()},
	}
}

// clusterGrant gives the rights of a ClusterRole in the owner's namespace alone.
func clusterGrant(o Owner, account, clusterRole string, users []string) grant {
	return grant{name: account, account: account, namespace: o.Namespace, role: clusterRole, users: users}
}
