package claim

import (
	"fmt"
	"maps"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/others"
)

// needClaim is the name under which a composite asks for its claim.
const needClaim = "claim"

// computeNeeds asks for the claim, and for whatever has its name already.
func (s scope) computeNeeds() layer.Needs {
	if s.claim.name == "" || s.claim.namespace == "" {
		return layer.Needs{} // Without a name it would be all claims.
	}
	out := others.Needs(s.claim.namespace, s.target())
	maps.Copy(out, map[string]layer.Selector{needClaim: {
		API: api(v1alpha1.ClaimKind(s.kind)), Namespace: s.claim.namespace, Name: s.claim.name,
	}})
	return layer.Needs{Objects: out}
}

// findClaim says whether core has told of the claim, and why the composite is not the one
// behind it; empty for the one that is.
//
// A composite is cluster-scoped, and makes objects in the namespace that it names. So who
// may create composites could do so in all namespaces, if the claim there did not have to
// name the composite, too: Crossplane writes that before it creates a composite.
func (s scope) findClaim() (bool, string) {
	claim := v1alpha1.ClaimKind(s.kind)
	if s.claim.name == "" || s.claim.namespace == "" {
		return true, fmt.Sprintf("no claim is named: Crossplane makes this kind for claims, so make a %s in the namespace of your choice instead", claim)
	}
	found, answered := s.in.Answers.Objects[needClaim]
	switch {
	case s.in.IsInFile(): // Nothing comes of it in a cluster.
		return true, ""
	case !answered:
		return false, ""
	case len(found) == 0:
		return true, fmt.Sprintf("there is no %s %q in namespace %q: delete this composite, and make a claim", claim, s.claim.name, s.claim.namespace)
	case !s.isNamedBy(found[0]):
		return true, fmt.Sprintf("%s %q in namespace %q belongs to another composite (its spec.resourceRef): delete this one", claim, s.claim.name, s.claim.namespace)
	}
	return true, ""
}

// isNamedBy says whether a claim names this composite as its own.
func (s scope) isNamedBy(claim layer.Object) bool {
	ref, _ := claim.Spec()["resourceRef"].(map[string]any)
	return ref["name"] == s.xr.Name && ref["kind"] == s.xr.Kind
}

// findOccupant says what stands where the object would be made, if this composite has not
// made it. Core would take it over, and delete it with the claim.
func (s scope) findOccupant() string {
	if s.in.Observed.Has(Key(s.kind)) {
		return ""
	}
	switch occupant, o := s.target().Look(s.in.Answers); occupant {
	case others.Other:
		return others.Describe(o) + ": it is left as it is; delete it, or give the claim another name"
	case others.Leaving:
		return fmt.Sprintf("%s %q is being deleted: what the claim asks for is made once it is gone", o.Kind, o.Name)
	case others.Nobody:
	}
	return ""
}
