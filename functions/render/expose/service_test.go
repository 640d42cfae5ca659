package expose

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/render/discovery"
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

// Discovery by Kubernetes and by etcd.
func kubernetes() discovery.Discovery { return discovery.Discovery{Kubernetes: true} }
func etcd() discovery.Discovery       { return discovery.Discovery{} }

func component(change ...func(*dynamo.Component)) dynamo.Component {
	c := dynamo.Component{
		Name:            "chat-worker",
		Namespace:       "team-a",
		Graph:           "chat",
		Service:         "Worker",
		DynamoNamespace: "team-a-chat",
		Type:            dynamo.TypeWorker,
		At:              dynamo.Paths{Spec: field.NewPath("spec"), Form: convert.Form()},
		Pod:             dynamo.Pod{Main: &corev1.Container{Image: "vllm:1"}},
	}
	for _, f := range change {
		f(&c)
	}
	c.Orchestrator = workload.Choose(c.Nodes)
	c.Engine.Name = engine.Of(c)
	return c
}

func ofType(componentType, sub string) func(*dynamo.Component) {
	return func(c *dynamo.Component) { c.Type, c.SubType = componentType, sub }
}

// TestSelector pins the Service's selector. DO NOT EDIT IT CASUALLY: a label
// that pods do not carry cuts every component off, and one that pods of others
// carry mixes them up.
func TestSelector(t *testing.T) {
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		want   map[string]string
	}{
		"Worker": {
			reason: "Component, namespace and type",
			c:      component(),
			want: map[string]string{
				"nvidia.com/dynamo-component":      "Worker",
				"nvidia.com/dynamo-namespace":      "team-a-chat",
				"nvidia.com/dynamo-component-type": "worker",
			},
		},
		"Prefill": {
			reason: "The type is the effective one",
			c:      component(ofType("prefill", "prefill")),
			want: map[string]string{
				"nvidia.com/dynamo-component":      "Worker",
				"nvidia.com/dynamo-namespace":      "team-a-chat",
				"nvidia.com/dynamo-component-type": "prefill",
			},
		},
		"NoType": {
			reason: "Without a type there is no key of it: an empty value would select nothing",
			c:      component(ofType("", "")),
			want: map[string]string{
				"nvidia.com/dynamo-component": "Worker",
				"nvidia.com/dynamo-namespace": "team-a-chat",
			},
		},
		"UserLabels": {
			reason: "Labels of the user do not reach it",
			c: component(func(c *dynamo.Component) {
				c.Labels = map[string]string{"team": "a", "nvidia.com/dynamo-component": "mine"}
			}),
			want: map[string]string{
				"nvidia.com/dynamo-component":      "Worker",
				"nvidia.com/dynamo-namespace":      "team-a-chat",
				"nvidia.com/dynamo-component-type": "worker",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, d := range []discovery.Discovery{kubernetes(), etcd()} {
				got := Service(tc.c, d).Spec.Selector
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("%s: selector (-want, +got):\n%s", tc.reason, diff)
				}
				labels := pod.Template(tc.c, settings.Default(), dynamo.RoleLeader).Labels
				for k, v := range got {
					if labels[k] != v {
						t.Errorf("%s: the pods' label %s is %q, which the selector %q does not select", tc.reason, k, labels[k], v)
					}
				}
			}
		})
	}
}

func TestService(t *testing.T) {
	of := func(change func(*corev1.Service)) *corev1.Service {
		out := &corev1.Service{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
			ObjectMeta: metav1.ObjectMeta{
				Name: "chat-worker",
				Labels: map[string]string{
					"nvidia.com/dynamo-component":             "Worker",
					"nvidia.com/dynamo-namespace":             "team-a-chat",
					"nvidia.com/dynamo-graph-deployment-name": "chat",
					"nvidia.com/dynamo-discovery-backend":     "kubernetes",
					"nvidia.com/dynamo-discovery-enabled":     "true",
				},
			},
			Spec: corev1.ServiceSpec{
				Selector: map[string]string{
					"nvidia.com/dynamo-component":      "Worker",
					"nvidia.com/dynamo-namespace":      "team-a-chat",
					"nvidia.com/dynamo-component-type": "worker",
				},
				Ports: []corev1.ServicePort{{Name: "system", Port: 9090, Protocol: "TCP", TargetPort: intstr.FromString("system")}},
			},
		}
		change(out)
		return out
	}
	http := []corev1.ServicePort{{Name: "http", Port: 8000, Protocol: "TCP", TargetPort: intstr.FromString("http")}}

	cases := map[string]struct {
		reason    string
		c         dynamo.Component
		discovery discovery.Discovery
		want      *corev1.Service
	}{
		"Worker": {reason: "What every component has", c: component(), discovery: kubernetes(), want: of(func(*corev1.Service) {})},
		"Frontend": {
			reason:    "A frontend serves HTTP",
			c:         component(ofType(dynamo.TypeFrontend, "")),
			discovery: kubernetes(),
			want: of(func(s *corev1.Service) {
				s.Spec.Ports = http
				s.Spec.Selector["nvidia.com/dynamo-component-type"] = "frontend"
			}),
		},
		"FreeType": {
			reason:    "Every other type is asked for its health",
			c:         component(ofType("reranker", "fast")),
			discovery: kubernetes(),
			want: of(func(s *corev1.Service) {
				s.Labels["nvidia.com/dynamo-sub-component-type"] = "fast"
				s.Spec.Selector["nvidia.com/dynamo-component-type"] = "reranker"
			}),
		},
		"Etcd": {
			reason:    "Nothing is discovered through it with etcd",
			c:         component(),
			discovery: etcd(),
			want: of(func(s *corev1.Service) {
				delete(s.Labels, "nvidia.com/dynamo-discovery-backend")
				delete(s.Labels, "nvidia.com/dynamo-discovery-enabled")
			}),
		},
		"Dots": {
			reason:    "No Service has dots in its name",
			c:         component(func(c *dynamo.Component) { c.Name = "chat-qwen2.5" }),
			discovery: kubernetes(),
			want:      of(func(s *corev1.Service) { s.Name = "chat-qwen2-5" }),
		},
		"User": {
			reason: "The user's labels and annotations, without touching ours",
			c: component(func(c *dynamo.Component) {
				c.Labels = map[string]string{"team": "a", "nvidia.com/dynamo-namespace": "mine", "nvidia.com/dynamo-discovery-enabled": "false"}
				c.Annotations = map[string]string{"note": "x"}
			}),
			discovery: kubernetes(),
			want: of(func(s *corev1.Service) {
				s.Labels["team"] = "a"
				s.Annotations = map[string]string{"note": "x"}
			}),
		},
		"Standalone": {
			reason:    "Without a graph there is no label of it",
			c:         component(func(c *dynamo.Component) { c.Standalone = true }),
			discovery: kubernetes(),
			want:      of(func(s *corev1.Service) { delete(s.Labels, "nvidia.com/dynamo-graph-deployment-name") }),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Service(tc.c, tc.discovery)); diff != "" {
				t.Errorf("%s: Service(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestTargetPort lets Services of types with ports lead to ports that their
// containers have.
func TestTargetPort(t *testing.T) {
	for _, componentType := range []string{dynamo.TypeFrontend, dynamo.TypeWorker, dynamo.TypePrefill, dynamo.TypeDecode} {
		c := component(ofType(componentType, ""))
		target := Service(c, kubernetes()).Spec.Ports[0].TargetPort.StrVal
		found := false
		for _, p := range pod.Template(c, settings.Default(), dynamo.RoleSingle).Spec.Containers[0].Ports {
			found = found || p.Name == target
		}
		if !found {
			t.Errorf("the Service of a %s leads to port %q, which its container does not have", componentType, target)
		}
	}
}

func TestHasService(t *testing.T) {
	cases := map[string]struct {
		reason    string
		of        string
		discovery discovery.Discovery
		want      bool
	}{
		"Worker":       {reason: "Kubernetes finds every component through its Service", of: "worker", discovery: kubernetes(), want: true},
		"NoType":       {reason: "Whatever its type", of: "", discovery: kubernetes(), want: true},
		"Frontend":     {reason: "Frontends too", of: "frontend", discovery: kubernetes(), want: true},
		"EtcdWorker":   {reason: "Etcd needs none", of: "worker", discovery: etcd()},
		"EtcdFree":     {reason: "Whatever the type", of: "reranker", discovery: etcd()},
		"EtcdFrontend": {reason: "But frontends have clients", of: "frontend", discovery: etcd(), want: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := HasService(component(ofType(tc.of, "")), tc.discovery); got != tc.want {
				t.Errorf("%s: HasService(...) is %t, want %t", tc.reason, got, tc.want)
			}
		})
	}
}

// TestMovedPort lets the Service stay at its port, and lead to where the pods
// listen.
func TestMovedPort(t *testing.T) {
	main := func(change func(*corev1.Container)) func(*dynamo.Component) {
		return func(c *dynamo.Component) { change(c.Pod.Main) }
	}
	args := func(args ...string) func(*dynamo.Component) {
		return main(func(c *corev1.Container) { c.Args = args })
	}
	ports := func(name string, number int32) func(*dynamo.Component) {
		return main(func(c *corev1.Container) { c.Ports = []corev1.ContainerPort{{Name: name, ContainerPort: number}} })
	}
	configured := func(c *dynamo.Component) { c.Picker = &dynamo.Picker{ConfigMap: "mine", Key: "picker.yaml"} }
	system := func(c *dynamo.Component) { c.Pod.Envs = []corev1.EnvVar{{Name: "DYN_SYSTEM_PORT", Value: "8081"}} }
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		want   intstr.IntOrString
		// model is the target of the Service of a model.
		model int32
	}{
		"Frontend":       {reason: "by its name, wherever that is", c: component(ofType("frontend", ""), args("-m", "dynamo.frontend", "--http-port", "8080")), want: intstr.FromString("http"), model: 9090},
		"Worker":         {reason: "a model's Service has no names", c: component(system), want: intstr.FromString("system"), model: 8081},
		"WorkerPort":     {reason: "the user's port of that name counts", c: component(ports("system", 8085)), want: intstr.FromString("system"), model: 8085},
		"WorkerOther":    {reason: "or the one of that number, by its own name", c: component(ports("metrics", 9090)), want: intstr.FromString("metrics"), model: 9090},
		"FreeType":       {reason: "other types have what the user names so", c: component(ofType("reranker", ""), system), want: intstr.FromString("system"), model: 9090},
		"FreeTypeNamed":  {reason: "whatever its number", c: component(ofType("reranker", ""), ports("system", 8085)), want: intstr.FromString("system"), model: 8085},
		"Picker":         {reason: "a picker is found by its number", c: component(ofType("epp", ""), configured, args("--grpc-port", "9010")), want: intstr.FromInt32(9010), model: 9090},
		"PickerAlone":    {reason: "one without a configuration reads no flags", c: component(ofType("epp", ""), args("--grpc-port", "9010")), want: intstr.FromInt32(9002), model: 9090},
		"PickerDefaults": {reason: "which it seldom changes", c: component(ofType("epp", "")), want: intstr.FromInt32(9002), model: 9090},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Service(tc.c, kubernetes()).Spec.Ports[0]
			if diff := cmp.Diff(tc.want, got.TargetPort); diff != "" {
				t.Errorf("%s: target port (-want, +got):\n%s", tc.reason, diff)
			}
			if before := Service(component(ofType(tc.c.Type, "")), kubernetes()).Spec.Ports[0].Port; got.Port != before {
				t.Errorf("%s: the Service's own port moved from %d to %d", tc.reason, before, got.Port)
			}
			tc.c.Model = "m"
			if model := ModelService(tc.c).Spec.Ports[0].TargetPort.IntVal; model != tc.model {
				t.Errorf("%s: the Service of a model leads to %d, want %d", tc.reason, model, tc.model)
			}
		})
	}
}
