package pod

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/convert"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

const engineImage = "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.0"

// option changes one thing of a component. It makes what it sets anew each time,
// so that two components share nothing.
type option func(*dynamo.Component)

// component is a worker with an image and nothing else.
func component(options ...option) dynamo.Component {
	c := dynamo.Component{
		Name:            "chat-worker",
		Namespace:       "team-a",
		Graph:           "chat",
		Service:         "Worker",
		DynamoNamespace: "team-a-chat",
		Type:            dynamo.TypeWorker,
		Replicas:        1,
		At:              dynamo.Paths{Spec: field.NewPath("spec"), Form: convert.Form()},
		Pod:             dynamo.Pod{Main: &corev1.Container{Image: engineImage}},
	}
	for _, o := range options {
		o(&c)
	}
	c.Orchestrator = workload.Choose(c.Nodes)
	c.Engine.Name = engine.Of(c)
	return c
}

// render is a component's template. It fails the test if rendering changes the
// component, or says something else the second time.
func render(t *testing.T, s settings.Settings, options ...option) corev1.PodTemplateSpec {
	t.Helper()

	c := component(options...)
	got := Template(c, s, dynamo.RoleSingle)
	if diff := cmp.Diff(component(options...), c, comparePaths()); diff != "" {
		t.Errorf("Template(...) changed its argument (-before, +after):\n%s", diff)
	}
	if diff := cmp.Diff(got, Template(c, s, dynamo.RoleSingle)); diff != "" {
		t.Errorf("Template(...) differs from call to call (-first, +second):\n%s", diff)
	}
	return got
}

// renderMain is the main container of a component.
func renderMain(t *testing.T, s settings.Settings, options ...option) corev1.Container {
	t.Helper()

	got := render(t, s, options...)
	if len(got.Spec.Containers) == 0 || got.Spec.Containers[0].Name != dynamo.MainContainer {
		t.Fatalf("the first container is not main: %v", got.Spec.Containers)
	}
	return got.Spec.Containers[0]
}

// platform are settings of a site that has everything.
func platform() settings.Settings {
	return settings.Settings{
		DiscoveryBackend:   v1beta1.DiscoveryEtcd,
		NATSAddress:        "nats://nats.dynamo:4222",
		EtcdAddress:        "etcd.dynamo:2379",
		ModelExpressURL:    "http://model-express.dynamo:8001",
		PrometheusEndpoint: "http://prometheus.monitoring:9090",
		PullSecrets:        []settings.PullSecret{{Registry: "nvcr.io", Name: "ngc"}},
	}
}

func etcd() settings.Settings { return settings.Settings{DiscoveryBackend: v1beta1.DiscoveryEtcd} }

func ofType(componentType, sub string) option {
	return func(c *dynamo.Component) { c.Type, c.SubType = componentType, sub }
}

func standalone(c *dynamo.Component) { c.Standalone, c.Graph = true, c.Name }

func annotated(key, value string) option {
	return func(c *dynamo.Component) {
		c.Annotations = meta.Merge(c.Annotations, map[string]string{key: value})
	}
}

func labelled(key, value string) option {
	return func(c *dynamo.Component) { c.Labels = meta.Merge(c.Labels, map[string]string{key: value}) }
}

// withPod changes the service's fields of the pod.
func withPod(change func(*dynamo.Pod)) option {
	return func(c *dynamo.Component) { change(&c.Pod) }
}

// withSpec changes extraPodSpec.
func withSpec(change func(*corev1.PodSpec)) option {
	return func(c *dynamo.Component) { change(&c.Pod.Spec) }
}

// withMain changes extraPodSpec.mainContainer.
func withMain(change func(*corev1.Container)) option {
	return func(c *dynamo.Component) { change(c.Pod.Main) }
}

func withoutMain(c *dynamo.Component) { c.Pod.Main = nil }

// running makes the main container run an engine.
func running(module string) option {
	return withMain(func(c *corev1.Container) {
		c.Command = []string{"python3"}
		c.Args = []string{"-m", module}
	})
}

func serviceEnv(vars ...string) option {
	return withPod(func(p *dynamo.Pod) { p.Envs = env(vars...) })
}

func mainEnv(vars ...string) option {
	return withMain(func(c *corev1.Container) { c.Env = env(vars...) })
}

// env makes variables of names and values in turn.
func env(vars ...string) []corev1.EnvVar {
	var out []corev1.EnvVar
	for i := 0; i+1 < len(vars); i += 2 {
		out = append(out, corev1.EnvVar{Name: vars[i], Value: vars[i+1]})
	}
	return out
}

func mount(name, path string) corev1.VolumeMount {
	return corev1.VolumeMount{Name: name, MountPath: path}
}

func emptyDir(name string) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}
}

func claim(name string) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name},
	}}
}

// memory is the volume of /dev/shm.
func memory(size string) corev1.Volume {
	return corev1.Volume{Name: "shared-memory", VolumeSource: corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{Medium: "Memory", SizeLimit: quantity(size)},
	}}
}

func quantity(s string) *resource.Quantity {
	q := resource.MustParse(s)
	return &q
}

// resourceList is made of resource names and amounts in turn.
func resourceList(amounts ...string) corev1.ResourceList {
	out := corev1.ResourceList{}
	for i := 0; i+1 < len(amounts); i += 2 {
		out[corev1.ResourceName(amounts[i])] = resource.MustParse(amounts[i+1])
	}
	return out
}

func httpGet(path string, port int) corev1.ProbeHandler {
	return corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromInt32(int32(port))}}
}

func tcp(port int) corev1.ProbeHandler {
	return corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(int32(port))}}
}

func secretEnv(name string) corev1.EnvFromSource {
	return corev1.EnvFromSource{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}}
}

func configEnv(name string) corev1.EnvFromSource {
	return corev1.EnvFromSource{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}}
}

// comparePaths compares paths by what a user reads.
func comparePaths() cmp.Option {
	return cmp.Comparer(func(a, b *field.Path) bool { return a.String() == b.String() })
}
