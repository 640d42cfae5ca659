package account

import (
	"cmp"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/validation"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
)

// kubernetesDefault is the ServiceAccount that Kubernetes gives to pods.
const kubernetesDefault = "default"

// Of is the name of the ServiceAccount that a component's pods run under: the
// user's, if given. A planner always gets its own, since only that has the rights
// that planning takes.
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

// readUserAccount returns the account that the user names for a component's pods;
// empty for none. The field has an old name, too, which the API server still reads.
func readUserAccount(c dynamo.Component) string {
	return cmp.Or(c.Pod.Spec.ServiceAccountName, c.Pod.Spec.DeprecatedServiceAccount)
}

// listUserAccounts returns the accounts that users name for the pods of components for
// which a condition holds, sorted and each once. Those of planners are left out, since
// they are not used, and so are names that no account can have: the API server would
// refuse the whole binding, and with it the rights of all others.
func listUserAccounts(components []dynamo.Component, by func(dynamo.Component) bool) []string {
	all := map[string]bool{}
	for _, c := range components {
		user := readUserAccount(c)
		if c.Type != dynamo.TypePlanner && by(c) && len(validation.ValidateServiceAccountName(user, false)) == 0 {
			all[user] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
