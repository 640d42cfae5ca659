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

// makePlanner makes the account of a planner, and binds it to the ClusterRole that
// the settings name.
func makePlanner(o Owner, clusterRole string) []keyed {
	name := names.PlannerAccount(o.Name)
	return []keyed{
		{KeyPlannerAccount, makeAccount(name)},
		{KeyPlannerBinding, makeClusterGrant(o, name, clusterRole, nil).makeBinding()},
	}
}

// makePicker makes the account of an endpoint picker, and binds it likewise, with the
// accounts that users name for their pickers.
func makePicker(o Owner, clusterRole string, users []string) []keyed {
	name := names.PickerAccount(o.Name)
	return []keyed{
		{KeyPickerAccount, makeAccount(name)},
		{KeyPickerBinding, makeClusterGrant(o, name, clusterRole, users).makeBinding()},
	}
}

// makeClusterGrant makes a grant of a ClusterRole. It holds in the owner's namespace
// alone.
func makeClusterGrant(o Owner, account, clusterRole string, users []string) grant {
	return grant{name: account, account: account, namespace: o.Namespace, role: clusterRole, users: users}
}
