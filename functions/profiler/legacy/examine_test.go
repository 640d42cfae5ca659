package legacy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
)

const (
	atSpec   = "spec.profilingConfig."
	atConfig = atSpec + "config."
)

// examined is what is said of a request.
func examined(t *testing.T, spec string) (faults, warnings []string) { //nolint:nonamedreturns // Which is which would not show.
	t.Helper()
	found := Protocol{}.Examine(read(t, spec))
	for _, f := range found.Faults {
		faults = append(faults, f.Error())
	}
	return faults, found.Warnings
}

func TestFaults(t *testing.T) {
	const number = ": must be a number greater than 0, in milliseconds"
	noName := validation.IsDNS1123Subdomain("Bad_Name")[0]
	const folder = ": must be /data, where the result is read: leave it out"
	spec := func(backend, image, rest string) string {
		return fmt.Sprintf("{model: m, backend: %s, profilingConfig: {profilerImage: '%s', %s}}", backend, image, rest)
	}
	config := func(c string) string { return spec("vllm", "p", "config: "+c) }
	cases := map[string]struct {
		reason string
		spec   string
		want   []string
	}{
		"None":    {reason: "nothing is wrong", spec: config("{sla: {ttft: 200.5, itl: 20}, free: [1], '...': null, planner: {a: b}}")},
		"NoImage": {reason: "nothing to run", spec: spec("vllm", "", "config: {sla: {}}"), want: []string{atSpec + "profilerImage: Required value: name the image of the profiler"}},
		"NoName": {
			reason: "what nothing can be called is not waited for",
			spec:   spec("vllm", "p", "outputPVC: Bad Claim, configMapRef: {name: Bad_Name}, config: {sla: {}}"),
			want:   []string{atSpec + `outputPVC: Invalid value: "Bad Claim": ` + noName, atSpec + `configMapRef.name: Invalid value: "Bad_Name": ` + noName},
		},
		"Auto": {reason: "this profiler has no such choice", spec: spec("auto", "p", "config: {sla: {}}"), want: []string{
			`spec.backend: Invalid value: "auto": this profiler does not choose an engine: name vllm, sglang or trtllm`,
		}},
		"Missing":   {reason: "no configuration at all", spec: spec("vllm", "p", "tolerations: []"), want: []string{missing}},
		"Empty":     {reason: "or an empty one", spec: config("{}"), want: []string{missing}},
		"NullAlone": {reason: "or one of nulls", spec: config("{sla: null}"), want: []string{missing}},
		"BaseAlone": {reason: "a base file is one", spec: spec("vllm", "p", "configMapRef: {name: a}")},
		"BaseEmpty": {reason: "beside an empty one, too", spec: spec("vllm", "p", "configMapRef: {name: a}, config: {}")},
		"NoObjects": {
			reason: "parts that must be objects, each named",
			spec:   config("{deployment: a, engine: [b], hardware: 1, planner: true, sla: 1.5, sweep: ''}"),
			want: []string{
				atConfig + `deployment: Invalid value: "a": must be an object`,
				atConfig + `engine: Invalid value: "a list": must be an object`,
				atConfig + `hardware: Invalid value: 1: must be an object`,
				atConfig + `planner: Invalid value: true: must be an object`,
				atConfig + `sla: Invalid value: 1.5: must be an object`,
				atConfig + `sweep: Invalid value: "": must be an object`,
			},
		},
		"NullObjects": {reason: "null is absent", spec: config("{deployment: null, engine: null, hardware: null, planner: null, sla: {ttft: null}, sweep: null}")},
		"OutputDir": {reason: "nobody reads elsewhere", spec: config("{outputDir: /out, output_dir: [/data]}"), want: []string{
			atConfig + `outputDir: Invalid value: "/out"` + folder,
			atConfig + `output_dir: Invalid value: "a list"` + folder,
		}},
		"OutputDirSame": {reason: "the same in other words", spec: config("{outputDir: /data/, output_dir: /data}")},
		"Targets": {reason: "nothing takes no time", spec: config("{sla: {ttft: 0, itl: -0.5}}"), want: []string{
			atConfig + `sla.itl: Invalid value: -0.5` + number,
			atConfig + `sla.ttft: Invalid value: 0` + number,
		}},
		"TargetTypes": {reason: "nor is anything else a time", spec: config("{sla: {ttft: fast, itl: {a: 1}}}"), want: []string{
			atConfig + `sla.itl: Invalid value: "an object"` + number,
			atConfig + `sla.ttft: Invalid value: "fast"` + number,
		}},
		"Cache": {reason: "a model cache", spec: config("{deployment: {modelCache: {pvcName: a, mountPath: /models/, pvcPath: b}}}")},
		"CacheNoObject": {reason: "must be one", spec: config("{deployment: {modelCache: models}}"), want: []string{
			atConfig + `deployment.modelCache: Invalid value: "models": must be an object`,
		}},
		"CacheClaim": {reason: "its claim must be able to exist", spec: config("{deployment: {modelCache: {pvcName: [a]}}}"), want: []string{
			atConfig + `deployment.modelCache.pvcName: Invalid value: "a list": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ` +
				`and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
		}},
		"CachePath": {reason: "and be mounted somewhere", spec: config("{deployment: {modelCache: {pvcName: a, mountPath: models}}}"), want: []string{
			atConfig + `deployment.modelCache.mountPath: Invalid value: "models": must be an absolute path, such as /opt/model-cache`,
		}},
		"CacheOverOutput": {reason: "where nothing else is", spec: config("{deployment: {modelCache: {pvcName: a, mountPath: /data/}}}"), want: []string{
			atConfig + `deployment.modelCache.mountPath: Invalid value: "/data/": is where the profiler has its output: choose another path`,
		}},
		"CacheOverAll": {reason: "least of all the image", spec: config("{deployment: {modelCache: {pvcName: a, mountPath: /}}}"), want: []string{
			atConfig + `deployment.modelCache.mountPath: Invalid value: "/": is where the profiler has its image: choose another path`,
		}},
		"CacheOverBase": {reason: "or the base file", spec: config("{deployment: {modelCache: {pvcName: a, mountPath: /config}}}"), want: []string{
			atConfig + `deployment.modelCache.mountPath: Invalid value: "/config": is where the profiler has the file of configMapRef: choose another path`,
		}},
		"LongText": {reason: "a long text is not repeated", spec: config("{sla: {ttft: " + strings.Repeat("x", 300) + "}}"), want: []string{
			atConfig + `sla.ttft: Invalid value: "a long text"` + number,
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, _ := examined(t, tc.spec)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Examine(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

const missing = atSpec + "config: Required value: must be given: write the latency targets into sla, or name the graph to start from in configMapRef"

// TestSize has the longest configuration that a program can be handed, and one byte
// more.
func TestSize(t *testing.T) {
	const bare = len("deployment:\n  model: acme/chat\n  namespace: team\nengine:\n  backend: vllm\noutput_dir: /data\nx: \n")
	for more, want := range map[int][]string{
		0: nil,
		1: {atSpec + "config: Too long: is 131072 bytes of YAML, and the profiler takes it as one argument, of at most 131071: shorten it"},
	} {
		spec := "{model: acme/chat, backend: vllm, profilingConfig: {profilerImage: p, config: {x: " + strings.Repeat("y", profiler.MaxArgument-bare+more) + "}}}"
		got, _ := examined(t, spec)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d bytes too long: Examine(...): -want, +got:\n%s", more, diff)
		}
	}
}

func TestWarnings(t *testing.T) {
	const nodes = ": the profiler reads nodes, which only a ClusterRoleBinding of ClusterRole function-dynamo:profiler-nodes to ServiceAccount team/chat-profiler allows: " +
		"make one, or give minNumGpusPerEngine, maxNumGpusPerEngine and numGpusPerNode in " + atConfig + "hardware instead"
	spec := func(config, rest string) string {
		return fmt.Sprintf("{model: m, backend: vllm, profilingConfig: {profilerImage: p, configMapRef: {name: base}, config: %s}%s}", config, rest)
	}
	cases := map[string]struct {
		reason string
		spec   string
		want   []string
	}{
		"None": {reason: "nothing to say", spec: spec("{deployment: {model: m, namespace: team}, engine: {backend: vllm, config: /config/disagg.yaml}, sla: {}}", "")},
		"Ignored": {
			reason: "the request wins over its configuration",
			spec:   spec("{deployment: {model: o, dgdImage: o}, engine: {backend: trtllm, config: o}}", ", deploymentOverrides: {workersImage: w}"),
			want: []string{
				atConfig + "deployment.dgdImage: is ignored, since spec.deploymentOverrides.workersImage wins over it: leave it out",
				atConfig + "deployment.model: is ignored, since spec.model wins over it: leave it out",
				atConfig + "engine.backend: is ignored, since spec.backend wins over it: leave it out",
				atConfig + "engine.config: is ignored, since spec.profilingConfig.configMapRef wins over it: leave it out",
			},
		},
		"IgnoredSnake": {
			reason: "in the spelling of its user", spec: spec("{deployment: {dgd_image: o}}", ", deploymentOverrides: {workersImage: w}"),
			want: []string{atConfig + "deployment.dgd_image: is ignored, since spec.deploymentOverrides.workersImage wins over it: leave it out"},
		},
		"ImageAlone": {reason: "where it says anything", spec: spec("{deployment: {dgdImage: o}}", "")},
		"IgnoredTypes": {
			reason: "whatever it is", spec: spec("{deployment: {model: [m]}}", ""),
			want: []string{atConfig + "deployment.model: is ignored, since spec.model wins over it: leave it out"},
		},
		"Namespace": {
			reason: "no right reaches further", spec: spec("{deployment: {namespace: other}}", ""),
			want: []string{atConfig + "deployment.namespace: the profiler has rights in namespace team alone, where it can try out graphs: leave it out"},
		},
		"Cache": {
			reason: "a cache of nothing", spec: spec("{deployment: {modelCache: {pvcPath: a}}}", ""),
			want: []string{atConfig + "deployment.modelCache: has no effect without pvcName: name the claim that has the model"},
		},
		"WebUI": {
			reason: "it waits for a person", spec: spec("{sweep: {pickWithWebui: true}}", ""),
			want: []string{atConfig + "sweep.pickWithWebui: profiling waits until a person picks a graph in the profiler's web page, which kubectl port-forward job/profile-chat 8000 opens"},
		},
		"WebUIPort": {
			reason: "at the port that it is told", spec: spec("{sweep: {pick_with_webui: true, webui_port: 9000}}", ""),
			want: []string{atConfig + "sweep.pick_with_webui: profiling waits until a person picks a graph in the profiler's web page, which kubectl port-forward job/profile-chat 9000 opens"},
		},
		"NoWebUI": {reason: "unless it does not", spec: spec("{sweep: {pickWithWebui: false}}", "")},
		"AIC": {
			reason: "it cannot compute with no GPUs in mind", spec: spec("{sweep: {useAiConfigurator: true}}", ""),
			want: []string{atConfig + "sweep.useAiConfigurator: AIConfigurator fails without aicSystem: name the GPUs to compute with beside it, such as h200_sxm"},
		},
		"AICSystem": {reason: "they are named", spec: spec("{sweep: {useAiConfigurator: true, aic_system: h200_sxm}}", "")},
		"AICFirst":  {reason: "as the first profilers read them", spec: spec("{sweep: {useAiConfigurator: true}, aic: {system: h200_sxm}}", "")},
		"Discovery": {reason: "nodes are in no namespace", spec: spec("{sla: {}}", ", enableGpuDiscovery: true"), want: []string{"spec.enableGpuDiscovery" + nodes}},
		"DiscoveryConfig": {
			reason: "wherever it is said", spec: spec("{hardware: {enable_gpu_discovery: true, minNumGpusPerEngine: 1, max_num_gpus_per_engine: 8, numGpusPerNode: 0}}", ""),
			want: []string{atConfig + "hardware.enable_gpu_discovery" + nodes},
		},
		"DiscoveryIdle": {
			reason: "sizes that are all given are not looked for",
			spec:   spec("{hardware: {minNumGpusPerEngine: 1, max_num_gpus_per_engine: 8, numGpusPerNode: 8}}", ", enableGpuDiscovery: true"),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			faults, got := examined(t, tc.spec)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Examine(...): -want, +got:\n%s", tc.reason, diff)
			}
			if len(faults) > 0 {
				t.Errorf("%s: Examine(...): want no faults, got %q", tc.reason, faults)
			}
		})
	}
}
