package convert

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/apis/v1alpha1"
	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/object"
)

// TestWriteReadsBack writes each sample of a field as the component layer will
// read it: it must come to the model that the graph has, or a graph would be
// checked and counted by other rules than its components.
func TestWriteReadsBack(t *testing.T) {
	all := emptyBlocks()
	for name, tc := range samples() {
		all[name] = tc.set
	}
	for name, set := range all {
		t.Run(name, func(t *testing.T) {
			want := ReadGraph(graph(withService(set), func(g *dgd) {
				g.Spec.BackendFramework = "vllm"
				g.Spec.Envs = env("A", "graph", "B", "graph")
				g.Spec.Labels = map[string]string{"a": "graph", "b": "graph"}
				g.Annotations = map[string]string{meta.AnnotationEnableMetrics: "false", "x": "object"}
			})).Components[0]
			written := sendAndReceive(t, WriteComponent(want))
			written.Namespace = want.Namespace // As core does it.
			got := ReadComponent(written)

			want.Ignored, want.ScalingAdapter = nil, false // The graph's own business.
			if want.Pod.Main != nil {
				want.Pod.Main.Name = "main"
			}
			if diff := cmp.Diff(want, got, withoutPaths()); diff != "" {
				t.Errorf("ReadComponent(WriteComponent(...)): -want, +got:\n%s", diff)
			}
		})
	}
}

// emptyBlocks sets blocks that are there and have nothing in them. Some mean something.
func emptyBlocks() map[string]func(*sharedSpec) {
	pod := func(set func(*corev1.PodSpec)) func(*sharedSpec) {
		return func(s *sharedSpec) {
			s.ExtraPodSpec = &v1alpha1.ExtraPodSpec{}
			set(&s.ExtraPodSpec.PodSpec)
		}
	}
	main := func(c corev1.Container) func(*sharedSpec) {
		return func(s *sharedSpec) { s.ExtraPodSpec = &v1alpha1.ExtraPodSpec{MainContainer: &c} }
	}
	return map[string]func(*sharedSpec){
		"emptyAffinity":     pod(func(p *corev1.PodSpec) { p.Affinity = &corev1.Affinity{} }),
		"emptyCapabilities": main(corev1.Container{SecurityContext: &corev1.SecurityContext{Capabilities: &corev1.Capabilities{}}}),
		"emptyContainer":    main(corev1.Container{}),
		"emptyDNS":          pod(func(p *corev1.PodSpec) { p.DNSConfig = &corev1.PodDNSConfig{} }),
		"emptyIngress":      func(s *sharedSpec) { s.Ingress = &v1alpha1.IngressSpec{} },
		"emptyLifecycle":    main(corev1.Container{Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{}}}),
		"emptyLimits": func(s *sharedSpec) {
			s.Resources = &v1alpha1.Resources{Limits: &v1alpha1.ResourceItem{}, Requests: &v1alpha1.ResourceItem{}}
		},
		"emptyMetadata":     func(s *sharedSpec) { s.ExtraPodMetadata = &v1alpha1.ExtraPodMetadata{} },
		"emptyNodeAffinity": pod(func(p *corev1.PodSpec) { p.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{}} }),
		"emptyProbe": func(s *sharedSpec) {
			s.LivenessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{}}}
		},
		"emptySecurity": pod(func(p *corev1.PodSpec) { p.SecurityContext = &corev1.PodSecurityContext{} }),
		"emptyTLS":      func(s *sharedSpec) { s.Ingress = &v1alpha1.IngressSpec{Enabled: true, TLS: &v1alpha1.IngressTLSSpec{}} },
		"emptyVolumes": pod(func(p *corev1.PodSpec) {
			p.Volumes = []corev1.Volume{{Name: "a", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}, {Name: "b"}}
		}),
	}
}

// sendAndReceive returns a component as the component layer has it from core.
func sendAndReceive(t *testing.T, d *v1alpha1.DynamoComponentDeployment) *v1alpha1.DynamoComponentDeployment {
	t.Helper()
	fields, err := object.Desired(d)
	if err != nil {
		t.Fatal(err)
	}
	out := &v1alpha1.DynamoComponentDeployment{}
	if err := object.Into(fields, out); err != nil {
		t.Fatal(err)
	}
	delete(out.Annotations, meta.AnnotationEmptyFields) // Nothing reads it later.
	return out
}

func TestWriteComponent(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     *dgd
		want   func(*v1alpha1.DynamoComponentDeployment)
	}{
		"Plain": {reason: "what a component has in any case", in: graph(), want: func(*v1alpha1.DynamoComponentDeployment) {}},
		"Unsupported": {
			reason: "fields that nothing acts on end at the graph, which names them",
			in: graph(withService(func(s *sharedSpec) {
				s.Autoscaling, s.DynamoNamespace, s.Checkpoint = &v1alpha1.Autoscaling{}, "mine", raw()
				s.ScalingAdapter = &v1alpha1.ScalingAdapter{Enabled: true}
			})),
			want: func(*v1alpha1.DynamoComponentDeployment) {},
		},
		"EmptyBlocks": {
			reason: "empty blocks are left out",
			in: graph(withService(func(s *sharedSpec) {
				s.ExtraPodSpec, s.ExtraPodMetadata, s.Resources = &v1alpha1.ExtraPodSpec{}, &v1alpha1.ExtraPodMetadata{}, &v1alpha1.Resources{}
			})),
			want: func(*v1alpha1.DynamoComponentDeployment) {},
		},
		"MainName": {
			reason: "the main container has its name, without which it could not be written",
			in: graph(withService(func(s *sharedSpec) {
				s.ExtraPodSpec = &v1alpha1.ExtraPodSpec{MainContainer: &corev1.Container{Name: "x", Image: "a:1"}}
			})),
			want: func(d *v1alpha1.DynamoComponentDeployment) {
				d.Spec.ExtraPodSpec = &v1alpha1.ExtraPodSpec{MainContainer: &corev1.Container{Name: "main", Image: "a:1"}}
			},
		},
		"Framework": {
			reason: "what the user declared, and not what was found",
			in: graph(func(g *dgd) { g.Spec.BackendFramework = "trtllm" }, withService(func(s *sharedSpec) {
				s.ComponentType = "worker"
			})),
			want: func(d *v1alpha1.DynamoComponentDeployment) {
				d.Spec.BackendFramework, d.Spec.ComponentType = "trtllm", "worker"
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want := ofGraph(func(d *v1alpha1.DynamoComponentDeployment) {
				d.APIVersion, d.Kind, d.Namespace = "nvidia.com/v1alpha1", "DynamoComponentDeployment", ""
				d.Labels = map[string]string{
					"nvidia.com/dynamo-component":             "Worker",
					"nvidia.com/dynamo-graph-deployment-name": "chat",
					"nvidia.com/dynamo-namespace":             "team-a-chat",
				}
				one := int32(1)
				d.Spec.Replicas = &one
			}, tc.want)
			if diff := cmp.Diff(want, WriteComponent(ReadGraph(tc.in).Components[0])); diff != "" {
				t.Errorf("\n%s\nWriteComponent(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSibling lets a worker that does not tell its engine have that of another.
func TestSibling(t *testing.T) {
	g := graph(func(g *dgd) {
		g.Spec.Services = map[string]sharedSpec{
			"Silent":   {ComponentType: "worker"},
			"Frontend": {ComponentType: "frontend"},
			"Telling": {ComponentType: "worker", ExtraPodSpec: &v1alpha1.ExtraPodSpec{MainContainer: &corev1.Container{
				Command: []string{"python3"}, Args: []string{"-m", "dynamo.sglang"},
			}}},
		}
	})
	type choice struct{ Name, Sibling, Written string }
	got := map[string]choice{}
	for _, c := range ReadGraph(g).Components {
		got[c.Service] = choice{string(c.Engine.Name), c.Engine.Sibling, WriteComponent(c).Annotations[meta.AnnotationBackendFramework]}
	}
	want := map[string]choice{
		"Silent":   {Name: "sglang", Sibling: "sglang", Written: "sglang"},
		"Telling":  {Name: "sglang"},
		"Frontend": {},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("engines: -want, +got:\n%s", diff)
	}
}
