package graph

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// TypeClaimsKept is the condition that names claims of the graph which are there
// although the spec says something else.
const TypeClaimsKept = "ClaimsKept"

// Reasons of ClaimsKept.
const (
	ReasonNoLongerMade   = "NoLongerMade"
	ReasonChangesIgnored = "ChangesIgnored"
	ReasonNothingKept    = "NothingKept"
)

// warnOfClaims warns of the claims that the graph is to make and that others have
// made.
func warnOfClaims(claims []claim) []string {
	var out []string
	for _, c := range claims {
		if c.owner == ownerOther {
			out = append(out, fmt.Sprintf("%s: claim %q exists and %s: it is used as it is%s, and this graph neither changes nor deletes it; set create to false, or choose another name",
				c.at, c.Name, describeOwner(c.object), prefixed(", with ", c.compare())))
		}
	}
	return out
}

// describeOwner says whose a claim is that this graph has not made.
func describeOwner(o layer.Object) string {
	if ref, ok := o.Controller(); ok {
		return fmt.Sprintf("belongs to %s %q and goes with it", ref.Kind, ref.Name)
	}
	return "was not made by this graph"
}

// makeClaimsKept makes the condition that names what is kept. A graph that never kept
// anything has none.
func (s scope) makeClaimsKept() []layer.Condition {
	var lines []string
	reason := ReasonChangesIgnored
	for _, c := range s.claims {
		if line := s.explainKept(c); line != "" {
			lines = append(lines, line)
			if !c.Create {
				reason = ReasonNoLongerMade
			}
		}
	}
	if len(lines) > 0 {
		return []layer.Condition{{Type: TypeClaimsKept, Status: layer.True, Reason: reason, Message: strings.Join(lines, "; ")}}
	}
	if slices.ContainsFunc(s.dgd.Status.Conditions, func(c metav1.Condition) bool { return c.Type == TypeClaimsKept }) {
		return []layer.Condition{{Type: TypeClaimsKept, Status: layer.False, Reason: ReasonNothingKept}}
	}
	return nil
}

// explainKept says why a claim of the graph is kept as it is, and what to do; empty for
// one that is as the graph says, or goes.
func (s scope) explainKept(c claim) string {
	switch {
	case c.owner != ownerGraph:
		return ""
	case !c.named() && s.deletesClaims():
		return ""
	case !c.named():
		return fmt.Sprintf("claim %q is no longer in %s: it goes with the graph, or with annotation %s: %q",
			c.Name, s.graph.At.PVCs, meta.AnnotationDeleteClaims, meta.True)
	case !c.Create:
		return fmt.Sprintf("%s: claim %q was made by this graph: it stays without create, and goes with the graph", c.at, c.Name)
	}
	if differs := c.compare(); differs != "" {
		return fmt.Sprintf("%s: claim %q has %s: a claim that exists is not changed; edit it yourself, or correct the graph", c.at, c.Name, differs)
	}
	return ""
}

// compare says in which ways a claim that exists is not what the graph says; empty
// where it is, or where that cannot be read.
func (c claim) compare() string {
	has := corev1.PersistentVolumeClaimSpec{}
	if err := object.Into(c.object.Spec(), &has); err != nil {
		return ""
	}
	var out []string
	if size := has.Resources.Requests.Storage(); !size.IsZero() && size.Cmp(c.Size) != 0 {
		out = append(out, fmt.Sprintf("size %s and not %s", size, &c.Size))
	}
	if is, want := has.StorageClassName, c.StorageClass; is != nil && want != nil && *is != *want {
		out = append(out, fmt.Sprintf("storageClass %q and not %q", *is, *want))
	}
	if modes := has.AccessModes; len(modes) > 0 && !slices.Contains(modes, c.AccessMode) {
		out = append(out, fmt.Sprintf("access mode %s and not %s", joinModes(modes), c.AccessMode))
	}
	return strings.Join(out, ", ")
}

func joinModes(modes []corev1.PersistentVolumeAccessMode) string {
	out := make([]string, 0, len(modes))
	for _, m := range modes {
		out = append(out, string(m))
	}
	return strings.Join(out, " and ")
}

// prefixed returns a text with something before it; nothing for no text.
func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}
