package settings

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/version"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// decode reads settings that are written as YAML, which keeps doubled fields out;
// tests of those write JSON.
func decode(t *testing.T, in string) (Settings, []string) {
	t.Helper()

	raw, err := yaml.YAMLToJSON([]byte(in))
	if err != nil {
		t.Fatalf("cannot read the test's settings: %v", err)
	}
	if in == "" {
		raw = nil
	}
	return decodeJSON(raw)
}

func decodeJSON(raw []byte) (Settings, []string) {
	got, faults := Decode(raw)
	var texts []string
	for _, f := range faults {
		texts = append(texts, f.Error())
	}
	return got, texts
}

// everything sets every field.
const everything = `
apiVersion: dynamo.fn.crossplane.io/v1beta1
kind: Settings
metadata: {name: site}
discovery: {backend: etcd}
infrastructure:
  etcdAddress: etcd:2379
  modelExpressURL: http://express:8001
  natsAddress: nats://nats:4222
  prometheusEndpoint: http://prometheus:9090
compositions: {component: site-components, scalingAdapter: site-adapters}
ingress:
  className: nginx
  tlsSecretName: tls
  hostSuffix: example.com
  virtualServiceGateway: istio-system/gw
  gateway: {name: public, namespace: infra, sectionName: https, requestTimeout: 30m}
monitoring: {podMonitors: true, labels: {release: prometheus}, interval: 15s}
disruption: {podDisruptionBudgets: true, maxUnavailable: 25%}
networkPolicy:
  enabled: true
  frontendPeers: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: infra}}}]
  systemPeers: [{namespaceSelector: {}, podSelector: {matchLabels: {app: prometheus}}}]
  graphPeers: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]
multinode: {orchestrator: LeaderWorkerSet, sshSecretName: ssh}
rbac: {discoveryClusterRole: site-discovery, plannerClusterRole: site-planner, pickerClusterRole: site-picker, profilerClusterRole: site-profiler}
profiler: {huggingFaceSecretName: hub-token, image: 'registry.example/planner:1.6.0', protocol: current}
hardware: {discovery: none, gpuSku: h200_sxm, vramMb: 143771, totalGpus: 64, numGpusPerNode: 8, interconnect: nvlink, rdma: true}
runtime: {defaultVersion: 1.6.2}
imagePullSecrets:
- {registry: nvcr.io, name: ngc}
- {registry: docker.io, name: hub}
images: {frontend: 'registry.example/frontend:1', sglang: 'registry.example/sglang:1', trtllm: 'registry.example/trtllm:1', vllm: 'registry.example/vllm:1'}
queue: {name: gpus}
podDefaults:
  affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, labelSelector: {matchLabels: {a: b}}}]}}
  annotations: {example.org/owner: ml}
  containerSecurityContext: {allowPrivilegeEscalation: false}
  env: [{name: HTTPS_PROXY, value: 'http://proxy:3128'}]
  labels: {cost-centre: ml}
  nodeSelector: {pool: gpu}
  priorityClassName: serving
  runtimeClassName: nvidia
  schedulerName: packer
  securityContext: {runAsNonRoot: true}
  tolerations:
  - {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
  topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway}]
`

// selects is a selector of one label.
func selects(name, value string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{name: value}}
}

// withoutPlaces compares settings but for where they are written.
func withoutPlaces() cmp.Option { return cmpopts.IgnoreFields(Settings{}, "Places") }

// fromInput are the layers of settings whose input says anything.
func fromInput() []string { return []string{LayerBuiltIn, LayerInput} }

func TestDecode(t *testing.T) {
	all := Settings{
		DiscoveryBackend:   "etcd",
		NATSAddress:        "nats://nats:4222",
		EtcdAddress:        "etcd:2379",
		ModelExpressURL:    "http://express:8001",
		PrometheusEndpoint: "http://prometheus:9090",
		Ingress: Ingress{
			Class: "nginx", TLSSecret: "tls", HostSuffix: "example.com", Gateway: "istio-system/gw",
			Route: Route{Name: "public", Namespace: "infra", Section: "https", Timeout: "30m"},
		},
		Compositions:         Compositions{Component: "site-components", ScalingAdapter: "site-adapters"},
		SSHSecret:            "ssh",
		DiscoveryClusterRole: "site-discovery",
		PlannerClusterRole:   "site-planner",
		PickerClusterRole:    "site-picker",
		ProfilerClusterRole:  "site-profiler",
		HuggingFaceSecret:    "hub-token",
		ProfilerImage:        "registry.example/planner:1.6.0",
		ProfilerProtocol:     "current",
		Hardware: Hardware{
			Discovery: "none", SKU: "h200_sxm", Interconnect: "nvlink", MemoryMiB: 143771, Total: 64, PerNode: 8, RDMA: ptr.To(true),
		},
		Monitoring: Monitoring{PodMonitors: true, Labels: map[string]string{"release": "prometheus"}, Interval: "15s"},
		Disruption: Disruption{Budgets: true, MaxUnavailable: ptr.To(intstr.FromString("25%"))},
		NetworkPolicy: NetworkPolicy{
			Enabled:   true,
			Frontends: []networkingv1.NetworkPolicyPeer{{NamespaceSelector: selects("kubernetes.io/metadata.name", "infra")}},
			System:    []networkingv1.NetworkPolicyPeer{{NamespaceSelector: &metav1.LabelSelector{}, PodSelector: selects("app", "prometheus")}},
			Graph:     []networkingv1.NetworkPolicyPeer{{IPBlock: &networkingv1.IPBlock{CIDR: "10.0.0.0/8", Except: []string{"10.1.0.0/16"}}}},
		},
		RuntimeVersion: version.Version{Major: 1, Minor: 6, Patch: 2},
		Images: Images{
			Frontend: "registry.example/frontend:1", SGLang: "registry.example/sglang:1",
			TRTLLM: "registry.example/trtllm:1", VLLM: "registry.example/vllm:1",
		},
		Queue:       "gpus",
		PullSecrets: []PullSecret{{Registry: "nvcr.io", Name: "ngc"}, {Registry: "docker.io", Name: "hub"}},
		PodDefaults: PodDefaults{
			Labels:       map[string]string{"cost-centre": "ml"},
			NodeSelector: map[string]string{"pool": "gpu"},
			RuntimeClass: "nvidia",
			Tolerations:  []corev1.Toleration{{Key: "nvidia.com/gpu", Operator: "Exists", Effect: "NoSchedule"}},
			Affinity: &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
				{TopologyKey: "zone", LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}},
			}}},
			Annotations:       map[string]string{"example.org/owner": "ml"},
			Env:               []corev1.EnvVar{{Name: "HTTPS_PROXY", Value: "http://proxy:3128"}},
			PriorityClass:     "serving",
			Scheduler:         "packer",
			Spread:            []corev1.TopologySpreadConstraint{{TopologyKey: "zone", MaxSkew: 1, WhenUnsatisfiable: "ScheduleAnyway"}},
			Security:          &corev1.PodSecurityContext{RunAsNonRoot: ptr.To(true)},
			ContainerSecurity: &corev1.SecurityContext{AllowPrivilegeEscalation: ptr.To(false)},
		},
		Layers: fromInput(),
	}
	defaults := Settings{
		DiscoveryBackend:     "kubernetes",
		SSHSecret:            "mpi-run-ssh-secret",
		DiscoveryClusterRole: "function-dynamo:discovery",
		PlannerClusterRole:   "function-dynamo:planner",
		PickerClusterRole:    "function-dynamo:picker",
		ProfilerClusterRole:  "function-dynamo:profiler",
		HuggingFaceSecret:    "hf-token-secret",
		ProfilerImage:        "nvcr.io/nvidia/ai-dynamo/dynamo-planner:1.5.0",
		ProfilerProtocol:     "legacy",
		Hardware:             Hardware{Discovery: "nodes"},
		Layers:               []string{"built-in"},
	}
	with := func(change func(*Settings)) Settings {
		out := defaults
		out.Layers = fromInput()
		change(&out)
		return out
	}

	cases := map[string]struct {
		reason string
		in     string
		want   Settings
	}{
		"None":       {reason: "No input means the defaults", in: "", want: defaults},
		"Empty":      {reason: "So does an empty one", in: "{}", want: defaults},
		"Null":       {reason: "Or null", in: "null", want: defaults},
		"TypeOnly":   {reason: "Or one that has a type alone", in: "{apiVersion: dynamo.fn.crossplane.io/v1beta1, kind: Settings}", want: defaults},
		"Blocks":     {reason: "Or empty blocks", in: "{discovery: {}, infrastructure: {}, imagePullSecrets: [], podDefaults: {labels: {}, tolerations: []}, metadata: {name: empty}}", want: defaults},
		"Nulls":      {reason: "Or blocks that are null", in: "{discovery: null, infrastructure: {natsAddress: null}, imagePullSecrets: null}", want: defaults},
		"EmptyTexts": {reason: "Empty texts say nothing", in: `{discovery: {backend: ""}, infrastructure: {natsAddress: ""}}`, want: defaults},
		"Everything": {reason: "Every field", in: everything, want: all},
		"Part":       {reason: "What is left out keeps its default", in: "infrastructure: {etcdAddress: 'etcd:2379'}", want: with(func(s *Settings) { s.EtcdAddress = "etcd:2379" })},
		"Kubernetes": {reason: "The default may be written", in: "discovery: {backend: kubernetes}", want: with(func(*Settings) {})},
		"Etcd":       {reason: "The other backend", in: "discovery: {backend: etcd}", want: with(func(s *Settings) { s.DiscoveryBackend = "etcd" })},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, faults := decode(t, tc.in)
			if diff := cmp.Diff(tc.want, got, withoutPlaces()); diff != "" {
				t.Errorf("%s: Decode(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if len(faults) > 0 {
				t.Errorf("%s: Decode(...): faults %q, want none", tc.reason, faults)
			}
		})
	}
}

func TestDecodeFaults(t *testing.T) {
	const (
		unknown = `: Invalid value: unknown field: correct or remove it`
		doubled = `: Invalid value: is written twice: remove one of the two`
	)
	cases := map[string]struct {
		reason string
		in     string
		want   []string
	}{
		"Unknown":       {reason: "An unknown field is named", in: `{"discovry":{}}`, want: []string{`input.discovry: Invalid value: unknown field: did you mean discovery?`}},
		"UnknownNested": {reason: "With the path to it", in: `{"infrastructure":{"nats":"x"}}`, want: []string{"input.infrastructure.nats" + unknown}},
		"UnknownInList": {reason: "Into lists too", in: `{"imagePullSecrets":[{"name":"a","registry":"b","key":"c"}]}`, want: []string{"input.imagePullSecrets[0].key" + unknown}},
		"OtherCase":     {reason: "Case matters", in: `{"Discovery":{}}`, want: []string{`input.Discovery: Invalid value: unknown field: did you mean discovery?`}},
		"Doubled":       {reason: "A field twice is named", in: `{"discovery":{},"discovery":{}}`, want: []string{"input.discovery" + doubled}},
		"DoubledNested": {reason: "With the path to it", in: `{"discovery":{"backend":"etcd","backend":"etcd"}}`, want: []string{"input.discovery.backend" + doubled}},
		"WrongTypes": {
			reason: "Values of wrong types are named as in manifests, all at once",
			in: `{"runtime":{"defaultVersion":1.5},"networkPolicy":{"enabled":"yes"},"imagePullSecrets":{},"hardware":{"totalGpus":"8","vramMb":1.5},` +
				`"podDefaults":{"labels":{"a":1},"nodeSelector":["b"],"env":[{"name":"A","value":true}]},"disruption":{"maxUnavailable":[]},"discovery":"etcd","typo":null}`,
			want: []string{
				`input.discovery: Invalid value: "etcd": must be a map, not a string`,
				`input.disruption.maxUnavailable: Invalid value: must be an integer or a string, not a list`,
				`input.hardware.totalGpus: Invalid value: "8": must be an integer, not a string: leave the quotes out`,
				`input.hardware.vramMb: Invalid value: 1.5: must be an integer, not a fraction`,
				`input.imagePullSecrets: Invalid value: must be a list, not a map: begin each item with a dash`,
				`input.networkPolicy.enabled: Invalid value: "yes": must be a boolean, not a string: write true or false, without quotes`,
				`input.podDefaults.env[0].value: Invalid value: true: must be a string, not a boolean: put it in quotes`,
				`input.podDefaults.labels[a]: Invalid value: 1: must be a string, not an integer: put it in quotes`,
				`input.podDefaults.nodeSelector: Invalid value: must be a map, not a list`,
				`input.runtime.defaultVersion: Invalid value: 1.5: must be a string, not a fraction: put it in quotes`,
				"input.typo" + unknown,
			},
		},
		"UnknownDeep": {
			reason: "The fields of Kubernetes' own blocks are known, too",
			in:     `{"podDefaults":{"containerSecurityContext":{"readonlyRootFilesystem":true},"affinity":{"nodeAffinty":{}}}}`,
			want: []string{
				`input.podDefaults.affinity.nodeAffinty: Invalid value: unknown field: did you mean nodeAffinity?`,
				`input.podDefaults.containerSecurityContext.readonlyRootFilesystem: Invalid value: unknown field: did you mean readOnlyRootFilesystem?`,
			},
		},
		"TooLarge": {
			reason: "What fits no field of its type is told in Go's words",
			in:     `{"hardware":{"totalGpus":99999999999}}`,
			want:   []string{`input: Invalid value: "Settings": cannot be read: json: cannot unmarshal number 99999999999 into Go struct field Hardware.hardware.totalGpus of type int32`},
		},
		"LongTimeout": {
			reason: "The Gateway API takes five digits",
			in:     `{"ingress":{"gateway":{"name":"a","requestTimeout":"100000s"}}}`,
			want:   []string{`input.ingress.gateway.requestTimeout: Invalid value: "100000s": must be a duration such as 30s, 15m or 1h30m, with up to five digits before each unit`},
		},
		"LongQueue": {
			reason: "The name of a queue is a label value, too",
			in:     `{"queue":{"name":"` + strings.Repeat("a", 64) + `"}}`,
			want:   []string{`input.queue.name: Invalid value: "` + strings.Repeat("a", 64) + `": must be no more than 63 bytes`},
		},
		"Images": {
			reason: "An image that no kubelet could pull is named before each pod waits for it",
			in:     `{"images":{"frontend":"https://nvcr.io/foo:1","sglang":"Nvcr.io/Foo/Bar:V1","trtllm":"Foo:1","vllm":"NVCR.io:5000/foo@sha256:ABC"}}`,
			want: []string{
				`input.images.frontend: Invalid value: "https://nvcr.io/foo:1": is a URL: leave out what stands before the registry, as in registry/repository:tag`,
				`input.images.sglang: Invalid value: "Nvcr.io/Foo/Bar:V1": has capitals in the repository, which no registry takes: write Nvcr.io/foo/bar:V1`,
				`input.images.trtllm: Invalid value: "Foo:1": has capitals in the repository, which no registry takes: write foo:1`,
			},
		},
		"Backend": {
			reason: "There are two backends",
			in:     `{"discovery":{"backend":"consul"}}`,
			want:   []string{`input.discovery.backend: Unsupported value: "consul": supported values: "kubernetes", "etcd"`},
		},
		"BackendCase": {
			reason: "Case matters",
			in:     `{"discovery":{"backend":"Etcd"}}`,
			want:   []string{`input.discovery.backend: Unsupported value: "Etcd": supported values: "kubernetes", "etcd"`},
		},
		"Protocol": {
			reason: "There are two generations of profilers",
			in:     `{"profiler":{"protocol":"next"}}`,
			want:   []string{`input.profiler.protocol: Unsupported value: "next": supported values: "legacy", "current"`},
		},
		"Hardware": {
			reason: "No site has fewer than no GPUs",
			in:     `{"hardware":{"discovery":"dcgm","numGpusPerNode":-1}}`,
			want: []string{
				`input.hardware.discovery: Unsupported value: "dcgm": supported values: "nodes", "none"`,
				`input.hardware.numGpusPerNode: Invalid value: -1: must be greater than 0, or left out`,
			},
		},
		"NoRegistry": {
			reason: "A pull secret is for a registry",
			in:     `{"imagePullSecrets":[{"name":"a","registry":"b"},{"name":"c"}]}`,
			want:   []string{`input.imagePullSecrets[1].registry: Required value: name the registry whose images need the Secret`},
		},
		"NoName": {
			reason: "And has a name",
			in:     `{"imagePullSecrets":[{"registry":"b"}]}`,
			want:   []string{`input.imagePullSecrets[0].name: Required value: name the Secret`},
		},
		"APIVersion": {
			reason: "An input of another version has other fields",
			in:     `{"apiVersion":"dynamo.fn.crossplane.io/v1","kind":"Settings"}`,
			want:   []string{`input.apiVersion: Unsupported value: "dynamo.fn.crossplane.io/v1": supported values: "dynamo.fn.crossplane.io/v1beta1"`},
		},
		"Kind": {
			reason: "So has another kind",
			in:     `{"kind":"Input"}`,
			want:   []string{`input.kind: Unsupported value: "Input": supported values: "Settings"`},
		},
		"Orchestrator": {
			reason: "There is one orchestrator",
			in:     `{"multinode":{"orchestrator":"Grove"}}`,
			want:   []string{`input.multinode.orchestrator: Unsupported value: "Grove": supported values: "LeaderWorkerSet"`},
		},
		"Gateway": {
			reason: "A gateway is in a namespace",
			in:     `{"ingress":{"virtualServiceGateway":"gw"}}`,
			want:   []string{`input.ingress.virtualServiceGateway: Invalid value: "gw": must be written as namespace/name`},
		},
		"GatewayOfNoName": {
			reason: "a listener is one of a Gateway that the same layer names",
			in:     `{"ingress":{"gateway":{"namespace":"infra","sectionName":"https"}}}`,
			want:   []string{`input.ingress.gateway.name: Required value: name the Gateway beside its namespace or listener`},
		},
		"Timeouts": {
			reason: "a Gateway, and Prometheus, read durations of one form",
			in:     `{"ingress":{"gateway":{"name":"a","requestTimeout":"1d"}},"monitoring":{"interval":"15"}}`,
			want: []string{
				`input.ingress.gateway.requestTimeout: Invalid value: "1d": must be a duration such as 30s, 15m or 1h30m, with up to five digits before each unit`,
				`input.monitoring.interval: Invalid value: "15": must be a duration such as 30s, 15m or 1h30m, with up to five digits before each unit`,
			},
		},
		"Peers": {
			reason: "Peers follow the API server's rules",
			in: `{"networkPolicy":{"frontendPeers":[{}],"systemPeers":[{"ipBlock":{"cidr":"10.0.0.0/8"},"podSelector":{}},{"ipBlock":{"cidr":"10.0.0.1"}}],` +
				`"graphPeers":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16","11.0.0.0/16","10.0.0.0/8","x"]}},{"podSelector":{"matchLabels":{"a b":"c"}}}]}}`,
			want: []string{
				`input.networkPolicy.frontendPeers[0]: Required value: give a namespaceSelector, a podSelector, both or an ipBlock`,
				`input.networkPolicy.systemPeers[0].ipBlock: Forbidden: stands alone: give selectors in an item of their own`,
				`input.networkPolicy.systemPeers[1].ipBlock.cidr: Invalid value: "10.0.0.1": must be a range of addresses, such as 10.0.0.0/8 or fd00::/8`,
				`input.networkPolicy.graphPeers[0].ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a range of addresses in 10.0.0.0/8, and smaller`,
				`input.networkPolicy.graphPeers[0].ipBlock.except[2]: Invalid value: "10.0.0.0/8": must be a range of addresses in 10.0.0.0/8, and smaller`,
				`input.networkPolicy.graphPeers[0].ipBlock.except[3]: Invalid value: "x": must be a range of addresses in 10.0.0.0/8, and smaller`,
				`input.networkPolicy.graphPeers[1].podSelector.matchLabels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
			},
		},
		"RolePath": {
			reason: "A role has a name that the API server takes",
			in:     `{"rbac":{"discoveryClusterRole":".","plannerClusterRole":"a/b","pickerClusterRole":".."}}`,
			want: []string{
				`input.rbac.discoveryClusterRole: Invalid value: ".": may not be '.'`,
				`input.rbac.plannerClusterRole: Invalid value: "a/b": may not contain '/'`,
				`input.rbac.pickerClusterRole: Invalid value: "..": may not be '..'`,
			},
		},
		"Tolerations": {
			reason: "Tolerations follow the API server's rules",
			in: `{"podDefaults":{"tolerations":[{"operator":"Exists"},{},{"key":"a","operator":"exists"},{"key":"a","operator":"Exists","value":"b"},` +
				`{"key":"a","effect":"Never"},{"key":"a","effect":"NoSchedule","tolerationSeconds":5}]}}`,
			want: []string{
				`input.podDefaults.tolerations[1].key: Required value: name the taint, or tolerate all of them with operator Exists`,
				`input.podDefaults.tolerations[2].operator: Unsupported value: "exists": supported values: "Exists", "Equal"`,
				`input.podDefaults.tolerations[3].value: Invalid value: "b": must be empty with operator Exists`,
				`input.podDefaults.tolerations[4].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"`,
				`input.podDefaults.tolerations[5].tolerationSeconds: Invalid value: 5: needs effect NoExecute`,
			},
		},
		"All": {
			reason: "Every fault at once",
			in:     `{"x":1,"discovery":{"backend":"consul","y":2},"imagePullSecrets":[{}],"imagePullSecrets":[{},{"name":"a"}]}`,
			want: []string{
				"input.discovery.y" + unknown,
				"input.x" + unknown,
				"input.imagePullSecrets" + doubled,
				`input.discovery.backend: Unsupported value: "consul": supported values: "kubernetes", "etcd"`,
				`input.imagePullSecrets[0].registry: Required value: name the registry whose images need the Secret`,
				`input.imagePullSecrets[0].name: Required value: name the Secret`,
				`input.imagePullSecrets[1].registry: Required value: name the registry whose images need the Secret`,
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, got := decodeJSON([]byte(tc.in))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Decode(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestDecodeNames has names that the API server would refuse in objects made
// with them; each is one fault at the setting.
func TestDecodeNames(t *testing.T) {
	for path, in := range map[string]string{
		"input.compositions.component":              "{compositions: {component: A_b}}",
		"input.compositions.scalingAdapter":         "{compositions: {scalingAdapter: A_b}}",
		"input.ingress.className":                   "{ingress: {className: A_b}}",
		"input.ingress.tlsSecretName":               "{ingress: {tlsSecretName: A_b}}",
		"input.ingress.hostSuffix":                  "{ingress: {hostSuffix: .example.com}}",
		"input.ingress.virtualServiceGateway":       "{ingress: {virtualServiceGateway: a.b/c}}",
		"input.ingress.gateway.name":                "{ingress: {gateway: {name: A_b}}}",
		"input.ingress.gateway.namespace":           "{ingress: {gateway: {name: a, namespace: a.b}}}",
		"input.ingress.gateway.sectionName":         "{ingress: {gateway: {name: a, sectionName: A_b}}}",
		"input.ingress.gateway.requestTimeout":      "{ingress: {gateway: {requestTimeout: 5s4m}}}",
		"input.monitoring.labels[a b]":              "{monitoring: {labels: {a b: c}}}",
		"input.disruption.maxUnavailable":           "{disruption: {maxUnavailable: 0}}",
		"input.multinode.sshSecretName":             "{multinode: {sshSecretName: A_b}}",
		"input.rbac.discoveryClusterRole":           "{rbac: {discoveryClusterRole: a%b}}",
		"input.rbac.plannerClusterRole":             "{rbac: {plannerClusterRole: a%b}}",
		"input.rbac.pickerClusterRole":              "{rbac: {pickerClusterRole: a%b}}",
		"input.rbac.profilerClusterRole":            "{rbac: {profilerClusterRole: a%b}}",
		"input.profiler.huggingFaceSecretName":      "{profiler: {huggingFaceSecretName: A_b}}",
		"input.imagePullSecrets[0].name":            "{imagePullSecrets: [{name: A_b, registry: c}]}",
		"input.imagePullSecrets[0].registry":        "{imagePullSecrets: [{name: a, registry: 'https://nvcr.io'}]}",
		"input.imagePullSecrets[1].registry":        "{imagePullSecrets: [{name: a, registry: 'localhost:5000'}, {name: a, registry: nvcr.io/}]}",
		"input.imagePullSecrets[2].registry":        "{imagePullSecrets: [{name: a, registry: docker.io}, {name: a, registry: 'a.b:1'}, {name: a, registry: Nvcr.io}]}",
		"input.podDefaults.runtimeClassName":        "{podDefaults: {runtimeClassName: A_b}}",
		"input.podDefaults.priorityClassName":       "{podDefaults: {priorityClassName: A_b}}",
		"input.podDefaults.schedulerName":           "{podDefaults: {schedulerName: A_b}}",
		"input.images.frontend":                     "{images: {frontend: 'a b'}}",
		"input.images.sglang":                       "{images: {sglang: ' a'}}",
		"input.images.trtllm":                       "{images: {trtllm: 'a '}}",
		"input.images.vllm":                         "{images: {vllm: a\tb}}",
		"input.queue.name":                          "{queue: {name: A b}}",
		"input.profiler.image":                      "{profiler: {image: 'a b'}}",
		"input.runtime.defaultVersion":              "{runtime: {defaultVersion: v1.5.0}}",
		"input.podDefaults.labels[a b]":             "{podDefaults: {labels: {a b: c}}}",
		"input.podDefaults.labels[a]":               "{podDefaults: {labels: {a: b c}}}",
		"input.podDefaults.nodeSelector[a b]":       "{podDefaults: {nodeSelector: {a b: c}}}",
		"input.podDefaults.nodeSelector[b]":         "{podDefaults: {nodeSelector: {a: c, b: b c}}}",
		"input.podDefaults.tolerations[0].key":      "{podDefaults: {tolerations: [{key: a b}]}}",
		"input.podDefaults.tolerations[0].value":    "{podDefaults: {tolerations: [{key: a, value: b c}]}}",
		"input.podDefaults.tolerations[1].operator": "{podDefaults: {tolerations: [{key: a}, {key: a, operator: X}]}}",
	} {
		t.Run(path, func(t *testing.T) {
			_, faults := decode(t, in)
			if len(faults) != 1 || !strings.HasPrefix(faults[0], path+": ") {
				t.Errorf("Decode(%s): got faults %q, want one of %s", in, faults, path)
			}
		})
	}
}

// TestDecodeFaultsAreStable: the faults of many keys are told in one order, or
// the condition that names them would flip.
func TestDecodeFaultsAreStable(t *testing.T) {
	const in = `{podDefaults: {labels: {"a ": x, "b ": x, "c ": x, "d ": x, "e ": x, "f ": x}, nodeSelector: {"g ": x, "h ": x}}}`
	_, want := decode(t, in)
	if len(want) != 8 {
		t.Fatalf("Decode(...): got faults %q, want 8", want)
	}
	for range 20 {
		_, got := decode(t, in)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("Decode(...): -first, +later:\n%s", diff)
		}
	}
}

// TestDecodeUnreadable has input that is of the wrong shape: nothing of it
// counts.
func TestDecodeUnreadable(t *testing.T) {
	cases := map[string]string{
		"NoJSON":    `{`,
		"List":      `[]`,
		"Text":      `"x"`,
		"WrongType": `{"discovery":"etcd","infrastructure":{"natsAddress":"n"}}`,
		"Number":    `{"infrastructure":{"natsAddress":4222}}`,
		"NoList":    `{"imagePullSecrets":{"name":"a"}}`,
	}
	for name, in := range cases {
		t.Run(name, func(t *testing.T) {
			got, faults := decodeJSON([]byte(in))
			if diff := cmp.Diff(Default(), got); diff != "" {
				t.Errorf("Decode(%s) (-want, +got):\n%s", in, diff)
			}
			if len(faults) != 1 {
				t.Errorf("Decode(%s): faults %q, want one", in, faults)
			}
		})
	}
}

// TestEverySetting fails for a setting that is not folded: a field of the input
// that nothing reads, or a knob that nothing sets.
func TestEverySetting(t *testing.T) {
	got, _ := decode(t, everything)
	v := reflect.ValueOf(got)
	for i := range v.NumField() {
		if reflect.DeepEqual(v.Field(i).Interface(), reflect.ValueOf(Default()).Field(i).Interface()) {
			t.Errorf("setting %s is not in the test's input, or is not folded", v.Type().Field(i).Name)
		}
	}

	in := v1beta1.Settings{}
	if err := yaml.UnmarshalStrict([]byte(everything), &in); err != nil {
		t.Fatal(err)
	}
	for _, block := range []any{in, in.Compositions, in.Discovery, in.Infrastructure, in.Images, in.Queue, in.Hardware, in.Ingress, in.Multinode, in.Profiler, in.RBAC, in.Runtime, in.ImagePullSecrets[0], in.PodDefaults, in.Ingress.Gateway, in.Monitoring, in.Disruption, in.NetworkPolicy} {
		v := reflect.ValueOf(block)
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("field %s of %T is not in the test's input", v.Type().Field(i).Name, block)
			}
		}
	}
}
