// Package dryrun says, without a cluster, what an API server would say of a
// manifest of our kinds: what it drops, what it defaults, and what it refuses.
//
// A Schema is derived from a CompositeResourceDefinition on the way that
// Crossplane and the API server take: crossplane-runtime makes the
// CustomResourceDefinition, and the libraries of the API server prune, default
// and validate by it, rules in CEL included. Nothing here decides anything of
// its own; the order of the steps is that of apiextensions-apiserver v0.36.
//
// Everything is a pure function of its arguments. Arguments are not changed.
package dryrun
