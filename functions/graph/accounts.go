package graph

import (
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/render/account"
)

// accounts are those that the pods of all services run under.
func accounts(g dynamo.Graph, in layer.In) []layer.Child {
	return account.Children(accountOwner(g), g.Components, in)
}

func accountOwner(g dynamo.Graph) account.Owner {
	return account.Owner{Name: g.Name, Namespace: g.Namespace}
}
