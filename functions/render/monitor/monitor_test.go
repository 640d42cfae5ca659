package monitor

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod/podtest"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
)

// called gives a component its name in the graph.
func called(service string) podtest.Option { return func(c *dynamo.Component) { c.Service = service } }

func overNodes(c *dynamo.Component) { c.Nodes = 4 }

func sidecar(c *dynamo.Component) { c.Pod.Sidecar = &dynamo.Sidecar{Image: "f:1"} }

// ofGraph are the components of a graph of everything.
func ofGraph() []dynamo.Component {
	return []dynamo.Component{
		podtest.Component(called("Frontend"), podtest.OfType(dynamo.TypeFrontend, "")),
		podtest.Component(called("Planner"), podtest.OfType(dynamo.TypePlanner, "")),
		podtest.Component(called("Prefill.1"), podtest.OfType(dynamo.TypePrefill, "prefill"), podtest.ServiceEnv("NIXL_TELEMETRY_ENABLE", "y")),
		podtest.Component(called("Decode"), podtest.OfType(dynamo.TypeDecode, "decode"), overNodes),
		podtest.Component(called("Quiet"), podtest.Annotated("nvidia.com/enable-metrics", "false")),
	}
}

// TestPodMonitor: a PodMonitor asks each pod where it tells metrics, and no other. What
// it writes into them is what planners and dashboards select by.
func TestPodMonitor(t *testing.T) {
	s := settings.Default()
	s.Monitoring = settings.Monitoring{Labels: map[string]string{"release": "prometheus"}, Interval: "15s"}
	got, err := object.Desired(PodMonitor(OfGraph("chat"), ofGraph(), s))
	if err != nil {
		t.Fatal(err)
	}
	want := layertest.Object(t, `
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: chat, labels: {nvidia.com/dynamo-graph-deployment-name: chat, release: prometheus}}
spec:
  namespaceSelector: {}
  selector: {matchLabels: {nvidia.com/dynamo-graph-deployment-name: chat, nvidia.com/metrics-enabled: "true"}}
  podMetricsEndpoints:
  - port: http
    path: /metrics
    interval: 15s
    honorLabels: true
    relabelings:
    - action: keep
      sourceLabels: [__meta_kubernetes_pod_label_nvidia_com_dynamo_component]
      regex: Frontend
    - {action: replace, sourceLabels: [__meta_kubernetes_pod_label_nvidia_com_dynamo_component_type], targetLabel: dynamo_component_type}
    - {action: replace, sourceLabels: [__meta_kubernetes_pod_label_nvidia_com_dynamo_namespace], targetLabel: dynamo_namespace}
  - port: metrics
    path: /metrics
    interval: 15s
    relabelings:
    - action: keep
      sourceLabels: [__meta_kubernetes_pod_label_nvidia_com_dynamo_component]
      regex: Planner
    - {action: replace, sourceLabels: [__meta_kubernetes_pod_label_nvidia_com_dynamo_component_type], targetLabel: dynamo_component_type}
  - port: nixl
    path: /metrics
    interval: 15s
    relabelings:
    - action: keep
      sourceLabels: [__meta_kubernetes_pod_label_nvidia_com_dynamo_component]
      regex: Prefill\.1
    - {action: replace, sourceLabels: [__meta_kubernetes_pod_label_nvidia_com_dynamo_component_type], targetLabel: dynamo_component_type}
  - port: system
    path: /metrics
    interval: 15s
    relabelings:
    - action: keep
      sourceLabels: [__meta_kubernetes_pod_label_nvidia_com_dynamo_component, __meta_kubernetes_pod_label_role]
      regex: Decode;leader|Planner;.*|Prefill\.1;.*
    - {action: replace, sourceLabels: [__meta_kubernetes_pod_label_nvidia_com_dynamo_component_type], targetLabel: dynamo_component_type}
`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("PodMonitor(...): -want, +got:\n%s", diff)
	}

	components := ofGraph()
	slices.Reverse(components)
	again, err := object.Desired(PodMonitor(OfGraph("chat"), components, s))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, again); diff != "" {
		t.Errorf("the order of components is none: -first, +reversed:\n%s", diff)
	}
}

// TestPorts: which ports of a component metrics are told on.
func TestPorts(t *testing.T) {
	withPorts := func(all ...corev1.ContainerPort) podtest.Option {
		return podtest.WithMain(func(m *corev1.Container) { m.Ports = all })
	}
	cases := map[string]struct {
		reason string
		args   []podtest.Option
		want   []port
	}{
		"Worker":    {reason: "NIXL tells nothing unless it is told to", want: []port{{name: "system"}}},
		"Frontend":  {reason: "where it serves requests", args: []podtest.Option{podtest.OfType(dynamo.TypeFrontend, "")}, want: []port{{"http", true}}},
		"Planner":   {reason: "a planner has two", args: []podtest.Option{podtest.OfType(dynamo.TypePlanner, "")}, want: []port{{name: "system"}, {name: "metrics"}}},
		"Picker":    {reason: "a picker has one for that alone", args: []podtest.Option{podtest.OfType(dynamo.TypePicker, "")}, want: []port{{name: "metrics"}}},
		"Sidecar":   {reason: "a frontend beside a worker tells its own", args: []podtest.Option{sidecar}, want: []port{{name: "system"}, {"http", true}}},
		"Telemetry": {reason: "NIXL is told to", args: []podtest.Option{podtest.MainEnv("NIXL_TELEMETRY_ENABLE", "y")}, want: []port{{name: "system"}, {name: "nixl"}}},
		"Renamed": {
			reason: "a port has the name that its user gives it", args: []podtest.Option{podtest.OfType(dynamo.TypeFrontend, ""), withPorts(corev1.ContainerPort{Name: "web", ContainerPort: 8000})},
			want: []port{{"web", true}},
		},
		"OtherType": {
			reason: "of other types a name of the contract says so", args: []podtest.Option{podtest.OfType("router", ""), withPorts(
				corev1.ContainerPort{Name: "http", ContainerPort: 80}, corev1.ContainerPort{Name: "system", ContainerPort: 9090})},
			want: []port{{name: "system"}},
		},
		"NoPorts": {reason: "and without one there are none", args: []podtest.Option{podtest.OfType("router", "")}},
		"Off":     {reason: "its user turns them off", args: []podtest.Option{podtest.Annotated("nvidia.com/enable-metrics", "false")}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := listPorts(podtest.Component(tc.args...), settings.Default())
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(port{})); diff != "" {
				t.Errorf("%s\nlistPorts(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestPodMonitorOfNothing: without anything to ask there is no PodMonitor.
func TestPodMonitorOfNothing(t *testing.T) {
	if got := PodMonitor(OfGraph("chat"), []dynamo.Component{podtest.Component(podtest.OfType("router", ""))}, settings.Default()); got != nil {
		t.Errorf("PodMonitor(...): want none, got %v", got)
	}
}

// TestPodMonitorOfComponent: a component without a graph is found by its own labels.
func TestPodMonitorOfComponent(t *testing.T) {
	c := podtest.Component(podtest.Standalone)
	got := PodMonitor(OfComponent(c), []dynamo.Component{c}, settings.Default())
	want := map[string]string{"nvidia.com/dynamo-component": "Worker", "nvidia.com/dynamo-namespace": "team-a-chat", "nvidia.com/metrics-enabled": "true"}
	if diff := cmp.Diff(want, got.Spec.Selector.MatchLabels); diff != "" || got.Name != c.Name {
		t.Errorf("PodMonitor(...): name %q, selector -want, +got:\n%s", got.Name, diff)
	}
	if got := got.Spec.PodMetricsEndpoints[0].Interval; got != "5s" {
		t.Errorf("PodMonitor(...): want the interval of the operator's, got %q", got)
	}
}
