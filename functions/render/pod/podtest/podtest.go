// Package podtest builds components for tests of their pods, and renders them.
package podtest

import (
	"slices"
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
	"github.com/crossplane-contrib/function-dynamo/functions/render/pod"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
	"github.com/crossplane-contrib/function-dynamo/input/v1beta1"
)

// Image is the main container's.
const Image = "nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.4.0"

// Option changes one thing of a component. It makes what it sets anew each time,
// so that two components share nothing.
type Option func(*dynamo.Component)

// Component is a worker with an image and nothing else.
func Component(options ...Option) dynamo.Component {
	c := dynamo.Component{
		Name:            "chat-worker",
		Namespace:       "team-a",
		Graph:           "chat",
		Service:         "Worker",
		DynamoNamespace: "team-a-chat",
		Type:            dynamo.TypeWorker,
		Replicas:        1,
		At:              dynamo.Paths{Spec: field.NewPath("spec"), Form: convert.Form()},
		Pod:             dynamo.Pod{Main: &corev1.Container{Image: Image}},
	}
	for _, o := range options {
		o(&c)
	}
	c.Orchestrator = workload.Choose(c.Nodes)
	c.Engine.Name = engine.Of(c)
	return c
}

// Render is a component's template. It fails the test if rendering changes the
// Component, or says something else the second time.
func Render(t *testing.T, s settings.Settings, options ...Option) corev1.PodTemplateSpec {
	t.Helper()

	c := Component(options...)
	got := pod.Template(c, s, dynamo.RoleSingle)
	if diff := cmp.Diff(Component(options...), c, ComparePaths()); diff != "" {
		t.Errorf("Template(...) changed its argument (-before, +after):\n%s", diff)
	}
	if diff := cmp.Diff(got, pod.Template(c, s, dynamo.RoleSingle)); diff != "" {
		t.Errorf("Template(...) differs from call to call (-first, +second):\n%s", diff)
	}
	return got
}

// RenderMain is the main container of a component.
func RenderMain(t *testing.T, s settings.Settings, options ...Option) corev1.Container {
	t.Helper()

	got := Render(t, s, options...)
	if len(got.Spec.Containers) == 0 || got.Spec.Containers[0].Name != dynamo.MainContainer {
		t.Fatalf("the first container is not main: %v", got.Spec.Containers)
	}
	return got.Spec.Containers[0]
}

// Platform are settings of a site that has everything.
func Platform() settings.Settings {
	return settings.Settings{
		DiscoveryBackend:   v1beta1.DiscoveryEtcd,
		NATSAddress:        "nats://nats.dynamo:4222",
		EtcdAddress:        "etcd.dynamo:2379",
		ModelExpressURL:    "http://model-express.dynamo:8001",
		PrometheusEndpoint: "http://prometheus.monitoring:9090",
		PullSecrets:        []settings.PullSecret{{Registry: "nvcr.io", Name: "ngc"}},
	}
}

// Etcd are settings of a site whose pods find each other through etcd.
func Etcd() settings.Settings { return settings.Settings{DiscoveryBackend: v1beta1.DiscoveryEtcd} }

// OfType gives a type, and the label value of one below it.
func OfType(componentType, sub string) Option {
	return func(c *dynamo.Component) { c.Type, c.SubType = componentType, sub }
}

// Standalone makes a component one that no graph made.
func Standalone(c *dynamo.Component) { c.Standalone, c.Graph = true, c.Name }

// Annotated adds an annotation of the user.
func Annotated(key, value string) Option {
	return func(c *dynamo.Component) {
		c.Annotations = meta.Merge(c.Annotations, map[string]string{key: value})
	}
}

// Labelled adds a label of the user.
func Labelled(key, value string) Option {
	return func(c *dynamo.Component) { c.Labels = meta.Merge(c.Labels, map[string]string{key: value}) }
}

// WithPod changes the service's fields of the pod.
func WithPod(change func(*dynamo.Pod)) Option {
	return func(c *dynamo.Component) { change(&c.Pod) }
}

// WithSpec changes extraPodSpec.
func WithSpec(change func(*corev1.PodSpec)) Option {
	return func(c *dynamo.Component) { change(&c.Pod.Spec) }
}

// WithMain changes extraPodSpec.mainContainer.
func WithMain(change func(*corev1.Container)) Option {
	return func(c *dynamo.Component) { change(c.Pod.Main) }
}

// WithoutMain takes the main container away.
func WithoutMain(c *dynamo.Component) { c.Pod.Main = nil }

// Running makes the main container run an engine.
func Running(module string) Option {
	return WithMain(func(c *corev1.Container) {
		c.Command = []string{"python3"}
		c.Args = []string{"-m", module}
	})
}

// ServiceEnv gives variables to the service: names and values in turn.
func ServiceEnv(vars ...string) Option {
	return WithPod(func(p *dynamo.Pod) { p.Envs = Env(vars...) })
}

// MainEnv gives variables to the main container: names and values in turn.
func MainEnv(vars ...string) Option {
	return WithMain(func(c *corev1.Container) { c.Env = Env(vars...) })
}

// Env makes variables of names and values in turn.
func Env(vars ...string) []corev1.EnvVar {
	var out []corev1.EnvVar
	for i := 0; i+1 < len(vars); i += 2 {
		out = append(out, corev1.EnvVar{Name: vars[i], Value: vars[i+1]})
	}
	return out
}

// Mount is a mount of a volume.
func Mount(name, path string) corev1.VolumeMount {
	return corev1.VolumeMount{Name: name, MountPath: path}
}

// EmptyDir is a volume that begins empty.
func EmptyDir(name string) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}
}

// Claim is a volume of the claim with its name.
func Claim(name string) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name},
	}}
}

// Memory is the volume of /dev/shm.
func Memory(size string) corev1.Volume {
	return corev1.Volume{Name: "shared-memory", VolumeSource: corev1.VolumeSource{
		EmptyDir: &corev1.EmptyDirVolumeSource{Medium: "Memory", SizeLimit: Quantity(size)},
	}}
}

// Quantity is an amount of a resource.
func Quantity(s string) *resource.Quantity {
	q := resource.MustParse(s)
	return &q
}

// ResourceList is made of resource names and amounts in turn.
func ResourceList(amounts ...string) corev1.ResourceList {
	out := corev1.ResourceList{}
	for i := 0; i+1 < len(amounts); i += 2 {
		out[corev1.ResourceName(amounts[i])] = resource.MustParse(amounts[i+1])
	}
	return out
}

// HTTPGet is a probe that asks a path.
func HTTPGet(path string, port int32) corev1.ProbeHandler {
	return corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromInt32(port)}}
}

// TCP is a probe that opens a connection.
func TCP(port int32) corev1.ProbeHandler {
	return corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(port)}}
}

// SecretEnv takes all variables from a Secret.
func SecretEnv(name string) corev1.EnvFromSource {
	return corev1.EnvFromSource{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}}
}

// ConfigEnv takes all variables from a ConfigMap.
func ConfigEnv(name string) corev1.EnvFromSource {
	return corev1.EnvFromSource{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}}
}

// ComparePaths compares paths by what a user reads.
func ComparePaths() cmp.Option {
	return cmp.Comparer(func(a, b *field.Path) bool { return a.String() == b.String() })
}

// FaultTexts is what Faults finds in a component, as texts. It fails the test
// if that changes the component, or if the second time it finds something else.
func FaultTexts(t *testing.T, options ...Option) []string {
	t.Helper()

	texts := func(l field.ErrorList) []string {
		var out []string
		for _, e := range l {
			out = append(out, e.Error())
		}
		return out
	}
	c := Component(options...)
	got := texts(pod.Faults(c))
	if diff := cmp.Diff(Component(options...), c, ComparePaths()); diff != "" {
		t.Errorf("Faults(...) changed its argument (-before, +after):\n%s", diff)
	}
	if diff := cmp.Diff(got, texts(pod.Faults(c))); diff != "" {
		t.Errorf("Faults(...) differs from call to call (-first, +second):\n%s", diff)
	}
	return got
}

// Limits are those of the service.
func Limits(a dynamo.Amounts) Option {
	return WithPod(func(p *dynamo.Pod) { p.Resources.Limits = a })
}

// Requests are those of the service.
func Requests(a dynamo.Amounts) Option {
	return WithPod(func(p *dynamo.Pod) { p.Resources.Requests = a })
}

// MainResources are those of the main container.
func MainResources(limits, requests corev1.ResourceList) Option {
	return WithMain(func(c *corev1.Container) { c.Resources.Limits, c.Resources.Requests = limits, requests })
}

// MainMounting gives mounts to the main container.
func MainMounting(mounts ...corev1.VolumeMount) Option {
	return WithMain(func(c *corev1.Container) { c.VolumeMounts = append([]corev1.VolumeMount(nil), mounts...) })
}

// ServiceMounting gives mounts to the service.
func ServiceMounting(mounts ...dynamo.Mount) Option {
	return WithPod(func(p *dynamo.Pod) { p.Mounts = append([]dynamo.Mount(nil), mounts...) })
}

// WithVolumes gives volumes to the pod.
func WithVolumes(volumes ...corev1.Volume) Option {
	return WithSpec(func(p *corev1.PodSpec) { p.Volumes = append([]corev1.Volume(nil), volumes...) })
}

// Warnings is what Warnings says of a component. It fails the test if that changes the
// Component.
func Warnings(t *testing.T, options ...Option) []string {
	t.Helper()
	c := Component(options...)
	got := pod.Warnings(c)
	if diff := cmp.Diff(Component(options...), c, ComparePaths()); diff != "" {
		t.Errorf("Warnings(...) changed its argument (-before, +after):\n%s", diff)
	}
	return got
}

// Given sets the command and args of the main container.
func Given(command, args []string) Option {
	return WithMain(func(c *corev1.Container) { c.Command, c.Args = slices.Clone(command), slices.Clone(args) })
}

// Values of the variables that are texts, by name; POD_NAME and its like are
// left out.
func Values(vars []corev1.EnvVar) map[string]string {
	out := map[string]string{}
	for _, v := range vars {
		if v.ValueFrom == nil {
			out[v.Name] = v.Value
		}
	}
	return out
}

// ContainerPorts gives ports to the main container.
func ContainerPorts(all ...corev1.ContainerPort) Option {
	return WithMain(func(c *corev1.Container) { c.Ports = slices.Clone(all) })
}

// Spanning is a component on two nodes whose engine has more GPUs to fill than
// one of them has.
func Spanning(module string, flags ...string) Option {
	return func(c *dynamo.Component) {
		c.Nodes = 2
		c.Pod.Main.Command = []string{"python3", "-m", module}
		c.Pod.Main.Args = append([]string{"--model", "example/model"}, flags...)
		c.Pod.Resources.Limits.GPU = "8"
	}
}

// Configured is a picker with its configuration in place.
func Configured(c *dynamo.Component) {
	c.Picker = &dynamo.Picker{Document: []byte(`{"plugins":[{"type":"max-score-picker"}]}`)}
}
