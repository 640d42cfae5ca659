package layer

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
)

// Made returns a child that is ready as soon as it exists.
func Made(key string, o runtime.Object, observed Observed) Child {
	return Child{Key: key, Object: o, Ready: observed.Has(key), Inert: true}
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

// TellReady returns the children of a result, as ready as core is told that they are.
//
// Core records an event at each reconcile for every child that is not. Of an inert one
// that tells nobody anything: core makes it within the reconcile in which it is asked
// for. So it is told ready at once, and the composite still waits until it was observed.
//
// Wherever the composite is not ready, at least one child is not: steps behind ours may
// drop the readiness of the composite, and take it for ready once all children are.
func TellReady(out Out) []Child {
	told := slices.Clone(out.Children)
	unready := false
	for i, c := range told {
		told[i].Ready = c.Ready || c.Inert
		unready = unready || !told[i].Ready
	}
	if len(told) > 0 && !out.Ready && !unready {
		told[findUnready(out.Children)].Ready = false
	}
	return told
}

// findUnready returns which child is not ready; the first where all are.
func findUnready(children []Child) int {
	return max(0, slices.IndexFunc(children, func(c Child) bool { return !c.Ready }))
}

// PaceFor is the pace of a composite. It is starting once all children are observed;
// settled says that it waits for nothing but them.
func PaceFor(out Out, observed Observed, settled bool) time.Duration {
	switch {
	case out.Ready:
		return PaceSteady
	case settled && allObserved(out.Children, observed):
		return PaceStarting
	}
	return PaceProgressing
}

// Refuse notes which children of a result the API server did not take when they were
// written last. None of them is ready, also where an older object is there.
func (o *Out) Refuse(by Unsynced) {
	for i, c := range o.Children {
		if by.Has(c.Key) {
			o.Children[i].Ready, o.Children[i].Inert = false, false
			o.Ready, o.Pace = false, PaceRefused
		}
	}
}

// allObserved says whether each of the children exists.
func allObserved(children []Child, observed Observed) bool {
	return !slices.ContainsFunc(children, func(c Child) bool { return !observed.Has(c.Key) })
}
