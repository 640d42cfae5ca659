package convert

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

type deployment = v1alpha1.DynamoComponentDeployment

func TestComponent(t *testing.T) {
	standaloneWant := dynamo.Component{
		Name:            "rank",
		Namespace:       "team-a",
		Graph:           "rank",
		Standalone:      true,
		Service:         "rank",
		DynamoNamespace: "team-a-rank",
		Replicas:        1,
		Nodes:           1,
		Orchestrator:    workload.Deployment{},
		Pod:             dynamo.Pod{Mounts: []dynamo.Mount{}},
	}
	graphWant := standaloneWant
	graphWant.Name, graphWant.Graph, graphWant.Standalone = "chat-worker", "chat", false
	graphWant.Service, graphWant.DynamoNamespace = "Worker", "team-a-chat"
	with := func(c dynamo.Component, change func(*dynamo.Component)) dynamo.Component {
		change(&c)
		return c
	}

	cases := map[string]struct {
		reason string
		in     *deployment
		want   dynamo.Component
	}{
		"Standalone":  {reason: "Without a graph's label it is its own graph", in: standalone(), want: standaloneWant},
		"OfGraph":     {reason: "With it, it is the graph's", in: ofGraph(), want: graphWant},
		"ServiceName": {reason: "A service name of its own", in: standalone(withSpec(func(s *sharedSpec) { s.ServiceName = "Rank" })), want: with(standaloneWant, func(c *dynamo.Component) { c.Service = "Rank" })},
		"GlobalNamespace": {
			reason: "The Dynamo namespace that graphs share",
			in:     ofGraph(withSpec(func(s *sharedSpec) { s.GlobalDynamoNamespace = true })),
			want:   with(graphWant, func(c *dynamo.Component) { c.DynamoNamespace, c.GlobalNamespace = "dynamo", true }),
		},
		"OwnNamespace": {
			reason: "A user's Dynamo namespace is ignored and named",
			in:     ofGraph(withSpec(func(s *sharedSpec) { s.DynamoNamespace = "mine" })),
			want:   with(graphWant, func(c *dynamo.Component) { c.Ignored = []string{"spec.dynamoNamespace (deprecated)"} }),
		},
		"ZeroReplicas": {
			reason: "Zero replicas are kept",
			in:     ofGraph(withSpec(func(s *sharedSpec) { s.Replicas = ptr.To(int32(0)) })),
			want:   with(graphWant, func(c *dynamo.Component) { c.Replicas = 0 }),
		},
		"Engine": {
			reason: "What is said of the engine",
			in: ofGraph(func(d *deployment) {
				d.Spec.BackendFramework = "vllm"
				d.Annotations = map[string]string{meta.AnnotationBackendFramework: "sglang"}
			}),
			want: with(graphWant, func(c *dynamo.Component) {
				c.Engine = dynamo.EngineChoice{Declared: "vllm", Sibling: "sglang"}
			}),
		},
		"Inherited": {
			reason: "Of its own annotations those that steer, under the spec's",
			in: ofGraph(func(d *deployment) {
				d.Annotations = map[string]string{
					"other":                         "x",
					meta.AnnotationNoPullSecrets:    "true",
					meta.AnnotationEnableMetrics:    "false",
					meta.AnnotationDiscoveryBackend: "etcd",
				}
				d.Spec.Annotations = map[string]string{meta.AnnotationDiscoveryBackend: "kubernetes"}
			}),
			want: with(graphWant, func(c *dynamo.Component) {
				c.Annotations = map[string]string{meta.AnnotationEnableMetrics: "false", meta.AnnotationDiscoveryBackend: "kubernetes"}
				c.Own.Annotations = map[string]string{meta.AnnotationDiscoveryBackend: "kubernetes"}
			}),
		},
		"MetadataLabels": {
			reason: "Labels of its own object are its graph's",
			in:     ofGraph(func(d *deployment) { d.Labels["other"] = "x" }),
			want:   graphWant,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := tc.in.DeepCopy()
			if diff := cmp.Diff(tc.want, ReadComponent(tc.in), withoutPaths()); diff != "" {
				t.Errorf("%s: ReadComponent(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(before, tc.in); diff != "" {
				t.Errorf("%s: ReadComponent(...) changed its argument (-before, +after):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestTypes(t *testing.T) {
	type types struct{ Type, Sub string }
	cases := map[string]struct {
		reason string
		given  types
		want   types
	}{
		"None":          {reason: "No type is a type", given: types{}, want: types{}},
		"Worker":        {reason: "A plain worker", given: types{"worker", ""}, want: types{"worker", ""}},
		"PrefillWorker": {reason: "A prefill worker is of type prefill", given: types{"worker", "prefill"}, want: types{"prefill", "prefill"}},
		"DecodeWorker":  {reason: "A decode worker is of type decode", given: types{"worker", "decode"}, want: types{"decode", "decode"}},
		"Prefill":       {reason: "Type prefill has that sub type", given: types{"prefill", ""}, want: types{"prefill", "prefill"}},
		"Decode":        {reason: "Type decode has that sub type", given: types{"decode", ""}, want: types{"decode", "decode"}},
		"OwnSubType":    {reason: "Unless it has one of its own", given: types{"decode", "fast"}, want: types{"decode", "fast"}},
		"OtherSubType":  {reason: "Any other sub type stays one", given: types{"worker", "embed"}, want: types{"worker", "embed"}},
		"OtherType":     {reason: "Only of workers prefill is a type", given: types{"frontend", "prefill"}, want: types{"frontend", "prefill"}},
		"FreeType":      {reason: "Types are free text", given: types{"reranker", "x"}, want: types{"reranker", "x"}},
		"OtherCase":     {reason: "Case matters", given: types{"Worker", "prefill"}, want: types{"Worker", "prefill"}},
		"SubTypeAlone":  {reason: "A sub type without a type", given: types{"", "decode"}, want: types{"", "decode"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := ReadComponent(ofGraph(withSpec(func(s *sharedSpec) {
				s.ComponentType, s.SubComponentType = tc.given.Type, tc.given.Sub
			})))
			if diff := cmp.Diff(tc.want, types{c.Type, c.SubType}); diff != "" {
				t.Errorf("%s: types (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestMetadata has the same key at both places: extraPodMetadata wins.
func TestMetadata(t *testing.T) {
	extra := func(m *v1alpha1.ExtraPodMetadata) func(*sharedSpec) {
		return func(s *sharedSpec) {
			s.Labels = map[string]string{"both": "service", "service": "1"}
			s.Annotations = map[string]string{"both": "service", "service": "2"}
			s.ExtraPodMetadata = m
		}
	}
	type want struct{ Labels, Annotations map[string]string }

	cases := map[string]struct {
		reason string
		extra  *v1alpha1.ExtraPodMetadata
		want   want
	}{
		"ServiceAlone": {
			reason: "The service's alone",
			want:   want{Labels: map[string]string{"both": "service", "service": "1"}, Annotations: map[string]string{"both": "service", "service": "2"}},
		},
		"ExtraWins": {
			reason: "extraPodMetadata over them",
			extra:  &v1alpha1.ExtraPodMetadata{Labels: map[string]string{"both": "pod", "pod": "3"}, Annotations: map[string]string{"both": "pod", "pod": "4"}},
			want: want{
				Labels:      map[string]string{"both": "pod", "service": "1", "pod": "3"},
				Annotations: map[string]string{"both": "pod", "service": "2", "pod": "4"},
			},
		},
		"ExtraEmpty": {
			reason: "An empty block adds nothing",
			extra:  &v1alpha1.ExtraPodMetadata{},
			want:   want{Labels: map[string]string{"both": "service", "service": "1"}, Annotations: map[string]string{"both": "service", "service": "2"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := ReadComponent(ofGraph(withSpec(extra(tc.extra))))
			if diff := cmp.Diff(tc.want, want{c.Labels, c.Annotations}); diff != "" {
				t.Errorf("%s: metadata (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestPod converts every field of pods, in full and left out.
func TestPod(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     sharedSpec
		want   dynamo.Pod
	}{
		"Nothing": {reason: "Nothing given", want: dynamo.Pod{Mounts: []dynamo.Mount{}}},
		"EmptyBlocks": {
			reason: "Blocks that say nothing",
			in: sharedSpec{
				ExtraPodSpec: &v1alpha1.ExtraPodSpec{},
				Resources:    &v1alpha1.Resources{},
				SharedMemory: &v1alpha1.SharedMemorySpec{},
			},
			want: dynamo.Pod{Mounts: []dynamo.Mount{}},
		},
		"Everything": {
			reason: "Every field",
			in: sharedSpec{
				Envs:          env("A", "1"),
				EnvFromSecret: "secret",
				ExtraPodSpec: &v1alpha1.ExtraPodSpec{
					PodSpec:       corev1.PodSpec{HostNetwork: true},
					MainContainer: &corev1.Container{Image: "a:1"},
				},
				FrontendSidecar: &v1alpha1.FrontendSidecar{Image: "f:1", Args: []string{"-v"}, Envs: env("B", "2"), EnvFromSecret: "front"},
				LivenessProbe:   &corev1.Probe{PeriodSeconds: 1},
				ReadinessProbe:  &corev1.Probe{PeriodSeconds: 2},
				Resources: &v1alpha1.Resources{
					Limits:   &v1alpha1.ResourceItem{CPU: "1", Memory: "2", GPU: "3", GPUType: "t", Custom: map[string]string{"a/b": "4"}},
					Requests: &v1alpha1.ResourceItem{CPU: "5"},
					Claims:   []corev1.ResourceClaim{{Name: "c"}},
				},
				SharedMemory: &v1alpha1.SharedMemorySpec{Size: quantity("1Gi")},
				VolumeMounts: []v1alpha1.VolumeMount{{Name: "m", MountPoint: "/m"}, {Name: "c", UseAsCompilationCache: true}},
			},
			want: dynamo.Pod{
				Spec:           corev1.PodSpec{HostNetwork: true},
				Main:           &corev1.Container{Image: "a:1"},
				Envs:           env("A", "1"),
				EnvFromSecret:  "secret",
				LivenessProbe:  &corev1.Probe{PeriodSeconds: 1},
				ReadinessProbe: &corev1.Probe{PeriodSeconds: 2},
				Resources: dynamo.Resources{
					Limits:   dynamo.Amounts{CPU: "1", Memory: "2", GPU: "3", GPUType: "t", Custom: map[string]string{"a/b": "4"}},
					Requests: dynamo.Amounts{CPU: "5"},
					Claims:   []corev1.ResourceClaim{{Name: "c"}},
				},
				Mounts:       []dynamo.Mount{{Name: "m", Path: "/m"}, {Name: "c", CompilationCache: true}},
				SharedMemory: dynamo.SharedMemory{Size: quantity("1Gi")},
				Sidecar:      &dynamo.Sidecar{Image: "f:1", Args: []string{"-v"}, Envs: env("B", "2"), EnvFromSecret: "front"},
			},
		},
		"SharedMemoryOff": {
			reason: "Shared memory that is off",
			in:     sharedSpec{SharedMemory: &v1alpha1.SharedMemorySpec{Disabled: true}},
			want:   dynamo.Pod{Mounts: []dynamo.Mount{}, SharedMemory: dynamo.SharedMemory{Disabled: true}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := ReadComponent(standalone(withSpec(func(s *sharedSpec) { *s = tc.in })))
			if diff := cmp.Diff(tc.want, got.Pod); diff != "" {
				t.Errorf("%s: pod (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}
