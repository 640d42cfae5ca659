package upgrade

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"
)

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := kyaml.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("cannot parse %q: %v", text, err)
	}
	return out
}

// upgraded returns the spec that a manifest of v1alpha1 has in the form of v1beta1, and what
// is lost. It fails the test if the manifest is changed.
func upgraded(t *testing.T, kind, spec string) (map[string]any, []string) {
	t.Helper()
	in := parse(t, "{apiVersion: nvidia.com/v1alpha1, kind: "+kind+", metadata: {name: chat, labels: {a: b}}, spec: "+spec+", status: {state: failed}}")
	before := runtime.DeepCopyJSON(in)
	out, lost, err := Manifest(in)
	if err != nil {
		t.Fatalf("Manifest(...): %v", err)
	}
	if diff := cmp.Diff(before, in); diff != "" {
		t.Errorf("Manifest(...) changed its argument (-before, +after):\n%s", diff)
	}
	if out["apiVersion"] != "nvidia.com/v1beta1" || out["status"] != nil || !cmp.Equal(out["metadata"], before["metadata"]) {
		t.Errorf("want the object in v1beta1, with its metadata and without status, got %v", out)
	}
	got, _ := out["spec"].(map[string]any)
	return got, lost
}

// TestComponents writes one service: W of a graph.
func TestComponents(t *testing.T) {
	cases := map[string]struct {
		reason string
		old    string
		want   string
		lost   []string
	}{
		"Empty":    {reason: "nothing of nothing", old: "{}", want: "{}"},
		"Types":    {reason: "a prefill worker is a type", old: "{componentType: worker, subComponentType: prefill}", want: "{type: prefill}"},
		"Replicas": {reason: "zero is kept", old: "{replicas: 0, globalDynamoNamespace: true, modelRef: {name: m}}", want: "{replicas: 0, globalDynamoNamespace: true, modelRef: {name: m}}"},
		"Nodes":    {reason: "several nodes", old: "{multinode: {nodeCount: 3}}", want: "{multinode: {nodeCount: 3}}"},
		"Adapter":  {reason: "the switch is the block", old: "{scalingAdapter: {enabled: true}}", want: "{scalingAdapter: {}}"},
		"NoAdapter": {
			reason: "a block that is off would turn it on",
			old:    "{scalingAdapter: {enabled: false}}", want: "{}",
		},
		"Memory":   {reason: "a size", old: "{sharedMemory: {size: 16Gi}}", want: "{sharedMemorySize: 16Gi}"},
		"NoMemory": {reason: "none", old: "{sharedMemory: {disabled: true, size: 16Gi}}", want: `{sharedMemorySize: "0"}`},
		"Metadata": {
			reason: "labels and annotations are those of pods, which have them already",
			old:    "{labels: {a: service, b: service}, extraPodMetadata: {labels: {a: pod}}, annotations: {c: d}}",
			want:   "{podTemplate: {metadata: {labels: {a: pod, b: service}, annotations: {c: d}}}}",
		},
		"Main": {
			reason: "what stands beside the main container is under it",
			old: "{envs: [{name: A, value: one}, {name: B, value: one}], envFromSecret: s, resources: {limits: {gpu: '1', cpu: '2'}, requests: {memory: 1Gi}}, " +
				"livenessProbe: {periodSeconds: 7, exec: {command: [x]}}, extraPodSpec: {mainContainer: {image: i, env: [{name: B, value: two}], livenessProbe: {httpGet: {path: /, port: 1}}, " +
				"resources: {limits: {cpu: 4}}}}}",
			want: "{podTemplate: {spec: {containers: [{name: main, image: i, env: [{name: A, value: one}, {name: B, value: two}], envFrom: [{secretRef: {name: s}}], " +
				"livenessProbe: {periodSeconds: 7, httpGet: {path: /, port: 1}}, resources: {limits: {cpu: '4', nvidia.com/gpu: '1'}, requests: {memory: 1Gi}}}]}}}",
		},
		"Pod": {
			reason: "the rest of the pod, and its other containers behind main",
			old:    "{extraPodSpec: {nodeSelector: {a: b}, volumes: [{name: v, emptyDir: {}}], containers: [{name: log, image: l}], mainContainer: {image: i}}}",
			want:   "{podTemplate: {spec: {nodeSelector: {a: b}, volumes: [{name: v, emptyDir: {}}], containers: [{name: main, image: i}, {name: log, image: l}]}}}",
		},
		"Sidecar": {
			reason: "a sidecar is a container that is named",
			old:    "{frontendSidecar: {image: f, args: [x], envs: [{name: A, value: one}], envFromSecret: s}}",
			want: "{frontendSidecar: sidecar-frontend, podTemplate: {spec: {containers: [{name: sidecar-frontend, image: f, args: [x], " +
				"env: [{name: A, value: one}], envFrom: [{secretRef: {name: s}}]}]}}}",
		},
		"Cache": {
			reason: "a cache behind all mounts has its field",
			old:    "{volumeMounts: [{name: a, mountPoint: /a}, {name: c, mountPoint: /c, useAsCompilationCache: true}]}",
			want:   "{compilationCache: {pvcName: c, mountPath: /c}, podTemplate: {spec: {containers: [{name: main, volumeMounts: [{name: a, mountPath: /a}]}]}}}",
		},
		"CacheFirst": {
			reason: "before others it is a mount, too, in its place",
			old:    "{volumeMounts: [{name: c, mountPoint: /c, useAsCompilationCache: true}, {name: a, mountPoint: /a}]}",
			want:   "{compilationCache: {pvcName: c, mountPath: /c}, podTemplate: {spec: {containers: [{name: main, volumeMounts: [{name: c, mountPath: /c}, {name: a, mountPath: /a}]}]}}}",
		},
		"TwoCaches": {
			reason: "a second one is a mount",
			old:    "{volumeMounts: [{name: c, mountPoint: /c, useAsCompilationCache: true}, {name: d, mountPoint: /d, useAsCompilationCache: true}]}",
			want:   "{compilationCache: {pvcName: c, mountPath: /c}, podTemplate: {spec: {containers: [{name: main, volumeMounts: [{name: c, mountPath: /c}, {name: d, mountPath: /d}]}]}}}",
			lost:   []string{`spec.services[W].volumeMounts[1].name: a component of v1beta1 has one compilation cache: "d" is a mount like others`},
		},
		"Experimental": {
			reason: "blocks that stand together",
			old:    "{failover: {enabled: true, mode: interPod}, gpuMemoryService: {enabled: true, mode: intraPod}, checkpoint: {enabled: false}}",
			want:   "{experimental: {failover: {mode: InterPod}, gpuMemoryService: {mode: IntraPod}, checkpoint: {enabled: false}}}",
		},
		"ExperimentalOff": {
			reason: "a block that is off would be on",
			old:    "{failover: {enabled: false, mode: interPod}, gpuMemoryService: {mode: intraPod}}", want: "{}",
		},
		"AnyNodes": {reason: "a block of nodes without a number is two", old: "{multinode: {}}", want: "{multinode: {nodeCount: 2}}"},
		"MountTwice": {
			reason: "a mount in both places is one",
			old:    "{volumeMounts: [{name: m, mountPoint: /m/}, {name: c, mountPoint: /c, useAsCompilationCache: true}], extraPodSpec: {mainContainer: {volumeMounts: [{name: m, mountPath: /m, readOnly: true}, {name: c, mountPath: /c}]}}}",
			want:   "{compilationCache: {pvcName: c, mountPath: /c}, podTemplate: {spec: {containers: [{name: main, volumeMounts: [{name: m, mountPath: /m, readOnly: true}, {name: c, mountPath: /c}]}]}}}",
		},
		"CacheNoClaim": {
			reason: "a cache that is no claim is a mount",
			old:    "{volumeMounts: [{name: c, mountPoint: /c, useAsCompilationCache: true}], extraPodSpec: {volumes: [{name: c, emptyDir: {}}]}}",
			want:   "{podTemplate: {spec: {volumes: [{name: c, emptyDir: {}}], containers: [{name: main, volumeMounts: [{name: c, mountPath: /c}]}]}}}",
			lost:   []string{`spec.services[W].volumeMounts[0].name: a compilation cache of v1beta1 is a claim that can be written, which this volume is not: "c" is a mount like others`},
		},
		"CacheOfClaim": {
			reason: "one that is a volume of its claim is one",
			old:    "{volumeMounts: [{name: c, mountPoint: /c, useAsCompilationCache: true}], extraPodSpec: {volumes: [{name: c, persistentVolumeClaim: {claimName: c}}]}}",
			want:   "{compilationCache: {pvcName: c, mountPath: /c}, podTemplate: {spec: {volumes: [{name: c, persistentVolumeClaim: {claimName: c}}]}}}",
		},
		"SubType": {
			reason: "a type of v1beta1 is the sub type, too",
			old:    "{componentType: decode, subComponentType: prefill}", want: "{type: decode}",
			lost: []string{"spec.services[W].subComponentType: a component of type decode has no other in v1beta1: its pods are labelled as decode"},
		},
		"IngressOff": {
			reason: "who keeps a frontend from the site's gateway still does",
			old:    "{componentType: frontend, ingress: {enabled: false}, annotations: {dynamo.fn.crossplane.io/expose: 'true', a: b}}",
			want:   "{type: frontend, podTemplate: {metadata: {annotations: {dynamo.fn.crossplane.io/expose: 'false', a: b}}}}",
		},
		"IngressOffWorker": {reason: "which is nothing to say of others", old: "{componentType: worker, ingress: {enabled: false}}", want: "{type: worker}"},
		"Lost": {
			reason: "what has no place is named",
			old: "{componentType: reranker, subComponentType: fast, dynamoNamespace: x, autoscaling: {}, ingress: {enabled: true, host: h}, " +
				"multinode: {nodeCount: 2}, resources: {limits: {gpu: '1', gpuType: example.org/h100}}}",
			want: "{multinode: {nodeCount: 2}, podTemplate: {spec: {containers: [{name: main, resources: {limits: {example.org/h100: '1'}}}]}}}",
			lost: []string{
				"spec.services[W].ingress: no component of v1beta1 has one: expose its Service yourself, or let the settings do it",
				"spec.services[W].autoscaling: has no effect, and no place in v1beta1",
				"spec.services[W].dynamoNamespace: has no effect, and no place in v1beta1",
				`spec.services[W].componentType: v1beta1 has no type "reranker": pods lose the label and variable that say it`,
				"spec.services[W].subComponentType: v1beta1 knows prefill and decode alone: pods lose their label",
				`spec.services[W].resources.limits.gpuType: v1beta1 does not say what counts GPUs, and "example.org/h100" does not look like it: the engine gets no flags for several nodes`,
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			want := parse(t, tc.want)
			want["name"] = "W"
			got, lost := upgraded(t, "DynamoGraphDeployment", "{services: {W: "+tc.old+"}}")
			if diff := cmp.Diff(map[string]any{"components": []any{want}}, got); diff != "" {
				t.Errorf("\n%s\nManifest(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.lost, lost); diff != "" {
				t.Errorf("\n%s\nManifest(...): -want lost, +got:\n%s", tc.reason, diff)
			}
			delete(want, "name")
			got, lost = upgraded(t, "DynamoComponentDeployment", tc.old)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("\n%s\nManifest(...) on its own: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(strings.ReplaceAll(strings.Join(tc.lost, "\n"), "spec.services[W]", "spec"), strings.Join(lost, "\n")); diff != "" {
				t.Errorf("\n%s\nManifest(...) on its own: -want lost, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestKinds has what is not a service's.
func TestKinds(t *testing.T) {
	cases := map[string]struct {
		reason string
		kind   string
		old    string
		want   string
		lost   []string
	}{
		"Graph": {
			reason: "what a graph gives to all stays its own",
			kind:   "DynamoGraphDeployment",
			old: "{backendFramework: vllm, envs: [{name: A, value: one}], labels: {a: b}, annotations: {c: d}, priorityClassName: p, experimental: {x: y}, " +
				"topologyConstraint: {topologyProfile: t, packDomain: rack}, restart: {id: one, strategy: {order: [b_1, a.1]}}, services: {b_1: {}, a.1: {}}, pvcs: [{name: x}, {name: made, create: true}]}",
			want: "{backendFramework: vllm, env: [{name: A, value: one}], labels: {a: b}, annotations: {c: d}, priorityClassName: p, experimental: {x: y}, " +
				"topologyConstraint: {clusterTopologyName: t, packDomain: rack}, restart: {id: one, strategy: {order: [b-1, a-1]}}, components: [{name: a-1}, {name: b-1}]}",
			lost: []string{
				`spec.pvcs[1]: no graph of v1beta1 makes claims: claim "made" stays as it is where it exists, and has to be made by you elsewhere`,
				`spec.services[a.1]: names of v1beta1 have letters, digits and hyphens: it is called "a-1", and its pods are others`,
				`spec.services[b_1]: names of v1beta1 have letters, digits and hyphens: it is called "b-1", and its pods are others`,
			},
		},
		"Component": {reason: "the name of a component on its own", kind: "DynamoComponentDeployment", old: "{serviceName: Rank, backendFramework: vllm}", want: "{name: Rank, backendFramework: vllm}"},
		"Adapter":   {reason: "an adapter names a component", kind: "DynamoGraphDeploymentScalingAdapter", old: "{replicas: 2, dgdRef: {name: g, serviceName: W}}", want: "{replicas: 2, dgdRef: {name: g, componentName: W}}"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, lost := upgraded(t, tc.kind, tc.old)
			if diff := cmp.Diff(parse(t, tc.want), got); diff != "" {
				t.Errorf("\n%s\nManifest(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.lost, lost); diff != "" {
				t.Errorf("\n%s\nManifest(...): -want lost, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestOthers are left as they are.
func TestOthers(t *testing.T) {
	cases := map[string]string{
		"Recent": "{apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, spec: {components: []}}",
		"Shared": "{apiVersion: nvidia.com/v1beta1, kind: DynamoComponentDeployment, spec: {replicas: 2}}",
		"Later":  "{apiVersion: nvidia.com/v1, kind: DynamoGraphDeployment, spec: {}}",
		"Model":  "{apiVersion: nvidia.com/v1alpha1, kind: DynamoModel, spec: {}}",
		"Other":  "{apiVersion: v1, kind: ConfigMap, data: {a: b}}",
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			got, lost, err := Manifest(parse(t, text))
			if diff := cmp.Diff(parse(t, text), got); diff != "" || len(lost) > 0 || err != nil {
				t.Errorf("Manifest(...): lost %v, error %v, -want, +got:\n%s", lost, err, diff)
			}
		})
	}
	if _, _, err := Manifest(parse(t, "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: x}, spec: {services: 5}}")); err == nil {
		t.Error("Manifest(...): want an error for services that are none")
	}
}

// TestFormsInEitherVersion: the form says what is written, and not the version, in which
// kubectl get prints either form.
func TestFormsInEitherVersion(t *testing.T) {
	cases := map[string]struct {
		reason, kind, spec, want string
		fails                    string
	}{
		"Graph":            {reason: "keeps its components", kind: "DynamoGraphDeployment", spec: "{components: [{name: w, type: worker}]}"},
		"Component":        {reason: "keeps its template", kind: "DynamoComponentDeployment", spec: "{type: worker, podTemplate: {}}"},
		"Request":          {reason: "keeps what it searches", kind: "DynamoGraphDeploymentRequest", spec: "{model: m, searchStrategy: rapid, sla: {ttft: 1}}"},
		"Adapter":          {reason: "keeps its component", kind: "DynamoGraphDeploymentScalingAdapter", spec: "{dgdRef: {name: g, componentName: w}}"},
		"Composition":      {reason: "and so is by what it is composed", kind: "DynamoGraphDeployment", spec: "{services: {}, crossplane: {a: b}}", want: "{components: null, crossplane: {a: b}}"},
		"OldGraph":         {reason: "is written", kind: "DynamoGraphDeployment", spec: "{services: {w: {componentType: worker}, none: null}}", want: "{components: [{name: w, type: worker}]}"},
		"OldComponent":     {reason: "is written", kind: "DynamoComponentDeployment", spec: "{serviceName: w, componentType: worker}", want: "{name: w, type: worker}"},
		"OldAdapter":       {reason: "is written", kind: "DynamoGraphDeploymentScalingAdapter", spec: "{dgdRef: {name: g, serviceName: w}}", want: "{dgdRef: {name: g, componentName: w}}"},
		"NoGraph":          {reason: "nothing can be written of nothing", kind: "DynamoGraphDeployment", spec: "{backendFramework: vllm}", fails: "spec: Required value"},
		"GraphOfBoth":      {reason: "nobody can say which counts", kind: "DynamoGraphDeployment", spec: "{services: {}, components: []}", fails: "spec.components: Forbidden"},
		"ComponentOfBoth":  {reason: "nobody can say which counts", kind: "DynamoComponentDeployment", spec: "{envs: [], type: worker}", fails: "spec.envs: Forbidden"},
		"AdapterOfTwoRefs": {reason: "nobody can say which counts", kind: "DynamoGraphDeploymentScalingAdapter", spec: "{dgdRef: {serviceName: a, componentName: b}}", fails: "spec.dgdRef.serviceName: Forbidden"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, version := range []string{"v1alpha1", "v1beta1"} {
				in := parse(t, "{apiVersion: nvidia.com/"+version+", kind: "+tc.kind+", metadata: {name: chat}, spec: "+tc.spec+"}")
				got, lost, err := Manifest(in)
				if tc.fails != "" {
					if err == nil || !strings.Contains(err.Error(), tc.fails) {
						t.Errorf("\n%s\nManifest(...) in %s: want error %q, got %v", tc.reason, version, tc.fails, err)
					}
					continue
				}
				want := parse(t, tc.spec)
				if tc.want != "" {
					want = parse(t, tc.want)
				}
				if diff := cmp.Diff(want, got["spec"]); diff != "" || err != nil || len(lost) > 0 || got["apiVersion"] != "nvidia.com/v1beta1" {
					t.Errorf("\n%s\nManifest(...) in %s: %v, lost %v, error %v, -want, +got:\n%s", tc.reason, version, got["apiVersion"], lost, err, diff)
				}
			}
		})
	}
}

// TestKeptAnnotations: what the operator keeps beside the form of v1beta1 says nothing of
// that of v1alpha1, and must not begin to.
func TestKeptAnnotations(t *testing.T) {
	in := parse(t, "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: chat, annotations: {a: b, nvidia.com/dgd-spec: '{}'}}, spec: {services: {}}}")
	before := runtime.DeepCopyJSON(in)
	got, lost, err := Manifest(in)
	if diff := cmp.Diff(parse(t, "{name: chat, annotations: {a: b}}"), got["metadata"]); diff != "" || err != nil {
		t.Errorf("Manifest(...): error %v, metadata: -want, +got:\n%s", err, diff)
	}
	want := []string{"metadata.annotations[nvidia.com/dgd-spec]: has no effect beside the form of v1alpha1, and would have one in v1beta1: it is left out"}
	if diff := cmp.Diff(want, lost); diff != "" {
		t.Errorf("Manifest(...): lost: -want, +got:\n%s", diff)
	}
	if diff := cmp.Diff(before, in); diff != "" {
		t.Errorf("Manifest(...) changed its argument:\n%s", diff)
	}
}
