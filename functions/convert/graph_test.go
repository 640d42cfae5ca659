package convert

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/workload"
)

type dgd = v1alpha1.DynamoGraphDeployment

func TestGraph(t *testing.T) {
	worker := dynamo.Component{
		Name:            "chat-worker",
		Namespace:       "team-a",
		Graph:           "chat",
		Service:         "Worker",
		DynamoNamespace: "team-a-chat",
		Replicas:        1,
		Nodes:           1,
		Orchestrator:    workload.Deployment{},
		Pod:             dynamo.Pod{Mounts: []dynamo.Mount{}},
	}
	of := func(change func(*dynamo.Graph)) dynamo.Graph {
		g := dynamo.Graph{Name: "chat", Namespace: "team-a", Version: "v1alpha1", Components: []dynamo.Component{worker}, PVCs: []dynamo.PVC{}}
		change(&g)
		return g
	}

	cases := map[string]struct {
		reason string
		in     *dgd
		want   dynamo.Graph
	}{
		"OneService": {reason: "A graph of one service", in: graph(), want: of(func(*dynamo.Graph) {})},
		"NoService": {
			reason: "A graph of none",
			in:     graph(func(g *dgd) { g.Spec.Services = nil }),
			want:   of(func(g *dynamo.Graph) { g.Components = nil }),
		},
		"Engine": {
			reason: "The graph's engine is declared for all",
			in:     graph(func(g *dgd) { g.Spec.BackendFramework = "trtllm" }),
			want:   of(func(g *dynamo.Graph) { g.Components[0].Engine.Declared = "trtllm" }),
		},
		"GlobalNamespace": {
			reason: "A service in the namespace that graphs share",
			in:     graph(withService(func(s *sharedSpec) { s.GlobalDynamoNamespace = true })),
			want: of(func(g *dynamo.Graph) {
				g.Components[0].DynamoNamespace, g.Components[0].GlobalNamespace = "dynamo", true
			}),
		},
		"ServiceName": {
			reason: "A service is called by its key",
			in:     graph(withService(func(s *sharedSpec) { s.ServiceName = "Other" })),
			want:   of(func(*dynamo.Graph) {}),
		},
		"Deprecated": {
			reason: "Deprecated fields are named",
			in: graph(withService(func(s *sharedSpec) {
				s.Autoscaling, s.DynamoNamespace = &v1alpha1.Autoscaling{}, "mine"
			})),
			want: of(func(g *dynamo.Graph) {
				g.Components[0].Ignored = []string{"spec.services[Worker].autoscaling (deprecated)", "spec.services[Worker].dynamoNamespace (deprecated)"}
			}),
		},
		"PVCs": {
			reason: "Claims, made and referenced",
			in: graph(func(g *dgd) {
				g.Spec.PVCs = []v1alpha1.PVC{
					{Name: "made", Create: ptr.To(true), Size: quantity("1Gi"), StorageClass: ptr.To(""), VolumeAccessMode: corev1.ReadWriteMany},
					{Name: "there"},
					{Name: "not-made", Create: ptr.To(false)},
				}
			}),
			want: of(func(g *dynamo.Graph) {
				g.PVCs = []dynamo.PVC{
					{Name: "made", Create: true, Size: *quantity("1Gi"), StorageClass: ptr.To(""), AccessMode: corev1.ReadWriteMany},
					{Name: "there"},
					{Name: "not-made"},
				}
			}),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := tc.in.DeepCopy()
			if diff := cmp.Diff(tc.want, ReadGraph(tc.in), withoutPaths()); diff != "" {
				t.Errorf("%s: ReadGraph(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(before, tc.in); diff != "" {
				t.Errorf("%s: ReadGraph(...) changed its argument (-before, +after):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestGraphSorted(t *testing.T) {
	g := graph(func(g *dgd) {
		g.Spec.Services = map[string]sharedSpec{}
		for _, name := range []string{"c", "B", "a", "d", "A", "b"} {
			g.Spec.Services[name] = sharedSpec{}
		}
	})
	var got []string
	for _, c := range ReadGraph(g).Components {
		got = append(got, c.Service)
	}
	if diff := cmp.Diff([]string{"A", "B", "a", "b", "c", "d"}, got); diff != "" {
		t.Errorf("services (-want, +got):\n%s", diff)
	}
}

// TestInheriting merges what a graph gives to all under a service's own.
func TestInheriting(t *testing.T) {
	spec := func(change func(*sharedSpec)) sharedSpec {
		out := sharedSpec{}
		change(&out)
		return out
	}
	cases := map[string]struct {
		reason string
		in     *dgd
		want   sharedSpec
	}{
		"Plain": {reason: "Nothing is added", in: graph(), want: spec(func(*sharedSpec) {})},
		"Kept": {
			reason: "Its own fields stay",
			in:     graph(withService(func(s *sharedSpec) { s.ComponentType, s.Replicas = "worker", ptr.To(int32(0)) })),
			want:   spec(func(s *sharedSpec) { s.ComponentType, s.Replicas = "worker", ptr.To(int32(0)) }),
		},
		"Envs": {
			reason: "The service's variables win, as a whole and at the graph's place",
			in: graph(func(g *dgd) { g.Spec.Envs = env("A", "graph", "B", "graph") },
				withService(func(s *sharedSpec) { s.Envs = env("C", "service", "A", "service") })),
			want: spec(func(s *sharedSpec) { s.Envs = env("A", "service", "B", "graph", "C", "service") }),
		},
		"Labels": {
			reason: "The service's labels win",
			in: graph(func(g *dgd) { g.Spec.Labels = map[string]string{"a": "graph", "b": "graph"} },
				withService(func(s *sharedSpec) { s.Labels = map[string]string{"a": "service"} })),
			want: spec(func(s *sharedSpec) { s.Labels = map[string]string{"a": "service", "b": "graph"} }),
		},
		"MetadataLabels": {
			reason: "Labels of the graph's own object stay there",
			in:     graph(func(g *dgd) { g.Labels = map[string]string{"a": "object"} }),
			want:   spec(func(*sharedSpec) {}),
		},
		"Annotations": {
			reason: "The service's annotations over the graph's over those of its object",
			in: graph(func(g *dgd) {
				g.Annotations = map[string]string{
					meta.AnnotationEnableMetrics: "object", meta.AnnotationDiscoveryBackend: "object", meta.AnnotationVLLMExecutor: "object",
				}
				g.Spec.Annotations = map[string]string{meta.AnnotationDiscoveryBackend: "graph", meta.AnnotationVLLMExecutor: "graph", "a": "graph"}
			}, withService(func(s *sharedSpec) {
				s.Annotations = map[string]string{meta.AnnotationVLLMExecutor: "service", "b": "service"}
			})),
			want: spec(func(s *sharedSpec) {
				s.Annotations = map[string]string{
					meta.AnnotationEnableMetrics: "object", meta.AnnotationDiscoveryBackend: "graph", meta.AnnotationVLLMExecutor: "service",
					"a": "graph", "b": "service",
				}
			}),
		},
		"OtherAnnotations": {
			reason: "Of the object's those that steer, and of these not all",
			in: graph(func(g *dgd) {
				g.Annotations = map[string]string{
					"a": "1", meta.AnnotationNoPullSecrets: "true", meta.AnnotationDeploymentStrategy: "Recreate", meta.AnnotationDiscoveryMode: "pod",
				}
			}),
			want: spec(func(s *sharedSpec) { s.Annotations = map[string]string{meta.AnnotationDiscoveryMode: "pod"} }),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := tc.in.DeepCopy()
			if diff := cmp.Diff(tc.want, mergeInherited(tc.in, "Worker")); diff != "" {
				t.Errorf("%s: inheriting(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(before, tc.in); diff != "" {
				t.Errorf("%s: inheriting(...) changed its argument (-before, +after):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestMergeEnvs(t *testing.T) {
	cases := map[string]struct {
		reason string
		base   []corev1.EnvVar
		over   []corev1.EnvVar
		want   []corev1.EnvVar
	}{
		"Nothing": {reason: "Nothing of nothing"},
		"Base":    {reason: "The base alone", base: env("A", "1"), want: env("A", "1")},
		"Over":    {reason: "What is new alone", over: env("A", "1"), want: env("A", "1")},
		"Behind":  {reason: "What is new is behind", base: env("B", "1"), over: env("A", "2"), want: env("B", "1", "A", "2")},
		"Replace": {reason: "What is there is replaced at its place", base: env("A", "1", "B", "1"), over: env("A", "2"), want: env("A", "2", "B", "1")},
		"Twice":   {reason: "The last of two wins", base: env("A", "1"), over: env("A", "2", "A", "3"), want: env("A", "3")},
		"Source": {
			reason: "A source replaces a value as a whole",
			base:   env("A", "1"),
			over:   []corev1.EnvVar{{Name: "A", ValueFrom: &corev1.EnvVarSource{}}},
			want:   []corev1.EnvVar{{Name: "A", ValueFrom: &corev1.EnvVarSource{}}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			base := slices.Clone(tc.base)
			if diff := cmp.Diff(tc.want, mergeEnvs(tc.base, tc.over)); diff != "" {
				t.Errorf("%s: mergeEnvs(...) (-want, +got):\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(base, tc.base); diff != "" {
				t.Errorf("%s: mergeEnvs(...) changed its base (-before, +after):\n%s", tc.reason, diff)
			}
		})
	}
}
