package v1alpha1

import (
	"strings"
)

// What tells the kinds of claims, and of the composites behind them, from the kinds that
// they make.
const (
	compositePrefix = "X"
	claimSuffix     = "Claim"
)

// Kinds are the kinds of the group that this project composes, sorted. Each can be claimed.
func Kinds() []string {
	return []string{ComponentKind, GraphKind, RequestKind, ScalingAdapterKind, ModelKind}
}

// ClaimKind is the kind of claims of a kind.
func ClaimKind(kind string) string { return kind + claimSuffix }

// CompositeKind is the kind of the cluster-scoped composite that Crossplane puts behind a
// claim of a kind.
func CompositeKind(kind string) string { return compositePrefix + kind }

// ClaimedKind returns the kind that claims of a kind make, and whether it is one of claims.
func ClaimedKind(claim string) (string, bool) { return strings.CutSuffix(claim, claimSuffix) }

// IsComposite says whether a kind is that of the composites behind claims.
func IsComposite(kind string) bool { return strings.HasPrefix(kind, compositePrefix) }
