package settings

import (
	"fmt"
)

// Warnings tell of settings that work against each other, in the order of their names.
func (s Settings) Warnings() []string {
	if !s.Monitoring.PodMonitors || !s.NetworkPolicy.Enabled || len(s.NetworkPolicy.System)+len(s.NetworkPolicy.Graph) > 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: keeps Prometheus from the pods that %s has it ask: name it in networkPolicy.systemPeers",
		s.Place("networkPolicy.enabled"), s.Place("monitoring.podMonitors"))}
}

// Idle tells of settings that do nothing without others that are not given, in the order
// of their names. It is no word for graphs: a site may well say once for all namespaces
// how it has what it turns on in some.
func (s Settings) Idle() []string {
	exposed, protected := s.Ingress.Class+s.Ingress.Gateway+s.Ingress.Route.Name != "", s.NetworkPolicy.Enabled
	var out []string
	for _, i := range []struct {
		setting, needs string
		idle           bool
	}{
		{"disruption.maxUnavailable", "disruption.podDisruptionBudgets", s.Disruption.MaxUnavailable != nil && !s.Disruption.Budgets},
		{"ingress.gateway.requestTimeout", "ingress.gateway.name", s.Ingress.Route.Timeout != "" && s.Ingress.Route.Name == ""},
		{"ingress.hostSuffix", "ingress.className, ingress.gateway.name or ingress.virtualServiceGateway", s.Ingress.HostSuffix != "" && !exposed},
		{"ingress.tlsSecretName", "ingress.className: the listener of a Gateway has a certificate of its own", s.Ingress.TLSSecret != "" && s.Ingress.Class == ""},
		{"monitoring.interval", "monitoring.podMonitors", s.Monitoring.Interval != "" && !s.Monitoring.PodMonitors},
		{"monitoring.labels", "monitoring.podMonitors", len(s.Monitoring.Labels) > 0 && !s.Monitoring.PodMonitors},
		{"networkPolicy.frontendPeers", "networkPolicy.enabled", len(s.NetworkPolicy.Frontends) > 0 && !protected},
		{"networkPolicy.graphPeers", "networkPolicy.enabled", len(s.NetworkPolicy.Graph) > 0 && !protected},
		{"networkPolicy.systemPeers", "networkPolicy.enabled", len(s.NetworkPolicy.System) > 0 && !protected},
	} {
		if i.idle {
			out = append(out, fmt.Sprintf("%s: has no effect without %s", s.Place(i.setting), i.needs))
		}
	}
	return out
}
