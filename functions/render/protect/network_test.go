package protect

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// namespace is a peer: all pods of a namespace.
func namespace(name string) networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": name}}}
}

// named are settings of a site that names everybody.
func named(s *settings.Settings) {
	s.NetworkPolicy.Frontends = []networkingv1.NetworkPolicyPeer{namespace("infra")}
	s.NetworkPolicy.System = []networkingv1.NetworkPolicyPeer{namespace("monitoring")}
	s.NetworkPolicy.Graph = []networkingv1.NetworkPolicyPeer{{IPBlock: &networkingv1.IPBlock{CIDR: "10.0.0.0/24"}}}
}

func etcd(s *settings.Settings) { s.DiscoveryBackend = "etcd" }

// sidecar puts a frontend beside the main container.
func sidecar(c *dynamo.Component) {
	c.Pod.Sidecar = &dynamo.Sidecar{Image: "f:1", Args: []string{"--http-port=8123"}}
}

// global lets a component share the Dynamo namespace of all graphs.
func global(c *dynamo.Component) { c.GlobalNamespace, c.DynamoNamespace = true, "dynamo" }

func TestNetworkPolicy(t *testing.T) {
	const (
		graph = "[{podSelector: {matchLabels: {nvidia.com/dynamo-graph-deployment-name: chat}}}]"
		jobs  = "{podSelector: {matchExpressions: [{key: batch.kubernetes.io/job-name, operator: Exists}]}}"
		infra = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: infra}}}"
		prom  = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}"
		node  = "{ipBlock: {cidr: 10.0.0.0/24}}"
		// graphAndNode are a graph and the addresses of nodes.
		graphAndNode = "[{podSelector: {matchLabels: {nvidia.com/dynamo-graph-deployment-name: chat}}}, " + node + "]"
	)
	type args struct {
		settings []func(*settings.Settings)
		options  []podtest.Option
	}
	frontend := podtest.OfType(dynamo.TypeFrontend, "")
	cases := map[string]struct {
		reason string
		args   args
		// want are the rules.
		want string
	}{
		"Worker": {
			reason: "a worker is reached by its graph alone, at any port",
			want:   "[{from: " + graph + "}]",
		},
		"Frontend": {
			reason: "a frontend is reached by everybody where the site names nobody",
			args:   args{options: []podtest.Option{frontend}},
			want:   "[{from: " + graph + "}, {ports: [{port: 8000, protocol: TCP}]}]",
		},
		"FrontendNamed": {
			reason: "else by whom it names, and by profilers, at the port that it serves",
			args: args{
				settings: []func(*settings.Settings){named},
				options:  []podtest.Option{frontend, podtest.MainEnv("DYN_HTTP_PORT", "8080")},
			},
			want: "[{from: " + graphAndNode + "}, {from: [" + prom + "], ports: [{port: 8080, protocol: TCP}]}, " +
				"{from: [" + infra + ", " + jobs + "], ports: [{port: 8080, protocol: TCP}]}]",
		},
		"WorkerNamed": {
			reason: "a Prometheus, and who loads adapters, reaches what pods declare; who asks frontends does not",
			args:   args{settings: []func(*settings.Settings){named}},
			want:   "[{from: " + graphAndNode + "}, {from: [" + prom + "], ports: [{port: 9090, protocol: TCP}, {port: 19090, protocol: TCP}]}]",
		},
		"Sidecar": {
			reason: "a worker with a frontend beside it is asked by gateways, there alone",
			args:   args{settings: []func(*settings.Settings){named}, options: []podtest.Option{sidecar}},
			want: "[{from: " + graphAndNode + "}, {from: [" + prom + "], ports: [{port: 8123, protocol: TCP}, {port: 9090, protocol: TCP}, {port: 19090, protocol: TCP}]}, " +
				"{from: [" + infra + ", " + jobs + "], ports: [{port: 8123, protocol: TCP}]}]",
		},
		"Picker": {
			reason: "a gateway asks an endpoint picker",
			args:   args{options: []podtest.Option{podtest.OfType(dynamo.TypePicker, "")}},
			want:   "[{from: " + graph + "}, {ports: [{port: 9002, protocol: TCP}]}]",
		},
		"OfNoType": {
			reason: "what declares no port has none that others reach",
			args:   args{settings: []func(*settings.Settings){named}, options: []podtest.Option{podtest.OfType("", "")}},
			want:   "[{from: " + graphAndNode + "}]",
		},
		"Protocols": {
			reason: "each port once, with its protocol",
			args: args{
				settings: []func(*settings.Settings){named},
				options: []podtest.Option{podtest.OfType("", ""), podtest.WithMain(func(m *corev1.Container) {
					m.Ports = []corev1.ContainerPort{{ContainerPort: 53}, {ContainerPort: 53, Protocol: corev1.ProtocolUDP}}
				}), podtest.WithSpec(func(s *corev1.PodSpec) {
					s.Containers = []corev1.Container{{Name: "dns", Ports: []corev1.ContainerPort{{ContainerPort: 53, Protocol: corev1.ProtocolTCP}}}}
				})},
			},
			want: "[{from: " + graphAndNode + "}, {from: [" + prom + "], ports: [{port: 53, protocol: TCP}, {port: 53, protocol: UDP}]}]",
		},
		"Standalone": {
			reason: "a component without a graph is reached by those of its Dynamo namespace",
			args:   args{options: []podtest.Option{podtest.Standalone}},
			want:   "[{from: [{podSelector: {matchLabels: {nvidia.com/dynamo-namespace: team-a-chat}}}]}]",
		},
		"Global": {
			reason: "where graphs share one, by those of the others, too",
			args:   args{options: []podtest.Option{global}},
			want: "[{from: [{podSelector: {matchLabels: {nvidia.com/dynamo-graph-deployment-name: chat}}}, " +
				"{podSelector: {matchLabels: {nvidia.com/dynamo-namespace: dynamo}}}]}]",
		},
		"GlobalByEtcd": {
			reason: "and through etcd in all namespaces",
			args:   args{settings: []func(*settings.Settings){etcd}, options: []podtest.Option{global}},
			want: "[{from: [{podSelector: {matchLabels: {nvidia.com/dynamo-graph-deployment-name: chat}}}, " +
				"{namespaceSelector: {}, podSelector: {matchLabels: {nvidia.com/dynamo-namespace: dynamo}}}]}]",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := settings.Default()
			for _, change := range tc.args.settings {
				change(&s)
			}
			assertRules(t, tc.reason, tc.want, NetworkPolicy(podtest.Component(tc.args.options...), s))
		})
	}
}

// assertRules compares the rules of a policy, as it is sent.
func assertRules(t *testing.T, reason, want string, p *networkingv1.NetworkPolicy) {
	t.Helper()
	bare := p.DeepCopy()
	bare.ObjectMeta, bare.Spec.PodSelector, bare.Spec.PolicyTypes = metav1.ObjectMeta{Name: "a"}, metav1.LabelSelector{}, nil
	assert(t, reason, `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a}
spec: {podSelector: {}, ingress: `+want+`}
`, bare)
}

// TestNetworkPolicyOfPods: a policy is of all pods of a component, and of no others.
func TestNetworkPolicyOfPods(t *testing.T) {
	cases := map[string]struct {
		reason string
		args   []podtest.Option
		want   string
	}{
		"OneNode":   {reason: "those of its Deployment", want: "nvidia.com/selector: chat-worker"},
		"OverNodes": {reason: "those of all nodes", args: []podtest.Option{overNodes}, want: "leaderworkerset.sigs.k8s.io/name: chat-worker-0"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := NetworkPolicy(podtest.Component(tc.args...), settings.Default())
			p.Spec.Ingress = nil
			assert(t, tc.reason, `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: chat-worker
  labels: {nvidia.com/dynamo-component: Worker, nvidia.com/dynamo-graph-deployment-name: chat, nvidia.com/dynamo-namespace: team-a-chat}
spec: {policyTypes: [Ingress], podSelector: {matchLabels: {`+tc.want+`}}}
`, p)
		})
	}
}
