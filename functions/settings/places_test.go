package settings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// layers are settings of the input, and of both EnvironmentConfigs over them.
func layers(t *testing.T, input string, cluster, team map[string]any) Settings {
	t.Helper()
	base, texts := decode(t, input)
	out, faults := Fold(base, Config("dynamo", cluster), Config("dynamo.team", team))
	if len(texts)+len(faults) > 0 {
		t.Fatalf("the test's settings: %v, %v", texts, faults)
	}
	return out
}

func dynamo(block string, value any) map[string]any {
	return map[string]any{"dynamo": map[string]any{block: value}}
}

func TestPlace(t *testing.T) {
	const cluster, team = "EnvironmentConfig[dynamo].data.dynamo.", "EnvironmentConfig[dynamo.team].data.dynamo."
	s := layers(t, "{ingress: {className: nginx, hostSuffix: a.example, gateway: {name: public}}}",
		dynamo("ingress", map[string]any{"hostSuffix": "b.example", "className": "", "gateway": map[string]any{"name": "private"}}),
		dynamo("networkPolicy", map[string]any{"enabled": false, "frontendPeers": []any{}, "systemPeers": nil, "graphPeers": []any{map[string]any{"podSelector": map[string]any{}}}}))
	cases := map[string]struct {
		reason string
		args   string
		want   string
	}{
		"Input":      {reason: "the only layer that says it, since an empty text says nothing", args: "ingress.className", want: "input.ingress.className"},
		"Higher":     {reason: "the layer that wins", args: "ingress.hostSuffix", want: cluster + "ingress.hostSuffix"},
		"Deeper":     {reason: "in a block of a block", args: "ingress.gateway.name", want: cluster + "ingress.gateway.name"},
		"Namespace":  {reason: "the namespace's own", args: "networkPolicy.graphPeers", want: team + "networkPolicy.graphPeers"},
		"No":         {reason: "a no is something", args: "networkPolicy.enabled", want: team + "networkPolicy.enabled"},
		"EmptyList":  {reason: "an empty list is nothing", args: "networkPolicy.frontendPeers", want: "input.networkPolicy.frontendPeers"},
		"Null":       {reason: "nor is a null", args: "networkPolicy.systemPeers", want: "input.networkPolicy.systemPeers"},
		"NotWritten": {reason: "what nobody says would be in the input", args: "queue.name", want: "input.queue.name"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, s.Place(tc.args)); diff != "" {
				t.Errorf("%s\nPlace(%q): -want, +got:\n%s", tc.reason, tc.args, diff)
			}
		})
	}
}

// TestPlacesOfFaultyLayer: nothing of a layer that cannot be read counts, so that it is the
// place of nothing either.
func TestPlacesOfFaultyLayer(t *testing.T) {
	base, _ := decode(t, "{ingress: {className: nginx}}")
	got, faults := Fold(base, Config("dynamo", dynamo("ingress", map[string]any{"className": 5})))
	if diff := cmp.Diff("input.ingress.className", got.Place("ingress.className")); diff != "" || len(faults) != 1 {
		t.Errorf("Place(...): faults %v, -want, +got:\n%s", faults, diff)
	}
}

// TestPlacesAreNoSettings: where settings are written changes no component.
func TestPlacesAreNoSettings(t *testing.T) {
	input, _ := decode(t, "{ingress: {className: nginx}}")
	config, _ := Fold(Default(), Config("dynamo", dynamo("ingress", map[string]any{"className": "nginx"})))
	if diff := cmp.Diff(input.Hash(), config.Hash()); diff != "" {
		t.Errorf("Hash(): -input, +EnvironmentConfig:\n%s", diff)
	}
	Fold(input, Config("dynamo", dynamo("ingress", map[string]any{"className": "other"})))
	if diff := cmp.Diff("input.ingress.className", input.Place("ingress.className")); diff != "" {
		t.Errorf("Fold(...) changed the settings below: -want, +got:\n%s", diff)
	}
}

func TestWarnings(t *testing.T) {
	const closed = ": keeps Prometheus from the pods that input.monitoring.podMonitors has it ask: name it in networkPolicy.systemPeers"
	peers := []any{map[string]any{"podSelector": map[string]any{}}}
	cases := map[string]struct {
		reason string
		input  string
		over   map[string]any
		want   []string
	}{
		"None":      {reason: "a site that sets nothing"},
		"Policies":  {reason: "policies alone", input: "{networkPolicy: {enabled: true}}"},
		"Monitors":  {reason: "PodMonitors alone", input: "{monitoring: {podMonitors: true}}"},
		"Both":      {reason: "nobody may ask", input: "{monitoring: {podMonitors: true}, networkPolicy: {enabled: true}}", want: []string{"input.networkPolicy.enabled" + closed}},
		"Frontends": {reason: "clients are not Prometheus", input: "{monitoring: {podMonitors: true}, networkPolicy: {enabled: true, frontendPeers: [{podSelector: {}}]}}", want: []string{"input.networkPolicy.enabled" + closed}},
		"System":    {reason: "Prometheus is named", input: "{monitoring: {podMonitors: true}, networkPolicy: {enabled: true, systemPeers: [{podSelector: {}}]}}"},
		"Graph":     {reason: "who reaches all ports may be it", input: "{monitoring: {podMonitors: true}, networkPolicy: {enabled: true}}", over: dynamo("networkPolicy", map[string]any{"graphPeers": peers})},
		"Layers": {
			reason: "each at its place", input: "{monitoring: {podMonitors: true}}", over: dynamo("networkPolicy", map[string]any{"enabled": true}),
			want: []string{"EnvironmentConfig[dynamo].data.dynamo.networkPolicy.enabled" + closed},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, layers(t, tc.input, tc.over, nil).Warnings()); diff != "" {
				t.Errorf("%s\nWarnings(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestIdle(t *testing.T) {
	const none = ": has no effect without "
	cases := map[string]struct {
		reason string
		args   string
		want   []string
	}{
		"None":       {reason: "a site that sets nothing"},
		"Everything": {reason: "a site that sets everything", args: everything},
		"Peers": {
			reason: "peers of policies that nobody has",
			args:   "{networkPolicy: {frontendPeers: [{podSelector: {}}], systemPeers: [{podSelector: {}}], graphPeers: [{podSelector: {}}]}}",
			want: []string{
				"input.networkPolicy.frontendPeers" + none + "networkPolicy.enabled",
				"input.networkPolicy.graphPeers" + none + "networkPolicy.enabled",
				"input.networkPolicy.systemPeers" + none + "networkPolicy.enabled",
			},
		},
		"Budget":     {reason: "how large a budget that nobody has", args: "{disruption: {maxUnavailable: 1}}", want: []string{"input.disruption.maxUnavailable" + none + "disruption.podDisruptionBudgets"}},
		"BudgetsOff": {reason: "a no turns it off", args: "{disruption: {maxUnavailable: 1, podDisruptionBudgets: false}}", want: []string{"input.disruption.maxUnavailable" + none + "disruption.podDisruptionBudgets"}},
		"Monitoring": {
			reason: "how PodMonitors are that nobody has", args: "{monitoring: {labels: {a: b}, interval: 5s}}",
			want: []string{"input.monitoring.interval" + none + "monitoring.podMonitors", "input.monitoring.labels" + none + "monitoring.podMonitors"},
		},
		"Host": {reason: "the domain of no host", args: "{ingress: {hostSuffix: a.example}}", want: []string{
			"input.ingress.hostSuffix" + none + "ingress.className, ingress.gateway.name or ingress.virtualServiceGateway",
		}},
		"HostOfGateway": {reason: "of a host of a Gateway", args: "{ingress: {hostSuffix: a.example, gateway: {name: public}}}"},
		"Timeout":       {reason: "the timeout of no Gateway", args: "{ingress: {gateway: {requestTimeout: 5m}}}", want: []string{"input.ingress.gateway.requestTimeout" + none + "ingress.gateway.name"}},
		"Certificate": {
			reason: "a Gateway reads no Secret of ours", args: "{ingress: {tlsSecretName: tls, gateway: {name: public}}}",
			want: []string{"input.ingress.tlsSecretName" + none + "ingress.className: the listener of a Gateway has a certificate of its own"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, layers(t, tc.args, nil, nil).Idle()); diff != "" {
				t.Errorf("%s\nIdle(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
