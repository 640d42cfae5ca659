package legacy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

// site has the services that Dynamo's runtime uses.
func site() settings.Settings {
	s := settings.Default()
	s.NATSAddress, s.EtcdAddress = "nats://nats:4222", "etcd:2379"
	return s
}

func TestCall(t *testing.T) {
	cases := map[string]struct {
		request string
		s       settings.Settings
	}{
		"full":    {request: full, s: site()},
		"minimal": {request: "{model: acme/chat, backend: vllm, profilingConfig: {profilerImage: 'nvcr.io/p:1', config: {sla: {}}}}", s: settings.Default()},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Protocol{}.Call(read(t, tc.request), tc.s)
			if err != nil {
				t.Fatalf("Call(): %v", err)
			}
			golden.Assert(t, name, got)
		})
	}
}

// TestCallArguments has a configuration in which Kubernetes would see references to
// variables: it arrives as it is.
func TestCallArguments(t *testing.T) {
	r := configured(t, `{planner: {a: $(HOME), b: $$(HOME), c: "$(", d: $HOME}}`)
	call, err := Protocol{}.Call(r, settings.Default())
	if err != nil {
		t.Fatalf("Call(): %v", err)
	}
	want, err := writeDocument(r)
	if err != nil {
		t.Fatalf("writeDocument(): %v", err)
	}
	if diff := cmp.Diff(want, shell.Expand(call.Args[1], map[string]string{"HOME": "expanded"})); diff != "" {
		t.Errorf("what the profiler gets: -want, +got:\n%s", diff)
	}
	if !strings.Contains(call.Args[1], "a: $$(HOME)") {
		t.Errorf("want a reference written as $$(HOME), got:\n%s", call.Args[1])
	}
}

// TestCallFails: a request that was not examined is no reason to write anything.
func TestCallFails(t *testing.T) {
	got, err := Protocol{}.Call(configured(t, "{engine: vllm}"), settings.Default())
	if err == nil || !strings.Contains(err.Error(), "must be an object") {
		t.Errorf("Call(): want an error that says why, got %v", err)
	}
	if diff := cmp.Diff(profiler.Call{}, got); diff != "" {
		t.Errorf("Call(): -want, +got:\n%s", diff)
	}
}

// TestCallChangesNothing: what it is given belongs to others.
func TestCallChangesNothing(t *testing.T) {
	r := read(t, full)
	first, err := Protocol{}.Call(r, site())
	if err != nil {
		t.Fatalf("Call(): %v", err)
	}
	Protocol{}.Examine(r)
	if diff := cmp.Diff(read(t, full), r, cmp.Comparer(samePath)); diff != "" {
		t.Errorf("the request: -before, +after:\n%s", diff)
	}
	second, err := Protocol{}.Call(r, site())
	if err != nil {
		t.Fatalf("Call(): %v", err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("Call(): -first, +second:\n%s", diff)
	}
}

func TestLabel(t *testing.T) {
	cases := map[string]struct{ reason, config, want string }{
		"Online":     {"graphs are tried out unless it is said", "{sla: {}}", "dynamo-profiler"},
		"AIC":        {"computed alone", "{sweep: {useAiConfigurator: true}}", "aic-profiler"},
		"Snake":      {"in the other spelling", "{sweep: {use_ai_configurator: true}}", "aic-profiler"},
		"CamelWins":  {"which does not count where both are given", "{sweep: {useAiConfigurator: false, use_ai_configurator: true}}", "dynamo-profiler"},
		"NotBoolean": {"only a boolean counts", "{sweep: {useAiConfigurator: 'true'}}", "dynamo-profiler"},
		"NextOne":    {"also behind what is none", "{sweep: {useAiConfigurator: 'true', use_ai_configurator: true}}", "aic-profiler"},
		"Null":       {"null is nothing", "{sweep: {useAiConfigurator: null, use_ai_configurator: true}}", "aic-profiler"},
		"NoObject":   {"nor is what cannot be read", "{sweep: [useAiConfigurator]}", "dynamo-profiler"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := (Protocol{}).Label(configured(t, tc.config)); got != tc.want {
				t.Errorf("%s: Label(...): want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}

func TestFiles(t *testing.T) {
	cases := map[string]struct {
		reason string
		r      dynamo.Request
		want   []string
	}{
		"Workers": {reason: "the graph with workers is the result", want: []string{"config_with_planner.yaml", "mocker_config_with_planner.yaml"}},
		"Mockers": {reason: "or the one with mockers", r: dynamo.Request{UseMocker: true}, want: []string{"mocker_config_with_planner.yaml", "config_with_planner.yaml"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Protocol{}.Files(tc.r)); diff != "" {
				t.Errorf("%s: Files(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestNeeds(t *testing.T) {
	type need struct{ Kind, Name, Key, At string }
	cases := map[string]struct {
		reason  string
		request string
		want    []need
	}{
		"None": {reason: "what a request does not name", request: "{model: m, backend: vllm, profilingConfig: {profilerImage: p, config: {deployment: {modelCache: {pvcPath: a}}}}}"},
		"All": {reason: "all that it names", request: full, want: []need{
			{"ConfigMap", "base", "tep16.yaml", "spec.profilingConfig.configMapRef"},
			{"PersistentVolumeClaim", "models", "", "spec.profilingConfig.config.deployment.modelCache.pvcName"},
			{"PersistentVolumeClaim", "results", "", "spec.profilingConfig.outputPVC"},
		}},
		"DefaultKey": {
			reason:  "a file has a name even if nobody says so",
			request: "{model: m, backend: vllm, profilingConfig: {profilerImage: p, configMapRef: {name: base}}}",
			want:    []need{{"ConfigMap", "base", "disagg.yaml", "spec.profilingConfig.configMapRef"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []need
			for _, n := range (Protocol{}).Needs(read(t, tc.request)) {
				got = append(got, need{n.Kind, n.Name, n.Key, n.At.String()})
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Needs(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestMakeEnvironment(t *testing.T) {
	nats, etcd := corev1.EnvVar{Name: "NATS_SERVER", Value: "nats://nats:4222"}, corev1.EnvVar{Name: "ETCD_ENDPOINTS", Value: "etcd:2379"}
	cases := map[string]struct {
		reason string
		s      settings.Settings
		want   []corev1.EnvVar
	}{
		"None": {reason: "a site that has neither", s: settings.Default()},
		"NATS": {reason: "one alone", s: settings.Settings{NATSAddress: "nats://nats:4222"}, want: []corev1.EnvVar{nats}},
		"Etcd": {reason: "or the other", s: settings.Settings{EtcdAddress: "etcd:2379"}, want: []corev1.EnvVar{etcd}},
		"Both": {reason: "or both", s: site(), want: []corev1.EnvVar{nats, etcd}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, makeEnvironment(tc.s)); diff != "" {
				t.Errorf("%s: makeEnvironment(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
