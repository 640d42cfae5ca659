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
		{KeyPlannerAccount, MakeAccount(name)},
		{KeyPlannerBinding, makeGrant(o, name, clusterRole, nil).makeBinding()},
	}
}

// makePicker makes the account of an endpoint picker, and binds it likewise, with the
// accounts that users name for their pickers.
func makePicker(o Owner, clusterRole string, users []string) []keyed {
	name := names.PickerAccount(o.Name)
	return []keyed{
		{KeyPickerAccount, MakeAccount(name)},
		{KeyPickerBinding, makeGrant(o, name, clusterRole, users).makeBinding()},
	}
}
