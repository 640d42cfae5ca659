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

// PaceFor is the pace of a composite that is, or is not, ready.
func PaceFor(ready bool) time.Duration {
	if ready {
		return PaceSteady
	}
	return PaceProgressing
}
