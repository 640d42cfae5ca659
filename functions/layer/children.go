package layer

import (
	"time"
)

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
