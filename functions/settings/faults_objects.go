package settings

import (
	"net/netip"
	"regexp"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// duration is how both the Gateway API and Prometheus write one.
var duration = regexp.MustCompile(`^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?([0-9]{1,5}ms)?$`)

// siteObjectFaults names faults of the settings that add objects to components and
// graphs.
func siteObjectFaults(in v1beta1.Settings, root *field.Path) field.ErrorList {
	faults := gatewayFaults(in.Ingress.Gateway, root.Child("ingress", "gateway"))
	faults = append(faults, labelFaults(in.Monitoring.Labels, root.Child("monitoring", "labels"))...)
	faults = append(faults, budgetFaults(in.Disruption.MaxUnavailable, root.Child("disruption", "maxUnavailable"))...)
	at := root.Child("networkPolicy")
	faults = append(faults, peerFaults(in.NetworkPolicy.FrontendPeers, at.Child("frontendPeers"))...)
	faults = append(faults, peerFaults(in.NetworkPolicy.SystemPeers, at.Child("systemPeers"))...)
	return append(faults, peerFaults(in.NetworkPolicy.GraphPeers, at.Child("graphPeers"))...)
}

// gatewayFaults names what belongs to a Gateway that the same layer does not name.
func gatewayFaults(in v1beta1.Gateway, at *field.Path) field.ErrorList {
	if in.Name != "" || (in.Namespace == "" && in.SectionName == "") {
		return nil
	}
	return field.ErrorList{field.Required(at.Child("name"), "name the Gateway beside its namespace or listener")}
}

// budgetFaults names budgets that the API server refuses, and those that would keep
// every drain from going on.
func budgetFaults(in *intstr.IntOrString, at *field.Path) field.ErrorList {
	if in == nil {
		return nil
	}
	n, err := intstr.GetScaledValueFromIntOrPercent(in, 100, false)
	if err != nil || n < 1 || (in.Type == intstr.String && (n > 100 || len(validation.IsValidPercent(in.StrVal)) > 0)) {
		return field.ErrorList{field.Invalid(at, in.String(), "must be a number of at least 1, or a percentage from 1% to 100%: with none, no node could be drained")}
	}
	return nil
}

// peerFaults applies the rules of the API server.
func peerFaults(in []networkingv1.NetworkPolicyPeer, at *field.Path) field.ErrorList {
	var faults field.ErrorList
	for i, p := range in {
		faults = append(faults, onePeerFaults(p, at.Index(i))...)
	}
	return faults
}

func onePeerFaults(p networkingv1.NetworkPolicyPeer, at *field.Path) field.ErrorList {
	selects := p.NamespaceSelector != nil || p.PodSelector != nil
	switch {
	case p.IPBlock != nil && selects:
		return field.ErrorList{field.Forbidden(at.Child("ipBlock"), "stands alone: give selectors in an item of their own")}
	case p.IPBlock != nil:
		return blockFaults(*p.IPBlock, at.Child("ipBlock"))
	case !selects:
		return field.ErrorList{field.Required(at, "give a namespaceSelector, a podSelector, both or an ipBlock")}
	}
	return append(selectorFaults(p.NamespaceSelector, at.Child("namespaceSelector")), selectorFaults(p.PodSelector, at.Child("podSelector"))...)
}

// blockFaults names ranges of addresses that are none, and exceptions that are not in
// their range.
func blockFaults(b networkingv1.IPBlock, at *field.Path) field.ErrorList {
	whole, err := netip.ParsePrefix(b.CIDR)
	if err != nil {
		return field.ErrorList{field.Invalid(at.Child("cidr"), b.CIDR, "must be a range of addresses, such as 10.0.0.0/8 or fd00::/8")}
	}
	var faults field.ErrorList
	for i, text := range b.Except {
		part, err := netip.ParsePrefix(text)
		if err != nil || part.Bits() <= whole.Bits() || !whole.Contains(part.Addr()) {
			faults = append(faults, field.Invalid(at.Child("except").Index(i), text, "must be a range of addresses in "+b.CIDR+", and smaller"))
		}
	}
	return faults
}

// isTimeout is how long requests may take at a Gateway.
func isTimeout(v string) []string {
	if v == v1beta1.TimeoutUnset {
		return nil
	}
	return isDuration(v)
}

// isDuration is how durations are written.
func isDuration(v string) []string {
	if duration.MatchString(v) {
		return nil
	}
	return []string{"must be a duration such as 30s, 15m or 1h30m, with up to five digits before each unit"}
}
