package settings

import (
	"regexp"
	"testing"
)

func TestHash(t *testing.T) {
	const base = "{podDefaults: {labels: {a: b, c: d}}}"
	cases := map[string]struct {
		reason string
		in     string
		same   bool
	}{
		"Same":         {reason: "the order of keys is none", in: "{podDefaults: {labels: {c: d, a: b}}}", same: true},
		"Empty":        {reason: "what is empty says nothing", in: "{ingress: {}, imagePullSecrets: [], podDefaults: {tolerations: [], labels: {a: b, c: d}}}", same: true},
		"Default":      {reason: "a default may be written", in: "{discovery: {backend: kubernetes}, podDefaults: {labels: {a: b, c: d}}}", same: true},
		"Compositions": {reason: "only graphs read which Compositions go with theirs", in: "{compositions: {component: c, scalingAdapter: s}, podDefaults: {labels: {a: b, c: d}}}", same: true},
		"Profiler":     {reason: "only requests read how models are profiled", in: "{profiler: {image: p, protocol: current}, hardware: {gpuSku: a30}, podDefaults: {labels: {a: b, c: d}}}", same: true},
		"Monitoring":   {reason: "a PodMonitor is the graph's", in: "{monitoring: {podMonitors: true, interval: 15s}, podDefaults: {labels: {a: b, c: d}}}", same: true},
		"Budget":       {reason: "a component makes its budget", in: "{disruption: {podDisruptionBudgets: true}, podDefaults: {labels: {a: b, c: d}}}"},
		"Policy":       {reason: "and its network policy", in: "{networkPolicy: {enabled: true}, podDefaults: {labels: {a: b, c: d}}}"},
		"Label":        {reason: "a label reaches pods", in: "{podDefaults: {labels: {a: b, c: e}}}"},
		"Other":        {reason: "so does every other setting", in: "{infrastructure: {natsAddress: nats}, podDefaults: {labels: {a: b, c: d}}}"},
		"Queue":        {reason: "or a workload", in: "{queue: {name: q}, podDefaults: {labels: {a: b, c: d}}}"},
		"Image":        {reason: "or runs one", in: "{images: {vllm: i}, podDefaults: {labels: {a: b, c: d}}}"},
		"Security":     {reason: "or secures one", in: "{podDefaults: {securityContext: {runAsNonRoot: true}, labels: {a: b, c: d}}}"},
		"Nothing":      {reason: "nor are the defaults the same", in: "{}"},
	}
	s, _ := decode(t, base)
	want := s.Hash()
	if !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(want) {
		t.Errorf("Hash(): want 16 hex digits, got %q", want)
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s, faults := decode(t, tc.in)
			if got := s.Hash(); (got == want) != tc.same || len(faults) > 0 {
				t.Errorf("%s\nHash(): %q beside %q, faults %v", tc.reason, got, want, faults)
			}
		})
	}
}

// TestHashIsFrozen pins the hash of settings. A release that changes it writes every
// component of every graph once.
func TestHashIsFrozen(t *testing.T) {
	s, _ := decode(t, "{discovery: {backend: etcd}, podDefaults: {labels: {a: b}}}")
	if want, got := "0745b826e90ae9ce", s.Hash(); got != want {
		t.Errorf("Hash(): want %q, got %q", want, got)
	}
	s, _ = decode(t, "{ingress: {className: nginx, hostSuffix: example.com}}")
	if want, got := "8498be40cc56adc0", s.Hash(); got != want {
		t.Errorf("Hash() of a block to which settings were added: want %q, got %q", want, got)
	}
}

// TestHashOfLayers: the same settings from another layer compose the same.
func TestHashOfLayers(t *testing.T) {
	input, _ := decode(t, "{discovery: {backend: etcd}}")
	environment := input
	environment.Layers = []string{LayerBuiltIn, LayerEnvironment}
	if input.Hash() != environment.Hash() {
		t.Errorf("Hash(): %q of the input, %q of the environment", input.Hash(), environment.Hash())
	}
}
