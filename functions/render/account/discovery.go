package account

import (
	"github.com/crossplane-contrib/function-dynamo/functions/contract/names"
)

// Keys of the account that pods find each other with: frozen API. Graphs had a
// Role each before there was a ClusterRole for all; those that have it keep it.
const (
	KeyDiscoveryAccount = "serviceaccount/discovery"
	KeyDiscoveryRole    = "role/discovery"
	KeyDiscoveryBinding = "rolebinding/discovery"
)

// makeDiscovery makes the account of pods that find each other through Kubernetes,
// bound to what the settings let it do.
func makeDiscovery(o Owner, clusterRole string, users []string) []keyed {
	name := names.DiscoveryAccount(o.Name)
	binding := makeGrant(o, name, clusterRole, users)
	binding.name = names.DiscoveryBinding(o.Name)
	return []keyed{
		{KeyDiscoveryAccount, MakeAccount(name)},
		{KeyDiscoveryBinding, binding.makeBinding()},
	}
}
