package layer

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
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

// findUnready returns which child is told not to be ready: one that is not, and where
// all are, as of a composite at fault, the one of which a step behind ours is least
// likely to say otherwise.
func findUnready(children []Child) int {
	if i := slices.IndexFunc(children, func(c Child) bool { return !c.Ready }); i >= 0 {
		return i
	}
	out := 0
	for i, c := range children {
		if c.rank() > children[out].rank() {
			out = i
		}
	}
	return out
}

// rank is how good a child is to say that its composite is not ready. Another step says
// again what is ready of what it adds, which is kept with all others; and steps patch
// components and workloads, and wait for them. So best is what we made and nobody waits for.
func (c Child) rank() int {
	metadata, _ := c.Fields["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	labels, _ := metadata["labels"].(map[string]any)
	if _, hashed := annotations[meta.AnnotationSpecHash]; hashed {
		return 1
	}
	if labels[meta.LabelAppManagedBy] == meta.ManagedBy || labels[meta.LabelComponent] != nil {
		return 2
	}
	return 0
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
