package account

import (
	"cmp"
	"maps"
	"slices"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
)

// kubernetesDefault is the ServiceAccount that Kubernetes gives to pods.
const kubernetesDefault = "default"

// Of is the account of a component's pods: the user's, except that a planner
// cannot do without the rights of its own.
func Of(c dynamo.Component, d discovery.Discovery) string {
	user := readUserAccount(c)
	switch {
	case c.Type == dynamo.TypePlanner:
		return names.PlannerAccount(c.Owner())
	case user != "":
		return user
	case c.Type == dynamo.TypePicker:
		return names.PickerAccount(c.Owner())
	case d.Kubernetes:
		return names.DiscoveryAccount(c.Owner())
	}
	return kubernetesDefault
}

// readUserAccount is the account that the user names for a component's pods; empty for
// none. The API server takes the old name of the field for the new one.
func readUserAccount(c dynamo.Component) string {
	return cmp.Or(c.Pod.Spec.ServiceAccountName, c.Pod.Spec.DeprecatedServiceAccount)
}

// listUserAccounts are the accounts that users name for the pods of components, sorted and
// each once. A planner's never counts.
func listUserAccounts(components []dynamo.Component) []string {
	all := map[string]bool{}
	for _, c := range components {
		if user := readUserAccount(c); user != "" && c.Type != dynamo.TypePlanner {
			all[user] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
