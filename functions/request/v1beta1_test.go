package request_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/function-dynamo/functions/layer"
	"github.com/crossplane-contrib/function-dynamo/functions/layer/layertest"
	"github.com/crossplane-contrib/function-dynamo/functions/request"
)

// beta is a request of version v1beta1, as core hands it over.
const beta = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeploymentRequest
metadata: {name: chat, namespace: team, uid: u1, generation: 1, creationTimestamp: "2026-01-01T00:00:00Z"}
spec:
  model: acme/chat-3b
  hardware: {gpuSku: h100_sxm, vramMb: 81559, totalGpus: 8, numGpusPerNode: 8}
`

const betaFile = "final_config.yaml"

const betaResult = `apiVersion: v1
kind: ConfigMap
metadata: {name: planner-profile-data}
data: {a: b}
---
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata: {name: vllm-agg}
spec:
  components:
  - {name: Frontend, type: frontend, replicas: 1, podTemplate: {spec: {containers: [{name: main, image: "example.org/i:1"}]}}}
  - {name: Worker, type: worker, replicas: 1, runtimeVersionOverride: 1.4.0, podTemplate: {spec: {containers: [{name: main, image: "example.org/i:1"}]}}}
`

const gpuNode = `
apiVersion: v1
kind: Node
metadata:
  name: gpu-1
  labels: {nvidia.com/gpu.present: "true", nvidia.com/gpu.count: "8", nvidia.com/gpu.memory: "81559", nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3}
`

// words are what a request of version v1beta1 says of itself.
type words struct {
	State, Phase, Profiling string
	// Succeeded and Because are the condition that sums up, and that of Profiling.
	Succeeded, Because string
}

func (w *world) words() words {
	status, _ := w.in.Composite["status"].(map[string]any)
	text := func(key string) string {
		out, _ := status[key].(string)
		return out
	}
	return words{
		State: text("state"), Phase: text("phase"), Profiling: text("profilingPhase"),
		Succeeded: w.reason(request.TypeSucceeded), Because: w.reason(request.TypeProfiling),
	}
}

// reason of a condition, with its status.
func (w *world) reason(conditionType string) string {
	for _, c := range w.out.Conditions {
		if c.Type == conditionType {
			return string(c.Status) + " " + c.Reason
		}
	}
	return ""
}

// document is what the profiler is told.
func (w *world) document() map[string]any {
	w.t.Helper()
	containers, _ := dig(w.in.Observed[request.KeyJob].Spec(), "template", "spec", "containers").([]any)
	if len(containers) == 0 {
		w.t.Fatalf("there is no Job among %v", layertest.Keys(w.out))
	}
	container, _ := containers[0].(map[string]any)
	args, _ := container["args"].([]any)
	text, _ := args[1].(string)
	out := map[string]any{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func dig(value any, keys ...string) any {
	for _, key := range keys {
		m, _ := value.(map[string]any)
		value = m[key]
	}
	return value
}

// TestV1Beta1Life takes a request of version v1beta1 through its life, to a graph.
func TestV1Beta1Life(t *testing.T) {
	w := newWorldOf(t, beta)
	want := words{State: "Profiling", Phase: "Profiling", Profiling: "Initializing", Succeeded: "False Profiling", Because: "False ProfilingRunning"}
	if diff := cmp.Diff(want, w.words()); diff != "" {
		t.Errorf("with its Job: -want, +got:\n%s", diff)
	}
	w.publish(map[string]any{"profiler_status": "running", "phase": "SweepingDecode", "message": "2 of 4"})
	want.Profiling, want.Succeeded, want.Because = "SweepingDecode", "False SweepingDecode", "False SweepingDecode"
	if diff := cmp.Diff(want, w.words()); diff != "" {
		t.Errorf("in a phase: -want, +got:\n%s", diff)
	}
	w.says(request.TypeSucceeded, "2 of 4")

	w.succeed(map[string]string{betaFile: betaResult, "profiler_status.yaml": "status: success"})
	want = words{State: "Deploying", Phase: "Deploying", Succeeded: "False Deploying", Because: "True Completed"}
	if diff := cmp.Diff(want, w.words()); diff != "" {
		t.Errorf("with its result: -want, +got:\n%s", diff)
	}
	w.serve("successful")
	want = words{State: "Ready", Phase: "Deployed", Succeeded: "True Deployed", Because: "True Completed"}
	if diff := cmp.Diff(want, w.words()); diff != "" {
		t.Errorf("with its graph: -want, +got:\n%s", diff)
	}
	status := layertest.Status(t, w.out)
	if status["dgdName"] != "chat-dgd" || status["profilingJobName"] != "profile-chat" || status["backend"] != "auto" {
		t.Errorf("status: got %v", status)
	}
	w.remove(request.KeyGraph)
	want = words{State: "DeploymentDeleted", Phase: "Failed", Succeeded: "False DeploymentDeleted", Because: "True Completed"}
	if diff := cmp.Diff(want, w.words()); diff != "" {
		t.Errorf("without its graph: -want, +got:\n%s", diff)
	}
}

// TestV1Beta1Waits: autoApply off leaves the graph in the status, in the version's form.
func TestV1Beta1Waits(t *testing.T) {
	w := newWorldOf(t, beta, layertest.Changes{"spec/autoApply": "false", "spec/runtimeVersionOverride": "1.5.1"})
	w.succeed(map[string]string{betaFile: betaResult})
	want := words{State: "Ready", Phase: "Ready", Succeeded: "True Ready", Because: "True Completed"}
	if diff := cmp.Diff(want, w.words()); diff != "" {
		t.Errorf("words: -want, +got:\n%s", diff)
	}
	graph := layertest.Object(t, `
apiVersion: nvidia.com/v1beta1
kind: DynamoGraphDeployment
metadata:
  name: chat-dgd
  labels: {nvidia.com/managed-by: dynamo-operator, dgdr.nvidia.com/name: chat, dgdr.nvidia.com/namespace: team}
spec:
  components:
  - {name: Frontend, type: frontend, replicas: 1, runtimeVersionOverride: 1.5.1, podTemplate: {spec: {containers: [{name: main, image: "example.org/i:1"}]}}}
  - {name: Worker, type: worker, replicas: 1, runtimeVersionOverride: 1.4.0, podTemplate: {spec: {containers: [{name: main, image: "example.org/i:1"}]}}}
`)
	status := layertest.Status(t, w.out)
	if diff := cmp.Diff(map[string]any{"selectedConfig": graph}, status["profilingResults"]); diff != "" {
		t.Errorf("profilingResults: -want, +got:\n%s", diff)
	}
	if status["generatedDeployment"] != nil {
		t.Errorf("the graph is there twice: %v", status["generatedDeployment"])
	}

	w.edit(layertest.Changes{"spec/autoApply": "true"})
	if diff := cmp.Diff(graph["spec"], layertest.Objects(t, w.out)[request.KeyGraph]["spec"]); diff != "" {
		t.Errorf("the graph: -want, +got:\n%s", diff)
	}
}

// TestV1Beta1Record: what was found is known by the status once nobody else knows.
func TestV1Beta1Record(t *testing.T) {
	w := newWorldOf(t, beta, layertest.Changes{"spec/autoApply": "false"})
	w.succeed(map[string]string{betaFile: betaResult})
	w.put(request.KeyOutput, "data", map[string]any{})
	w.edit(layertest.Changes{"spec/autoApply": "true"})
	if got := w.look(); got.State != "Deploying" || !slices.Contains(got.Keys, request.KeyGraph) {
		t.Errorf("want the graph of the status, got %+v", got)
	}
}

func TestV1Beta1Failures(t *testing.T) {
	cases := map[string]struct {
		reason string
		play   func(*world)
		want   words
		say    string
	}{
		"Phase": {
			reason: "the phase in which it failed",
			play: func(w *world) {
				w.publish(map[string]any{"profiler_status": "failed", "phase": "BuildingCurves", "profiler_error": "no data"})
			},
			want: words{State: "Failed", Phase: "Failed", Succeeded: "False BuildingCurvesFailed", Because: "False BuildingCurvesFailed"},
			say:  "profiling failed: no data",
		},
		"LastPhase": {
			reason: "the one that was said last",
			play: func(w *world) {
				w.publish(map[string]any{"profiler_status": "running", "phase": "SweepingPrefill"})
				w.publish(map[string]any{"profiler_status": "failed", "profiler_error": "killed"})
			},
			want: words{State: "Failed", Phase: "Failed", Succeeded: "False SweepingPrefillFailed", Because: "False SweepingPrefillFailed"},
			say:  "profiling failed: killed",
		},
		"OtherWord": {
			reason: "what is no phase is no reason",
			play: func(w *world) {
				w.publish(map[string]any{"profiler_status": "running", "phase": "Having lunch", "message": "soup"})
			},
			want: words{State: "Profiling", Phase: "Profiling", Profiling: "Initializing", Succeeded: "False Profiling", Because: "False ProfilingRunning"},
			say:  "Having lunch: soup",
		},
		"Done": {
			reason: "the last phase is none of its own",
			play:   func(w *world) { w.publish(map[string]any{"profiler_status": "running", "phase": "Done"}) },
			want:   words{State: "Profiling", Phase: "Profiling", Profiling: "Done", Succeeded: "False Profiling", Because: "False ProfilingRunning"},
		},
		"Garbage": {
			reason: "a result that is none",
			play:   func(w *world) { w.succeed(map[string]string{betaFile: "a: b"}) },
			want:   words{State: "Failed", Phase: "Failed", Succeeded: "False GenerationFailed", Because: "True Completed"},
			say:    "final_config.yaml in ConfigMap dgdr-output-chat: holds no DynamoGraphDeployment",
		},
		"Invalid": {
			reason: "a request at fault",
			play: func(w *world) {
				w.publish(map[string]any{"profiler_status": "failed", "phase": "Initializing"})
				w.edit(layertest.Changes{"spec/sla": "{itl: -1}"})
			},
			want: words{State: "Failed", Phase: "Failed", Succeeded: "False ValidationFailed"},
			say:  "spec.sla.itl: Invalid value: -1: must be greater than 0, in milliseconds",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorldOf(t, beta)
			tc.play(w)
			if diff := cmp.Diff(tc.want, w.words()); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
			w.says(request.TypeSucceeded, tc.say)
		})
	}
}

// TestOverlayCorrected: the profiler is not told of what is put over its graph, so that
// a fault in it costs no further profiling.
func TestOverlayCorrected(t *testing.T) {
	w := newWorldOf(t, beta, layertest.Changes{
		"spec/overrides/dgd": "{apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment, metadata: {name: mine}, spec: {components: [{name: worker, replicas: 2}]}}",
	})
	if told, ok := w.document()["overrides"].(map[string]any); !ok || len(told) > 0 {
		t.Errorf("want the profiler told of no overrides, got %v", w.document())
	}
	w.succeed(map[string]string{betaFile: betaResult})
	w.says(request.TypeSpecGenerated, `spec.overrides.dgd.spec.components[worker]: Unsupported value: "worker": supported values: "Frontend", "Worker": correct it, and the graph is made of the same result`)
	w.events = nil
	w.edit(layertest.Changes{"spec/overrides/dgd/spec": "{components: [{name: Worker, replicas: 2}]}"})
	got := w.look()
	if got.State != "Deploying" || slices.Contains(got.Events, "ProfilingJobCreated") {
		t.Errorf("want the graph without another Job, got %+v", got)
	}
	graph := layertest.Objects(t, w.out)[request.KeyGraph]
	if name := dig(graph, "metadata", "name"); name != "mine" {
		t.Errorf("want the graph called mine, got %v", name)
	}
	list, _ := dig(graph, "spec", "components").([]any)
	if len(list) != 2 || dig(list[1], "replicas") != int64(2) {
		t.Errorf("want 2 replicas of Worker, got %v", list)
	}
}

// TestHardware: what the profiler is told of GPUs, from wherever it is known.
func TestHardware(t *testing.T) {
	nodes := map[string]any{"gpuSku": "h100_sxm", "vramMb": 81559.0, "totalGpus": 8.0, "numGpusPerNode": 8.0, "rdma": false}
	with := func(more map[string]any) map[string]any {
		out := maps.Clone(nodes)
		maps.Copy(out, more)
		return out
	}
	cases := map[string]struct {
		reason   string
		hardware string
		settings func(*layer.In)
		node     string
		want     map[string]any
		// wait is what is waited for, if anything.
		wait string
	}{
		"Request":  {reason: "the request says all", hardware: "{gpuSku: a30, vramMb: 24576, totalGpus: 4, numGpusPerNode: 4}", want: map[string]any{"gpuSku": "a30", "vramMb": 24576.0, "totalGpus": 4.0, "numGpusPerNode": 4.0}},
		"Settings": {reason: "the settings do", settings: siteGPUs, want: map[string]any{"gpuSku": "l4", "vramMb": 23034.0, "totalGpus": 16.0, "numGpusPerNode": 2.0, "interconnect": "pcie"}},
		"Both": {
			reason: "the request wins over the settings", hardware: "{totalGpus: 3}", settings: siteGPUs,
			want: map[string]any{"gpuSku": "l4", "vramMb": 23034.0, "totalGpus": 3.0, "numGpusPerNode": 2.0, "interconnect": "pcie"},
		},
		"OtherKind": {
			reason: "the settings of another kind do not count", hardware: "{gpuSku: h100_sxm}", settings: siteGPUs, node: gpuNode,
			want: nodes,
		},
		"Nodes":  {reason: "nodes do", node: gpuNode, want: nodes},
		"Filled": {reason: "nodes say the rest", hardware: "{totalGpus: 32, interconnect: nvlink}", node: gpuNode, want: with(map[string]any{"totalGpus": 32.0, "interconnect": "nvlink"})},
		"Enough": {reason: "what nodes do not say is not needed", hardware: "{gpuSku: a30, numGpusPerNode: 4}", want: map[string]any{"gpuSku": "a30", "numGpusPerNode": 4.0}},
		"NoNodes": {
			reason: "nobody says anything", hardware: "{}",
			wait: "spec.hardware: no node with label nvidia.com/gpu.present has label nvidia.com/gpu.product: give gpuSku and numGpusPerNode there, " +
				"or in the block hardware of the platform team's settings",
		},
		"Off": {
			reason: "nodes are not to be read", node: gpuNode, settings: func(in *layer.In) { in.Settings.Hardware.Discovery = "none" },
			wait: "spec.hardware: the profiler has to know the GPUs: give gpuSku and numGpusPerNode there, or in the block hardware of the platform team's settings",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, in: layertest.In(layertest.Object(t, beta, layertest.Changes{"spec/hardware": tc.hardware})), others: map[string]layer.Object{}}
			if tc.settings != nil {
				tc.settings(&w.in)
			}
			if tc.node != "" {
				o := layer.Read(layertest.Object(t, tc.node))
				w.others["Node/gpu-1"] = o
			}
			w.run()
			if tc.wait != "" {
				if diff := cmp.Diff(words{State: "Pending", Phase: "Pending", Succeeded: "False Pending", Because: "False DiscoveringHardware"}, w.words()); diff != "" {
					t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
				}
				w.says(request.TypeProfiling, tc.wait)
				return
			}
			if diff := cmp.Diff(tc.want, w.document()["hardware"]); diff != "" {
				t.Errorf("\n%s\nhardware: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func siteGPUs(in *layer.In) {
	in.Settings.Hardware.SKU, in.Settings.Hardware.Interconnect = "l4", "pcie"
	in.Settings.Hardware.MemoryMiB, in.Settings.Hardware.Total, in.Settings.Hardware.PerNode = 23034, 16, 2
}

// TestNodesAreAskedOnce: nodes are asked while a request waits for what they say, and
// never again.
func TestNodesAreAskedOnce(t *testing.T) {
	w := newWorldOf(t, beta, layertest.Changes{"spec/hardware": ""})
	asks := func() bool {
		_, ok := w.out.Needs.Objects["nodes"]
		return ok
	}
	if !asks() {
		t.Errorf("want nodes asked, got %v", w.out.Needs)
	}
	w.exist(gpuNode)
	if got := w.look(); got.State != "Profiling" || asks() {
		t.Errorf("want it profiled and no nodes asked, got %+v, %v", got, w.out.Needs)
	}
	told := layertest.Status(t, w.out)["hardware"]
	w.exist(strings.Replace(gpuNode, "H100-80GB-HBM3", "H200", 1))
	w.succeed(map[string]string{betaFile: betaResult})
	if diff := cmp.Diff(told, layertest.Status(t, w.out)["hardware"]); told == nil || diff != "" {
		t.Errorf("status.hardware: -before, +after:\n%s", diff)
	}
}

// TestNodesAfterFailure: another attempt finds out anew.
func TestNodesAfterFailure(t *testing.T) {
	w := newWorldOf(t, beta, layertest.Changes{"spec/hardware": ""})
	w.exist(gpuNode)
	w.publish(map[string]any{"profiler_status": "failed"})
	if _, ok := w.out.Needs.Objects["nodes"]; ok {
		t.Error("a request that has failed asks for nodes")
	}
	w.exist(strings.Replace(gpuNode, "H100-80GB-HBM3", "H200", 1))
	w.edit(layertest.Changes{"spec/sla": "{itl: 20}"})
	if got := dig(w.document(), "hardware", "gpuSku"); got != "h200_sxm" {
		t.Errorf("want what nodes say now, got %v", got)
	}
}

// TestCurrentProtocolOfV1alpha1: the site's settings have requests of version v1alpha1
// profiled by the current profiler.
func TestCurrentProtocolOfV1alpha1(t *testing.T) {
	w := &world{t: t, in: layertest.In(layertest.Object(t, manifest, layertest.Changes{
		"spec/profilingConfig/config":   "{sla: {ttft: 300, isl: 100}, sweep: {useAiConfigurator: true}}",
		"spec/deploymentOverrides/name": "mine",
	})), others: map[string]layer.Object{}}
	w.in.Settings.ProfilerProtocol = "current"
	w.others["Node/gpu-1"] = layer.Read(layertest.Object(t, gpuNode))
	w.run()
	want := map[string]any{
		"model": "acme/chat-3b", "backend": "vllm", "image": "registry.example/vllm-runtime:0.9.0", "searchStrategy": "rapid", "autoApply": true,
		"hardware": map[string]any{"gpuSku": "h100_sxm", "vramMb": 81559.0, "totalGpus": 8.0, "numGpusPerNode": 8.0, "rdma": false},
		"sla":      map[string]any{"ttft": 300.0}, "workload": map[string]any{"isl": 100.0, "osl": 1000.0},
	}
	if diff := cmp.Diff(want, w.document()); diff != "" {
		t.Errorf("what the profiler is told: -want, +got:\n%s", diff)
	}
	w.says(layer.TypeUnsupportedFields, "accepted, and not acted on: spec.profilingConfig.config.sweep")
	w.succeed(map[string]string{betaFile: betaResult})
	status := layertest.Status(t, w.out)
	if status["profilingResults"] != "configmap/dgdr-output-chat" || status["dgdName"] != "mine" {
		t.Errorf("status: got %v", status)
	}
}

// TestResultOfEither: a Job that began under one protocol is read under the other.
func TestResultOfEither(t *testing.T) {
	w := newWorld(t)
	w.in.Settings.ProfilerProtocol = "current"
	w.succeed(map[string]string{file: result})
	if got := w.look(); got.State != "Deploying" {
		t.Errorf("want the graph of %s, got %+v", file, got)
	}
}
