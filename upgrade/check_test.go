package upgrade

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/preview"
)

// previewer is shared: building the schemas is what takes time.
var previewer = sync.OnceValue(func() *preview.Previewer {
	return preview.New(preview.Options{Settings: settings.Default()})
})

// TestCheck writes manifests and says what becomes of them. IMAGE stands for a pod with an
// image and a command.
func TestCheck(t *testing.T) {
	const (
		graph     = "DynamoGraphDeployment"
		component = "DynamoComponentDeployment"
	)
	type want struct {
		lost, more []string
		err        string
	}
	cases := map[string]struct {
		reason, kind, metadata, spec string
		want                         want
	}{
		"Same": {
			reason: "nothing is said where all is the same",
			kind:   graph, spec: "{services: {w: {componentType: worker, resources: {limits: {gpu: '1'}}, IMAGE}}}}}",
		},
		"MountTwice": {
			reason: "a mount that stands twice is one",
			kind:   graph, spec: "{services: {w: {componentType: worker, volumeMounts: [{name: m, mountPoint: /m}], IMAGE, volumeMounts: [{name: m, mountPath: /m}]}}}}}",
		},
		"SharedMemoryMount": {
			reason: "mounts at /dev/shm are left out where a size is asked for",
			kind:   graph, spec: "{services: {w: {componentType: worker, sharedMemory: {size: 1Gi}, volumeMounts: [{name: m, mountPoint: /dev/shm}], IMAGE, volumeMounts: [{name: other, mountPath: /dev/shm}]}}}}}",
		},
		"ConfigOfType": {
			reason: "of which GPUs that speaks cannot be said",
			kind:   graph, spec: `{services: {w: {componentType: worker, resources: {limits: {gpu: "1", gpuType: example.org/gpu}}, envs: [{name: DYN_DEPLOYMENT_CONFIG, value: '{"w":{"ServiceArgs":{"resources":{"gpu":"3"}}}}'}], IMAGE}}}}}`,
			want: want{more: []string{"Deployment/chat-w: is not the same in the form of v1beta1: compare what xdynamo render shows of both"}},
		},
		"AnyNodes": {
			reason: "two nodes are two nodes",
			kind:   graph, spec: "{services: {w: {componentType: worker, multinode: {}, resources: {limits: {gpu: '1'}}, IMAGE}}}}}",
		},
		"NullService": {
			reason: "no service is no component",
			kind:   graph, spec: "{services: {none: null, w: {componentType: worker, IMAGE}}}}}",
		},
		"CacheNoClaim": {
			reason: "what goes on as a mount is said, and taken",
			kind:   graph, spec: "{services: {w: {componentType: worker, volumeMounts: [{name: c, mountPoint: /c, useAsCompilationCache: true}], IMAGE}, volumes: [{name: c, emptyDir: {}}]}}}}",
			want: want{lost: []string{`spec.services[w].volumeMounts[0].name: a compilation cache of v1beta1 is a claim that can be written, which this volume is not: "c" is a mount like others`}},
		},
		"Config": {
			reason: "amounts that counted before those of the service go on counting",
			kind:   graph, spec: `{services: {w: {componentType: worker, resources: {limits: {cpu: "1"}}, envs: [{name: DYN_DEPLOYMENT_CONFIG, value: '{"w":{"ServiceArgs":{"resources":{"cpu":"3","gpu":"2"}}}}'}], IMAGE}}}}}`,
		},
		"ConfigOfGraph": {
			reason: "also those that the graph gives to all",
			kind:   graph, spec: `{envs: [{name: DYN_DEPLOYMENT_CONFIG, value: '{"w":{"ServiceArgs":{"resources":{"cpu":"3"}}}}'}], services: {w: {componentType: worker, resources: {limits: {cpu: "1"}}, IMAGE}}}}}`,
		},
		"Labels": {
			reason: "labels mean the same in both forms",
			kind:   component, metadata: "labels: {nvidia.com/dynamo-namespace: mine, nvidia.com/dynamo-component: Rank}", spec: "{componentType: worker, backendFramework: vllm, IMAGE}}}",
		},
		"Unknown": {
			reason: "a slip is named",
			kind:   graph, spec: "{typo: 3, services: {w: {componentType: worker, replica: 3, IMAGE}}}}}",
			want: want{more: []string{
				"spec.services[w].replica: unknown field: it is left out, as the API server does: did you mean replicas?",
				"spec.typo: unknown field: it is left out, as the API server does",
			}},
		},
		"NoEffect": {
			reason: "what has no effect changes nothing",
			kind:   graph, spec: "{services: {w: {componentType: worker, dynamoNamespace: x, IMAGE}}}}}",
			want: want{lost: []string{"spec.services[w].dynamoNamespace: has no effect, and no place in v1beta1"}},
		},
		"NoImage": {
			reason: "what is wrong in both forms is not said: it is not lost",
			kind:   graph, spec: "{services: {w: {componentType: worker}}}",
		},
		"NoQuantity": {
			reason: "a limit that cannot be read would be none",
			kind:   graph, spec: "{services: {w: {componentType: worker, resources: {limits: {cpu: abc}}, IMAGE}}}}}",
			want: want{err: `DynamoGraphDeployment "chat": correct it first: spec.services[w].resources.limits.cpu: Invalid value: "abc": is no quantity`},
		},
		"NoSize": {
			reason: "what an API server refuses would mean another thing",
			kind:   graph, spec: `{services: {w: {componentType: worker, sharedMemory: {size: "0"}, IMAGE}}}}}`,
			want: want{err: `correct it first: spec.services[w].sharedMemory.size: Invalid value`},
		},
		"NoPath": {
			reason: "and a mount without a path would be somewhere",
			kind:   graph, spec: `{services: {w: {componentType: worker, volumeMounts: [{name: m, mountPoint: ""}], IMAGE}}}}}`,
			want: want{err: `correct it first: spec.services[w].volumeMounts[0].mountPoint: Invalid value`},
		},
		"Recent": {reason: "nothing was written", kind: graph, spec: "{components: [{name: w, typo: 3}]}"},
		"Config of a request": {
			reason: "a block that is none would be lost",
			kind:   "DynamoGraphDeploymentRequest", spec: "{model: m, backend: vllm, profilingConfig: {profilerImage: p, config: {sla: 5}}}",
			want: want{
				lost: []string{otherImage, "spec.profilingConfig.config.sla: Invalid value: must be an object: it is left out"},
				err:  "correct it first: spec.profilingConfig.config.sla: Invalid value: 5: must be an object",
			},
		},
		"Text of a request": {
			reason: "a switch that is none has no place",
			kind:   "DynamoGraphDeploymentRequest", spec: "{model: m, backend: vllm, profilingConfig: {profilerImage: p, config: {sla: {ttft: 1, itl: 2, isl: 3, osl: 4}, sweep: {useAiConfigurator: maybe}}}}",
			want: want{lost: []string{otherImage, "spec.profilingConfig.config.sweep.useAiConfigurator: the profiler of v1beta1 does not read it"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			spec := strings.ReplaceAll(tc.spec, "IMAGE", "extraPodSpec: {mainContainer: {image: 'example.org/dynamo:1', command: [python3], args: [-m, dynamo.vllm, --tensor-parallel-size, '2']")
			in := parse(t, "{apiVersion: nvidia.com/v1alpha1, kind: "+tc.kind+", metadata: {name: chat, "+tc.metadata+"}, spec: "+spec+"}")
			out, lost, err := Manifest(in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want.lost, lost); diff != "" {
				t.Errorf("\n%s\nManifest(...): lost: -want, +got:\n%s", tc.reason, diff)
			}
			more, err := Check(previewer(), in, out, lost)
			if diff := cmp.Diff(tc.want.more, more); diff != "" {
				t.Errorf("\n%s\nCheck(...): -want, +got:\n%s", tc.reason, diff)
			}
			if (err != nil) != (tc.want.err != "") || err != nil && !strings.Contains(err.Error(), tc.want.err) {
				t.Errorf("\n%s\nCheck(...): want error %q, got %v", tc.reason, tc.want.err, err)
			}
		})
	}
}

// TestCheckRefused: if what was written is not taken, that is said.
func TestCheckRefused(t *testing.T) {
	in := parse(t, "{apiVersion: nvidia.com/v1alpha1, kind: DynamoGraphDeployment, metadata: {name: chat}, spec: {services: {w: {extraPodSpec: {mainContainer: {image: i}}}}}}")
	out := parse(t, "{apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, metadata: {name: chat}, spec: {components: [{name: w, replicas: -1}]}}")
	got, err := Check(previewer(), in, out, nil)
	want := []string{"spec.components[0].replicas: Invalid value: -1: should be greater than or equal to 0: it is not taken in the form of v1beta1, and is in that of v1alpha1"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Check(...): error %v, -want, +got:\n%s", err, diff)
	}
}
