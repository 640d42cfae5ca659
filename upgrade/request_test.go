package upgrade

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/function-dynamo/dryrun"
)

const otherImage = "spec.profilingConfig.profilerImage: the profiler of v1beta1 is in another image: name the planner's in spec.image, or leave it to the site's settings"

// TestRequests writes requests, which then have another profiler.
func TestRequests(t *testing.T) {
	cases := map[string]struct {
		reason, old, want string
		lost              []string
	}{
		"Least": {
			reason: "what was off stays off",
			old:    "{model: m, backend: vllm, profilingConfig: {profilerImage: p, config: {}}}",
			want:   "{model: m, backend: vllm, autoApply: false, searchStrategy: thorough}",
			lost:   []string{otherImage},
		},
		"Everything": {
			reason: "what has a place has it",
			old: `{model: m, backend: sglang, autoApply: true, useMocker: true, runtimeVersionOverride: 1.5.0,
deploymentOverrides: {name: chat, namespace: team, labels: {a: b}, annotations: {c: d}, workersImage: w},
profilingConfig: {profilerImage: p, outputPVC: results, nodeSelector: {pool: tools}, tolerations: [{key: a}], resources: {requests: {cpu: "4"}}, configMapRef: {name: base},
config: {sla: {ttft: 200, itl: 20.5, isl: 3000, osl: null}, sweep: {useAiConfigurator: true, aicSystem: h200_sxm, dryRun: true}, hardware: {numGpusPerNode: 8},
deployment: {modelCache: {pvcName: c, pvcPath: m, mountPath: /m}}, planner: {mode: disagg}}}}`,
			want: `
model: m
backend: sglang
autoApply: true
searchStrategy: rapid
runtimeVersionOverride: 1.5.0
sla: {ttft: 200.0, itl: 20.5}
workload: {isl: 3000}
hardware: {gpuSku: h200_sxm, numGpusPerNode: 8}
modelCache: {pvcName: c, pvcModelPath: m, pvcMountPath: /m}
features: {planner: {mode: disagg}, mocker: {enabled: true}}
overrides:
  dgd: {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, metadata: {name: chat, labels: {a: b}, annotations: {c: d}}}
  profilingJob:
    template:
      spec:
        nodeSelector: {pool: tools}
        tolerations: [{key: a}]
        volumes: [{name: profiling-output, persistentVolumeClaim: {claimName: results}}]
        containers: [{name: profiler, resources: {requests: {cpu: "4"}}}]
`,
			lost: []string{
				otherImage,
				"spec.profilingConfig.configMapRef: the profiler of v1beta1 does not read it",
				"spec.deploymentOverrides.workersImage: the profiler of v1beta1 does not read it",
				"spec.profilingConfig.config.sweep.dryRun: the profiler of v1beta1 does not read it",
				"spec.deploymentOverrides.namespace: a graph is made in the namespace of its request",
			},
		},
	}
	schemas := dryrun.ForKinds()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, lost := upgraded(t, "DynamoGraphDeploymentRequest", tc.old)
			if diff := cmp.Diff(parse(t, tc.want), got, numbers()); diff != "" {
				t.Errorf("%s: spec: -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.lost, lost); diff != "" {
				t.Errorf("%s: lost: -want, +got:\n%s", tc.reason, diff)
			}
			u := unstructured.Unstructured{Object: map[string]any{"spec": got}}
			u.SetAPIVersion("nvidia.com/v1beta1")
			u.SetKind("DynamoGraphDeploymentRequest")
			u.SetName("chat")
			s, err := schemas.Lookup(u.GroupVersionKind())
			if err != nil {
				t.Fatal(err)
			}
			if r := s.Admit(u.Object); len(r.Errors)+len(r.Pruned) > 0 {
				t.Errorf("%s: the API server refuses %v, and drops %v", tc.reason, r.Errors.ToAggregate(), r.Pruned)
			}
		})
	}
}

// numbers compares numbers by value: YAML has two kinds of them.
func numbers() cmp.Option {
	number := func(v any) (float64, bool) {
		switch n := v.(type) {
		case int64:
			return float64(n), true
		case float64:
			return n, true
		}
		return 0, false
	}
	are := func(a, b any) bool {
		_, x := number(a)
		_, y := number(b)
		return x && y
	}
	return cmp.FilterValues(are, cmp.Comparer(func(a, b any) bool {
		x, _ := number(a)
		y, _ := number(b)
		return x == y
	}))
}
