package layer

import "maps"

// Needs are what a layer asks core for beside its children. They are the same
// on every run, answered or not: core stops asking when they stop changing.
type Needs struct {
	// Objects by a name of the layer's choice.
	Objects map[string]Selector
	// APIs that may be missing, by a name of the layer's choice.
	APIs map[string]API
}

// And returns what both ask for.
func (n Needs) And(o Needs) Needs {
	return Needs{Objects: union(n.Objects, o.Objects), APIs: union(n.APIs, o.APIs)}
}

func union[T any](a, b map[string]T) map[string]T {
	if len(b) == 0 {
		return a
	}
	out := make(map[string]T, len(a)+len(b))
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}

// Selector selects objects of a kind that is known to exist: core fails the
// whole composite for a kind that does not. It starts a watch of the kind in
// the whole cluster, so only small kinds are asked for.
type Selector struct {
	API

	Namespace string
	// Name of the one object; empty for all that have Labels.
	Name   string
	Labels map[string]string
	// Example is what tools without a cluster take for the object where they are
	// not told of one; nil where they take it for absent.
	Example map[string]any
}

// API is a kind of an API version.
type API struct {
	APIVersion, Kind string
}

// Answers are what core answered to Needs. A name without an entry has not been
// answered yet, which is no reason to change anything.
type Answers struct {
	Objects map[string][]Object
	// APIs says which of the kinds are there.
	APIs map[string]bool
}
