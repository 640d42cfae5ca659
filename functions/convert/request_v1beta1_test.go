package convert

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// decodeRequest reads the request chat with a spec in YAML.
func decodeRequest(t *testing.T, spec string) dynamo.Request {
	t.Helper()
	_, out, err := DecodeRequest(composite(t, "DynamoGraphDeploymentRequest", "metadata: {name: chat, namespace: team, uid: u}\nspec: "+spec))
	if err != nil {
		t.Fatalf("DecodeRequest(...): %v", err)
	}
	return out
}

func withoutRequestPaths() cmp.Option {
	return cmp.Options{
		cmpopts.IgnoreFields(dynamo.Request{}, "At"), cmpopts.IgnoreFields(dynamo.Search{}, "At"),
		cmpopts.IgnoreFields(dynamo.SearchOverrides{}, "Job"),
	}
}

func TestDecodeRequest(t *testing.T) {
	usual := dynamo.Request{
		Name: "chat", Namespace: "team", UID: "u", Version: "v1beta1",
		Model: "acme/chat", Backend: "auto", AutoApply: true, Search: dynamo.Search{Strategy: "rapid"},
	}
	with := func(change func(*dynamo.Request)) dynamo.Request {
		out := usual
		change(&out)
		return out
	}
	cases := map[string]struct {
		reason, spec string
		want         dynamo.Request
	}{
		"Usual": {reason: "the defaults of v1beta1", spec: "{model: acme/chat}", want: usual},
		"Core":  {reason: "what core writes says nothing of the form", spec: "{model: acme/chat, crossplane: {compositionRef: {name: a}}}", want: usual},
		"Said": {
			reason: "what is said wins over defaults", spec: "{model: acme/chat, backend: vllm, autoApply: false, searchStrategy: thorough, image: i, runtimeVersionOverride: 1.5.0}",
			want: with(func(r *dynamo.Request) {
				r.Backend, r.AutoApply, r.Profiler.Image = "vllm", false, "i"
				r.Search.Strategy, r.Search.RuntimeVersion = "thorough", "1.5.0"
			}),
		},
		"Blocks": {
			reason: "empty blocks have their defaults", spec: "{model: acme/chat, workload: {}, sla: {}, modelCache: {}, hardware: {}, features: {}, overrides: {}}",
			want: with(func(r *dynamo.Request) {
				r.Search.Workload = &dynamo.Load{InputTokens: 4000, OutputTokens: 1000}
				r.Search.Targets, r.Search.ModelCache = &dynamo.Targets{}, &dynamo.ModelCache{MountPath: "/opt/model-cache"}
				r.Search.Features, r.Search.Overrides = map[string]any{}, &dynamo.SearchOverrides{}
			}),
		},
		"Features": {
			reason: "features stay as they are, those that are not known, too", spec: "{model: acme/chat, features: {mocker: {enabled: true}, kvRouter: {enabled: true}, planner: {a: 1, b: null}}}",
			want: with(func(r *dynamo.Request) {
				r.Search.Features = map[string]any{
					"mocker": map[string]any{"enabled": true}, "kvRouter": map[string]any{"enabled": true}, "planner": map[string]any{"a": int64(1)},
				}
			}),
		},
		"Overrides": {
			reason: "nor is an override silent that is not known", spec: "{model: acme/chat, overrides: {trustRemoteCode: true, next: 1, dgd: {spec: {a: null, b: 1}}}}",
			want: with(func(r *dynamo.Request) {
				r.Search.Overrides = &dynamo.SearchOverrides{TrustRemoteCode: true, Graph: map[string]any{"spec": map[string]any{"b": int64(1)}}}
				r.Search.Ignored = []string{"spec.overrides.next"}
			}),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, decodeRequest(t, tc.spec), withoutRequestPaths()); diff != "" {
				t.Errorf("%s: DecodeRequest(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestDecodeRequestFaults: garbage that came through the other version, where it is open.
func TestDecodeRequestFaults(t *testing.T) {
	cases := map[string]struct{ reason, spec, want string }{
		"V1Beta1":  {"a list for a text", "{model: acme/chat, sla: {ttft: fast}}", "spec.sla.ttft: Invalid value: must be a number"},
		"V1Alpha1": {"a text for a map", "{model: acme/chat, backend: vllm, profilingConfig: {nodeSelector: a}}", "spec.profilingConfig.nodeSelector: Invalid value: must be an object"},
		"Config":   {"a text for a configuration", "{model: acme/chat, backend: vllm, profilingConfig: {config: a}}", `spec.profilingConfig.config: Invalid value: "config": must be an object`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := decodeRequest(t, tc.spec)
			if len(got.Faults) != 1 || got.Faults[0].Error() != tc.want {
				t.Errorf("%s: want %q, got %v", tc.reason, tc.want, got.Faults)
			}
		})
	}
}

// TestJobOverrides: what a request says of its Job is taken, or named.
func TestJobOverrides(t *testing.T) {
	got := decodeRequest(t, `
  model: acme/chat
  overrides:
    profilingJob:
      backoffLimit: 3
      ttlSecondsAfterFinished: 60
      unknown: 1
      template:
        metadata: {labels: {a: b}, annotations: {c: d}}
        spec:
          serviceAccountName: mine
          nodeSelector: {pool: tools}
          tolerations: [{key: a}]
          priorityClassName: low
          securityContext: {runAsUser: 5}
          volumes: [{name: profiling-output, persistentVolumeClaim: {claimName: results}}, {name: more, emptyDir: {}}]
          containers:
          - {name: profiler, image: other, resources: {requests: {cpu: "4"}}, env: [{name: A, value: b}], command: [sh]}
          - {name: side, image: s}
`)
	want := dynamo.Profiler{
		NodeSelector: map[string]string{"pool": "tools"},
		Tolerations:  []corev1.Toleration{{Key: "a"}},
		Resources:    corev1.ResourceRequirements{Requests: corev1.ResourceList{"cpu": resource.MustParse("4")}},
		OutputClaim:  "results",
		More: dynamo.JobOverrides{
			TTLSecondsAfterFinished: ptr.To[int32](60),
			Labels:                  map[string]string{"a": "b"},
			Annotations:             map[string]string{"c": "d"},
			PriorityClassName:       "low",
			PodSecurity:             &corev1.PodSecurityContext{RunAsUser: ptr.To[int64](5)},
			Volumes:                 []corev1.Volume{{Name: "more", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}},
			Image:                   "other",
			Env:                     []corev1.EnvVar{{Name: "A", Value: "b"}},
		},
	}
	if diff := cmp.Diff(want, got.Profiler); diff != "" {
		t.Errorf("profiler: -want, +got:\n%s", diff)
	}
	const at = "spec.overrides.profilingJob"
	ignored := []string{
		at + `: unknown field "unknown"`,
		at + ".backoffLimit",
		at + ".template.spec.containers[profiler].command[0]",
		at + ".template.spec.containers[profiler].name",
		at + ".template.spec.containers[side].image",
		at + ".template.spec.containers[side].name",
		at + ".template.spec.serviceAccountName",
	}
	if diff := cmp.Diff(ignored, got.Search.Ignored); diff != "" {
		t.Errorf("ignored: -want, +got:\n%s", diff)
	}
	// The profiler is told of all that was written.
	if job := got.Search.Overrides.Job; job.BackoffLimit == nil || job.Template.Spec.ServiceAccountName != "mine" || len(job.Template.Spec.Containers) != 2 {
		t.Errorf("what the profiler is told of its Job: got %v", job)
	}
}

// TestJobOverridesWithoutContainers: the profiler takes a list, and no null.
func TestJobOverridesWithoutContainers(t *testing.T) {
	got := decodeRequest(t, "{model: acme/chat, overrides: {profilingJob: {}}}")
	want := &batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{}}}}
	if diff := cmp.Diff(want, got.Search.Overrides.Job); diff != "" || len(got.Search.Ignored) > 0 {
		t.Errorf("Job: ignored %v, -want, +got:\n%s", got.Search.Ignored, diff)
	}
}

// TestLegacySearch: what the current profiler is told of a request of v1alpha1, and what
// it is not.
func TestLegacySearch(t *testing.T) {
	got := decodeRequest(t, `
  model: acme/chat
  backend: vllm
  enableGpuDiscovery: true
  deploymentOverrides: {workersImage: w, name: mine}
  profilingConfig:
    profilerImage: p
    configMapRef: {name: base}
    config:
      sla: {ttft: 200, osl: 500, isl: null, more: 1}
      deployment: {namespace: other, modelCache: {pvcName: c, pvcPath: m}}
      sweep: {useAiConfigurator: true}
      engine: {}
`)
	want := dynamo.Search{
		Strategy:   "rapid",
		Targets:    &dynamo.Targets{FirstToken: ptr.To(200.0)},
		Workload:   &dynamo.Load{InputTokens: 4000, OutputTokens: 500},
		ModelCache: &dynamo.ModelCache{Claim: "c", MountPath: "/opt/model-cache"},
		Ignored: []string{
			"spec.enableGpuDiscovery",
			"spec.profilingConfig.configMapRef",
			"spec.deploymentOverrides.workersImage",
			"spec.profilingConfig.config.deployment.modelCache.pvcPath",
			"spec.profilingConfig.config.deployment.namespace",
			"spec.profilingConfig.config.engine",
			"spec.profilingConfig.config.sla.more",
			"spec.profilingConfig.config.sweep",
		},
	}
	if diff := cmp.Diff(want, got.Search, withoutRequestPaths()); diff != "" {
		t.Errorf("search: -want, +got:\n%s", diff)
	}
	if got.Version != "v1alpha1" || got.AutoApply {
		t.Errorf("want the defaults of v1alpha1, got %+v", got)
	}
}

func TestHardwareFill(t *testing.T) {
	h100 := dynamo.Hardware{SKU: "h100_sxm", Total: ptr.To[int32](8)}
	cases := map[string]struct {
		reason         string
		base, by, want dynamo.Hardware
	}{
		"Empty": {reason: "nothing is said", by: h100, want: h100},
		"Wins":  {reason: "what is said wins", base: dynamo.Hardware{Total: ptr.To[int32](4)}, by: h100, want: dynamo.Hardware{SKU: "h100_sxm", Total: ptr.To[int32](4)}},
		"Same":  {reason: "of the same kind", base: dynamo.Hardware{SKU: "h100_sxm"}, by: h100, want: h100},
		"Other": {reason: "and of no other", base: dynamo.Hardware{SKU: "l4"}, by: h100, want: dynamo.Hardware{SKU: "l4"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.base.Fill(tc.by)); diff != "" {
				t.Errorf("%s: Fill(...): -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, ReadHardware(WriteHardware(tc.want))); diff != "" {
				t.Errorf("%s: written and read: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
	if WriteHardware(dynamo.Hardware{}) != nil {
		t.Error("WriteHardware(nothing): want nothing")
	}
}
