package settings

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"
)

// resolve folds settings that are written as YAML; empty ones are not given.
func resolve(t *testing.T, input, environment string) (Settings, []string) {
	t.Helper()
	var raw [2][]byte
	for i, in := range []string{input, environment} {
		if in == "" {
			continue
		}
		j, err := yaml.YAMLToJSON([]byte(in))
		if err != nil {
			t.Fatalf("cannot read the test's settings: %v", err)
		}
		raw[i] = j
	}
	got, faults := Fold(Default(), Input(raw[0]), Environment(raw[1]))
	var texts []string
	for _, f := range faults {
		texts = append(texts, f.Error())
	}
	return got, texts
}

func TestFold(t *testing.T) {
	with := func(change func(*Settings), layers ...string) Settings {
		out := Default()
		out.Layers = append(out.Layers, layers...)
		change(&out)
		return out
	}
	tolerates := func(keys ...string) []corev1.Toleration {
		var out []corev1.Toleration
		for _, k := range keys {
			out = append(out, corev1.Toleration{Key: k, Operator: corev1.TolerationOpExists})
		}
		return out
	}

	cases := map[string]struct {
		reason             string
		input, environment string
		want               Settings
	}{
		"Neither": {
			reason: "without layers the defaults apply",
			want:   Default(),
		},
		"EnvironmentAlone": {
			reason:      "the environment needs no input",
			environment: "infrastructure: {natsAddress: nats}",
			want:        with(func(s *Settings) { s.NATSAddress = "nats" }, LayerEnvironment),
		},
		"Typed": {
			reason:      "the environment may say what it is",
			environment: "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings, infrastructure: {natsAddress: nats}}",
			want:        with(func(s *Settings) { s.NATSAddress = "nats" }, LayerEnvironment),
		},
		"Null": {
			reason:      "a null says nothing, and does not contribute",
			input:       "infrastructure: {natsAddress: nats}",
			environment: "null",
			want:        with(func(s *Settings) { s.NATSAddress = "nats" }, LayerInput),
		},
		"Empty": {
			reason:      "nor does what is empty undo the input",
			input:       "{infrastructure: {natsAddress: nats}, imagePullSecrets: [{registry: a, name: b}], podDefaults: {labels: {a: b}}}",
			environment: "{infrastructure: {natsAddress: ''}, imagePullSecrets: [], podDefaults: {labels: {}}}",
			want: with(func(s *Settings) {
				s.NATSAddress = "nats"
				s.PullSecrets = []PullSecret{{Registry: "a", Name: "b"}}
				s.PodDefaults.Labels = map[string]string{"a": "b"}
			}, LayerInput),
		},
		"FieldByField": {
			reason:      "the environment wins over the input, one field at a time",
			input:       "infrastructure: {natsAddress: of-input, etcdAddress: of-input}",
			environment: "infrastructure: {natsAddress: of-environment, prometheusEndpoint: of-environment}",
			want: with(func(s *Settings) {
				s.NATSAddress, s.EtcdAddress, s.PrometheusEndpoint = "of-environment", "of-input", "of-environment"
			}, LayerInput, LayerEnvironment),
		},
		"Blocks": {
			reason:      "in each block",
			input:       "{ingress: {className: a, hostSuffix: b}, multinode: {sshSecretName: c}, rbac: {discoveryClusterRole: i, plannerClusterRole: d, pickerClusterRole: e, profilerClusterRole: j}, profiler: {huggingFaceSecretName: k}, discovery: {backend: etcd}}",
			environment: "{ingress: {className: f}, multinode: {sshSecretName: g}, rbac: {pickerClusterRole: h, profilerClusterRole: l}, profiler: {huggingFaceSecretName: m}, discovery: {backend: kubernetes}}",
			want: with(func(s *Settings) {
				s.Ingress = Ingress{Class: "f", HostSuffix: "b"}
				s.SSHSecret, s.DiscoveryClusterRole, s.PlannerClusterRole, s.PickerClusterRole = "g", "i", "d", "h"
				s.ProfilerClusterRole, s.HuggingFaceSecret = "l", "m"
			}, LayerInput, LayerEnvironment),
		},
		"Lists": {
			reason:      "a list replaces the input's as a whole",
			input:       "{imagePullSecrets: [{registry: a, name: a}], podDefaults: {tolerations: [{key: a, operator: Exists}, {key: b, operator: Exists}]}}",
			environment: "{imagePullSecrets: [{registry: b, name: b}], podDefaults: {tolerations: [{key: c, operator: Exists}]}}",
			want: with(func(s *Settings) {
				s.PullSecrets = []PullSecret{{Registry: "b", Name: "b"}}
				s.PodDefaults.Tolerations = tolerates("c")
			}, LayerInput, LayerEnvironment),
		},
		"Images": {
			reason:      "each image is a text of its own",
			input:       "images: {vllm: input, frontend: input}",
			environment: "{images: {frontend: environment}, queue: {name: q}}",
			want: with(func(s *Settings) {
				s.Images, s.Queue = Images{VLLM: "input", Frontend: "environment"}, "q"
			}, LayerInput, LayerEnvironment),
		},
		"PodDefaults": {
			reason:      "maps of pods are merged by key, blocks by field, and lists replaced",
			input:       "podDefaults: {annotations: {a: input, b: input}, env: [{name: A}], affinity: {nodeAffinity: {}}, securityContext: {runAsUser: 1, runAsGroup: 1}, containerSecurityContext: {capabilities: {drop: [ALL]}}, schedulerName: input, priorityClassName: input}",
			environment: "podDefaults: {annotations: {b: environment}, env: [{name: B}], affinity: {podAffinity: {}}, securityContext: {runAsUser: 2}, containerSecurityContext: {capabilities: {add: [KILL]}}, priorityClassName: environment}",
			want: with(func(s *Settings) {
				s.PodDefaults = PodDefaults{
					Annotations:   map[string]string{"a": "input", "b": "environment"},
					Env:           []corev1.EnvVar{{Name: "B"}},
					Affinity:      &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{}, PodAffinity: &corev1.PodAffinity{}},
					Security:      &corev1.PodSecurityContext{RunAsUser: ptr.To[int64](2), RunAsGroup: ptr.To[int64](1)},
					PriorityClass: "environment", Scheduler: "input",
					ContainerSecurity: &corev1.SecurityContext{Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"KILL"}, Drop: []corev1.Capability{"ALL"}}},
				}
			}, LayerInput, LayerEnvironment),
		},
		"Gateways": {
			reason:      "a Gateway replaces another one as a whole, or its name would stand beside the other's listener",
			input:       "ingress: {gateway: {name: a, namespace: b, sectionName: c, requestTimeout: 5m}}",
			environment: "ingress: {gateway: {name: d}}",
			want:        with(func(s *Settings) { s.Ingress.Route = Route{Name: "d", Timeout: "5m"} }, LayerInput, LayerEnvironment),
		},
		"Timeout": {
			reason:      "how long requests may take is of no Gateway in particular",
			input:       "ingress: {gateway: {name: a, namespace: b}}",
			environment: "ingress: {gateway: {requestTimeout: unset}}",
			want: with(func(s *Settings) {
				s.Ingress.Route = Route{Name: "a", Namespace: "b", Timeout: "unset"}
			}, LayerInput, LayerEnvironment),
		},
		"TurnedOff": {
			reason:      "what is on can be turned off again, and the rest stays",
			input:       "{monitoring: {podMonitors: true, labels: {a: b}}, disruption: {podDisruptionBudgets: true, maxUnavailable: 2}, networkPolicy: {enabled: true, graphPeers: [{podSelector: {}}]}}",
			environment: "{monitoring: {podMonitors: false}, disruption: {podDisruptionBudgets: false}, networkPolicy: {enabled: false}}",
			want: with(func(s *Settings) {
				s.Monitoring.Labels = map[string]string{"a": "b"}
				s.Disruption.MaxUnavailable = ptr.To(intstr.FromInt32(2))
				s.NetworkPolicy.Graph = []networkingv1.NetworkPolicyPeer{{PodSelector: &metav1.LabelSelector{}}}
			}, LayerInput, LayerEnvironment),
		},
		"SiteObjects": {
			reason:      "field by field",
			input:       "{monitoring: {podMonitors: true, labels: {a: input, b: input}, interval: 5s}, disruption: {maxUnavailable: 2}, networkPolicy: {enabled: true, frontendPeers: [{podSelector: {}}], systemPeers: [{podSelector: {}}]}}",
			environment: "{monitoring: {labels: {b: environment}, interval: 15s}, disruption: {podDisruptionBudgets: true, maxUnavailable: 10%}, networkPolicy: {frontendPeers: [{namespaceSelector: {}}]}}",
			want: with(func(s *Settings) {
				s.Monitoring = Monitoring{PodMonitors: true, Labels: map[string]string{"a": "input", "b": "environment"}, Interval: "15s"}
				s.Disruption = Disruption{Budgets: true, MaxUnavailable: ptr.To(intstr.FromString("10%"))}
				s.NetworkPolicy = NetworkPolicy{
					Enabled:   true,
					Frontends: []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{}}},
					System:    []networkingv1.NetworkPolicyPeer{{PodSelector: &metav1.LabelSelector{}}},
				}
			}, LayerInput, LayerEnvironment),
		},
		"Maps": {
			reason:      "a map is merged by key",
			input:       "podDefaults: {labels: {a: input, b: input}, nodeSelector: {c: input, d: input}, runtimeClassName: input}",
			environment: "podDefaults: {labels: {b: environment}, nodeSelector: {d: environment, e: environment}}",
			want: with(func(s *Settings) {
				s.PodDefaults = PodDefaults{
					Labels:       map[string]string{"a": "input", "b": "environment"},
					NodeSelector: map[string]string{"c": "input", "d": "environment", "e": "environment"},
					RuntimeClass: "input",
				}
			}, LayerInput, LayerEnvironment),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, faults := resolve(t, tc.input, tc.environment)
			if diff := cmp.Diff(tc.want, got, withoutPlaces()); diff != "" {
				t.Errorf("%s\nFold(...): -want, +got:\n%s", tc.reason, diff)
			}
			if len(faults) > 0 {
				t.Errorf("%s\nFold(...): faults %q, want none", tc.reason, faults)
			}
		})
	}
}

func TestFoldFaults(t *testing.T) {
	cases := map[string]struct {
		reason             string
		input, environment string
		want               []string
	}{
		"Unknown": {
			reason:      "a fault of the environment says where it is",
			environment: "{discovry: {}}",
			want:        []string{`environment.dynamo.discovry: Invalid value: unknown field: did you mean discovery?`},
		},
		"Value": {
			reason:      "with the path to it",
			environment: "{discovery: {backend: consul}}",
			want:        []string{`environment.dynamo.discovery.backend: Unsupported value: "consul": supported values: "kubernetes", "etcd"`},
		},
		"OtherType": {
			reason:      "settings of another version, or something else altogether",
			environment: "{apiVersion: v1, kind: ConfigMap}",
			want: []string{
				`environment.dynamo.apiVersion: Unsupported value: "v1": supported values: "dynamo.fn.crossplane.io/v1beta1"`,
				`environment.dynamo.kind: Unsupported value: "ConfigMap": supported values: "Settings"`,
			},
		},
		"Both": {
			reason:      "faults of both layers are told at once, the input's first",
			input:       "{discovery: {backend: consul}}",
			environment: "{multinode: {orchestrator: Grove}}",
			want: []string{
				`input.discovery.backend: Unsupported value: "consul": supported values: "kubernetes", "etcd"`,
				`environment.dynamo.multinode.orchestrator: Unsupported value: "Grove": supported values: "LeaderWorkerSet"`,
			},
		},
		"Shape": {
			reason:      "what is no object is named as such",
			environment: "[]",
			want:        []string{`environment.dynamo: Invalid value: must be a map, not a list`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, got := resolve(t, tc.input, tc.environment)
			if diff := cmp.Diff(tc.want, got, withoutPlaces()); diff != "" {
				t.Errorf("%s\nFold(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFoldConfigs: what EnvironmentConfigs say stands between the input and the
// environment, in the order of their names.
func TestFoldConfigs(t *testing.T) {
	data := func(pairs ...string) map[string]any {
		rbac := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			rbac[pairs[i]] = pairs[i+1]
		}
		return map[string]any{"dynamo": map[string]any{"rbac": rbac}, "other": 1}
	}
	if diff := cmp.Diff([]string{"dynamo", "dynamo.team"}, ConfigNames("team")); diff != "" {
		t.Errorf("ConfigNames(...): -want, +got:\n%s", diff)
	}
	for name, want := range map[string]bool{"dynamo": true, "dynamo.team": true, "dynamos": false, "team.dynamo": false, "": false} {
		if got := Configures(name); got != want {
			t.Errorf("Configures(%q): want %t, got %t", name, want, got)
		}
	}
	got, faults := Fold(Default(),
		Input([]byte(`{"rbac":{"discoveryClusterRole":"input","plannerClusterRole":"input","pickerClusterRole":"input"}}`)),
		Config("dynamo", data("plannerClusterRole", "cluster", "pickerClusterRole", "cluster")),
		Config("dynamo.team", data("pickerClusterRole", "team")),
		Config("nothing", nil), Config("other", map[string]any{"region": "eu"}), Config("null", map[string]any{"dynamo": nil}),
	)
	want := Default()
	want.DiscoveryClusterRole, want.PlannerClusterRole, want.PickerClusterRole = "input", "cluster", "team"
	want.Layers = []string{"built-in", "input", "dynamo", "dynamo.team"}
	if diff := cmp.Diff(want, got, withoutPlaces()); diff != "" || len(faults) > 0 {
		t.Errorf("Fold(...): want no faults, got %v; -want, +got:\n%s", faults, diff)
	}
}

// TestFoldConfigFaults: a fault says in which object it is, and where.
func TestFoldConfigFaults(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   any
		want   string
	}{
		"Value": {
			reason: "with the path to it",
			args:   map[string]any{"multinode": map[string]any{"orchestrator": "Grove"}},
			want:   `EnvironmentConfig[dynamo.team].data.dynamo.multinode.orchestrator: Unsupported value: "Grove": supported values: "LeaderWorkerSet"`,
		},
		"Text": {
			reason: "what is no object is named as such",
			args:   "etcd",
			want:   `EnvironmentConfig[dynamo.team].data.dynamo: Invalid value: "etcd": must be a map, not a string`,
		},
		"NoJSON": {
			reason: "nor can a number that JSON has not",
			args:   math.NaN(),
			want:   `EnvironmentConfig[dynamo.team].data.dynamo: Invalid value: "Settings": json: unsupported value: NaN`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, faults := Fold(Default(), Config("dynamo.team", map[string]any{"dynamo": tc.args}))
			if len(faults) != 1 || faults[0].Error() != tc.want {
				t.Errorf("%s\nFold(...): want fault %q, got %v", tc.reason, tc.want, faults)
			}
		})
	}
}

// TestFoldLeavesLayersAlone: a layer that is folded twice says the same, and
// the defaults are nobody's to change.
func TestFoldLeavesLayersAlone(t *testing.T) {
	first, _ := resolve(t, everything, everything)
	second, _ := resolve(t, everything, everything)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("Fold(...): -first, +second:\n%s", diff)
	}
	if diff := cmp.Diff([]string{LayerBuiltIn}, Default().Layers); diff != "" {
		t.Errorf("Default(): -want, +got:\n%s", diff)
	}
}
