// Package scaling is the scaling layer, and what a graph needs to know of its
// adapters: who decides how many replicas a service has.
package scaling

import (
	"strings"

	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
)

// Replicas is what a graph writes into an adapter that it composes, so that it
// never undoes what an autoscaler or a person decided.
type Replicas struct {
	// Value to write; nil leaves the field to whoever owns it.
	Value *int32
	// ResourceVersion, if any, makes a stale write a conflict instead of an
	// undone scale: core tries again with what is there by then.
	ResourceVersion string
}

// Desired decides what to write into an adapter. Without an adapter yet it is
// the initial value. Where somebody else owns the field it is left out. Where
// only core owns it, leaving it out would reset it, so the value is repeated,
// guarded against a stale read.
func Desired(observed *layer.Object, initial int32) Replicas {
	if observed == nil {
		return Replicas{Value: &initial}
	}
	for _, m := range observed.Managers("spec", "replicas") {
		if !strings.HasPrefix(m.Name, layer.CoreManager) {
			return Replicas{}
		}
	}
	value := Asked(*observed, initial)
	return Replicas{Value: &value, ResourceVersion: observed.Guard()}
}

// Asked is the number of replicas that an adapter asks for; initial where it
// says nothing.
func Asked(adapter layer.Object, initial int32) int32 {
	return ptr.Deref(adapter.Replicas(), initial)
}
