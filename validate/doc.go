// Package validate says of manifests, line by line, what a cluster would say of
// them: what the API server refuses, by the schema or the rules of a kind, and
// what the function flags once it is taken.
//
// It decides nothing of its own. Package preview admits a manifest and runs its
// layers; this package points at the lines that they speak of.
package validate
