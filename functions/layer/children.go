package layer

import (
	"time"

	"k8s.io/apimachinery/pkg/runtime"
)

// Made returns a child that is ready as soon as it exists.
func Made(key string, o runtime.Object, observed Observed) Child {
	return Child{Key: key, Object: o, Ready: observed.Has(key)}
}

// AllReady says whether every child is, but for those that come and go.
func AllReady(children []Child) bool {
	for _, c := range children {
		if !c.Ready && c.Lifetime != Passing {
			return false
		}
	}
	return true
}

// AllKept reports whether there are children, and all of them are kept: nothing of
// the composite changes.
func AllKept(children []Child) bool {
	for _, c := range children {
		if c.Lifetime != Kept {
			return false
		}
	}
	return len(children) > 0
}

// PaceFor is the pace of a composite that is, or is not, ready.
func PaceFor(ready bool) time.Duration {
	if ready {
		return PaceSteady
	}
	return PaceProgressing
}

// Refuse notes which children of a result the API server did not take when they were
// written last. None of them is ready, also where an older object is there.
func (o *Out) Refuse(by Unsynced) {
	for i, c := range o.Children {
		if by.Has(c.Key) {
			o.Children[i].Ready, o.Ready, o.Pace = false, false, PaceRefused
		}
	}
}
