package current

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
	"github.com/crossplane-contrib/function-dynamo/functions/profiler"
	"github.com/crossplane-contrib/function-dynamo/functions/settings"
	"github.com/crossplane-contrib/function-dynamo/internal/golden"
)

func TestCall(t *testing.T) {
	for name, spec := range map[string]string{"full": full, "minimal": minimal} {
		t.Run(name, func(t *testing.T) {
			got, err := Protocol{}.Call(read(t, spec), settings.Default())
			if err != nil {
				t.Fatalf("Call(): %v", err)
			}
			golden.Assert(t, name, got)
		})
	}
}

// TestCallArguments has a request in which Kubernetes would see references to variables:
// it arrives as it is.
func TestCallArguments(t *testing.T) {
	r := read(t, `{model: acme/chat, features: {planner: {a: $(HOME), b: $$(HOME), c: "a<b & c>d"}}}`)
	call, err := Protocol{}.Call(r, settings.Default())
	if err != nil {
		t.Fatalf("Call(): %v", err)
	}
	want, err := writeDocument(r)
	if err != nil {
		t.Fatalf("writeDocument(): %v", err)
	}
	if diff := cmp.Diff(want, shell.Expand(call.Args[1], map[string]string{"HOME": "expanded"})); diff != "" {
		t.Errorf("what the profiler gets: -want, +got:\n%s", diff)
	}
	if !strings.Contains(call.Args[1], "$$(HOME)") || !strings.Contains(want, "a<b & c>d") {
		t.Errorf("want references and signs as they are, got:\n%s", call.Args[1])
	}
}

// TestDocument holds what the profiler is told to its published keys and their order.
func TestDocument(t *testing.T) {
	cases := map[string]struct{ reason, spec, want string }{
		"Defaults": {
			reason: "what is left out has its default",
			spec:   "{model: acme/chat}",
			want:   `{"model":"acme/chat","backend":"auto","hardware":{},"searchStrategy":"rapid","autoApply":true}`,
		},
		"Workload": {
			reason: "one that is there is whole",
			spec:   "{model: acme/chat, workload: {concurrency: 8}, sla: {}, features: {}, overrides: {}, modelCache: {pvcName: c}}",
			want: `{"model":"acme/chat","backend":"auto","modelCache":{"pvcName":"c","pvcMountPath":"/opt/model-cache"},"hardware":{},` +
				`"workload":{"isl":4000,"osl":1000,"concurrency":8},"sla":{},"overrides":{},"features":{},"searchStrategy":"rapid","autoApply":true}`,
		},
		"Nulls": {
			reason: "nulls say nothing",
			spec:   "{model: acme/chat, features: {planner: {a: null, b: 1}, mocker: null}, sla: {itl: null}, overrides: {dgd: null}}",
			want:   `{"model":"acme/chat","backend":"auto","hardware":{},"sla":{},"overrides":{},"features":{"planner":{"b":1}},"searchStrategy":"rapid","autoApply":true}`,
		},
		"Job": {
			reason: "the Job as Kubernetes writes it, and no graph",
			spec:   "{model: acme/chat, overrides: {dgd: {apiVersion: nvidia.com/v1beta1, kind: DynamoGraphDeployment}, profilingJob: {template: {spec: {tolerations: [{effect: NoSchedule, key: a}]}}}}}",
			want: `{"model":"acme/chat","backend":"auto","hardware":{},"overrides":{"profilingJob":{"template":{"metadata":{},"spec":{"containers":[],` +
				`"tolerations":[{"key":"a","effect":"NoSchedule"}]}}}},"searchStrategy":"rapid","autoApply":true}`,
		},
		"V1Alpha1": {
			reason: "a request of the older form",
			spec: `{model: acme/chat, backend: vllm, autoApply: true, useMocker: true, profilingConfig: {profilerImage: 'p:1', tolerations: [{key: a}], config: {
sla: {ttft: 200, itl: 20.5, isl: 3000, osl: null, optimizationType: throughput}, planner: {mode: agg}, engine: {maxContextLength: 1},
deployment: {modelCache: {pvcName: c, modelPathInPvc: m}}}}}`,
			want: `{"model":"acme/chat","backend":"vllm","image":"p:1","modelCache":{"pvcName":"c","pvcModelPath":"m","pvcMountPath":"/opt/model-cache"},"hardware":{},` +
				`"workload":{"isl":3000,"osl":1000},"sla":{"ttft":200,"itl":20.5,"optimizationType":"throughput"},` +
				`"overrides":{"profilingJob":{"template":{"metadata":{},"spec":{"containers":[],"tolerations":[{"key":"a"}]}}}},` +
				`"features":{"mocker":{"enabled":true},"planner":{"mode":"agg"}},"searchStrategy":"rapid","autoApply":true}`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := writeDocument(read(t, tc.spec))
			if diff := cmp.Diff(tc.want, got); err != nil || diff != "" {
				t.Errorf("%s: writeDocument(): %v, -want, +got:\n%s", tc.reason, err, diff)
			}
			if !json.Valid([]byte(got)) {
				t.Errorf("%s: no JSON: %s", tc.reason, got)
			}
		})
	}
}

// TestCallChangesNothing: what it is given belongs to others.
func TestCallChangesNothing(t *testing.T) {
	r := read(t, full)
	for range 2 {
		if _, err := (Protocol{}).Call(r, settings.Default()); err != nil {
			t.Fatalf("Call(): %v", err)
		}
		Protocol{}.Examine(r)
	}
	paths := cmp.Comparer(func(a, b *field.Path) bool { return a.String() == b.String() })
	if diff := cmp.Diff(read(t, full), r, paths); diff != "" {
		t.Errorf("the request: -before, +after:\n%s", diff)
	}
}

func TestNeeds(t *testing.T) {
	r := read(t, `{model: acme/chat, modelCache: {pvcName: models}, overrides: {profilingJob: {template: {spec: {volumes: [
{name: profiling-output, persistentVolumeClaim: {claimName: results}}]}}}}}`)
	want := map[string]string{
		"models":  "spec.modelCache.pvcName",
		"results": "spec.overrides.profilingJob.template.spec.volumes[profiling-output].persistentVolumeClaim.claimName",
	}
	got := map[string]string{}
	for _, input := range (Protocol{}).Needs(r) {
		got[input.Name] = input.At.String()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Needs(): -want, +got:\n%s", diff)
	}
	if got := (Protocol{}).Needs(read(t, "{model: acme/chat, modelCache: {}}")); len(got) > 0 {
		t.Errorf("Needs() of a request without a claim: %v", got)
	}
}

func TestNameGraph(t *testing.T) {
	cases := map[string]struct{ reason, spec, want string }{
		"Request": {"graphs of an engine have one name", minimal, "chat-dgd"},
		"Named":   {"the user's name is in the graph by now", "{model: acme/chat, overrides: {dgd: {metadata: {name: mine}}}}", "mine"},
		"Labels":  {"other metadata is no name", "{model: acme/chat, overrides: {dgd: {metadata: {labels: {a: b}}}}}", "chat-dgd"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := (Protocol{}).NameGraph(read(t, tc.spec), "mine"); got != tc.want {
				t.Errorf("%s: NameGraph(): want %q, got %q", tc.reason, tc.want, got)
			}
		})
	}
}

func TestExamine(t *testing.T) {
	const head = "model: acme/chat, image: p, "
	cases := map[string]struct {
		reason, spec string
		want         []string
	}{
		"Minimal":  {reason: "nothing is wrong", spec: minimal},
		"Full":     {reason: "nor with everything", spec: full},
		"NoImage":  {reason: "a site without an image", spec: "{model: a}", want: []string{"spec.image: Required value: name the image of the profiler"}},
		"Thorough": {reason: "no engine to try out", spec: "{" + head + "searchStrategy: thorough}", want: []string{`spec.searchStrategy: Invalid value: "thorough": a thorough search tries out one engine: name it in spec.backend, or search with rapid`}},
		"Cache": {
			reason: "a claim and a folder that cannot be", spec: "{" + head + "modelCache: {pvcName: A_b, pvcMountPath: models}}",
			want: []string{
				`spec.modelCache.pvcName: Invalid value: "A_b": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start ` +
					`and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
				`spec.modelCache.pvcMountPath: Invalid value: "models": must be an absolute path, such as /opt/model-cache`,
			},
		},
		"Taken": {reason: "a folder of the profiler", spec: "{" + head + "modelCache: {pvcName: a, pvcMountPath: /data/}}", want: []string{`spec.modelCache.pvcMountPath: Invalid value: "/data/": is where the profiler has its own files: choose another path`}},
		"Targets": {
			reason: "targets that nothing meets", spec: "{" + head + "sla: {ttft: 0, itl: -1, e2eLatency: 0}}",
			want: []string{
				`spec.sla.e2eLatency: Invalid value: 0: must be greater than 0, in milliseconds`,
				`spec.sla.itl: Invalid value: -1: must be greater than 0, in milliseconds`,
				`spec.sla.ttft: Invalid value: 0: must be greater than 0, in milliseconds`,
			},
		},
		"Load": {
			reason: "a load given twice", spec: "{" + head + "workload: {concurrency: 8, requestRate: 0}}",
			want: []string{
				`spec.workload.requestRate: Invalid value: 0: must be greater than 0, or left out`,
				`spec.workload.requestRate: Forbidden: concurrency and requestRate exclude each other: leave one of them out`,
			},
		},
		"Graph": {
			reason: "an overlay of unknown form", spec: "{" + head + "overrides: {dgd: {spec: {}}}}",
			want: []string{
				"spec.overrides.dgd.apiVersion: Required value: must be nvidia.com/v1alpha1 or nvidia.com/v1beta1",
				"spec.overrides.dgd.kind: Required value: must be DynamoGraphDeployment",
			},
		},
		"Job": {
			reason: "what is no Job", spec: "{" + head + "overrides: {profilingJob: {template: {spec: {tolerations: {}}}}}}",
			want: []string{"spec.overrides.profilingJob: Invalid value: cannot be read as the spec of a Job: " +
				"json: cannot unmarshal object into Go struct field PodSpec.template.spec.tolerations of type []v1.Toleration"},
		},
		"Refused": {
			reason: "a Job that no API server takes",
			spec: "{" + head + `overrides: {profilingJob: {template: {metadata: {labels: {job-name: evil, a b: c}}, spec: {containers: [{name: profiler, volumeMounts: [{name: gone, mountPath: /a}]}],
 volumes: [{name: mine, emptyDir: {}}], initContainers: [{name: profiler, image: a}, {name: b, image: a, volumeMounts: [{name: mine, mountPath: /a}, {name: model-cache, mountPath: /b}]}, {image: a}]}}}}}`,
			want: []string{
				`spec.overrides.profilingJob.template.metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end ` +
					`with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
				"spec.overrides.profilingJob.template.metadata.labels[job-name]: Forbidden: is set by Kubernetes, which finds the pods of a Job by it: leave it out",
				`spec.overrides.profilingJob.template.spec.initContainers[0].name: Duplicate value: "profiler"`,
				"spec.overrides.profilingJob.template.spec.initContainers[2].name: Required value: name the container",
				`spec.overrides.profilingJob.template.spec.containers[profiler].volumeMounts[0].name: Not found: "gone"`,
				`spec.overrides.profilingJob.template.spec.initContainers[b].volumeMounts[1].name: Not found: "model-cache"`,
			},
		},
		"Lists": {
			reason: "lists that cannot be applied: nothing tells their elements apart",
			spec: "{" + head + `overrides: {profilingJob: {template: {spec: {hostAliases: [{ip: 1.2.3.4}, {ip: 1.2.3.4}], volumes: [{emptyDir: {}}], initContainers: [{name: a, image: i,
 env: [{name: A}, {name: A}], volumeMounts: [{name: profiling-output, mountPath: /a}, {name: profiling-output, mountPath: /a}]}], containers: [{name: profiler, env: [{value: v}]}, {name: profiler}]}}}}}`,
			want: []string{
				"spec.overrides.profilingJob.template.spec.volumes[0].name: Required value: tells the elements of the list apart: give it, or take the element out",
				`spec.overrides.profilingJob.template.spec.hostAliases[1].ip: Duplicate value: "1.2.3.4"`,
				`spec.overrides.profilingJob.template.spec.containers[1].name: Duplicate value: "profiler"`,
				"spec.overrides.profilingJob.template.spec.containers[profiler].env[0].name: Required value: tells the elements of the list apart: give it, or take the element out",
				`spec.overrides.profilingJob.template.spec.initContainers[a].env[1].name: Duplicate value: "A"`,
				`spec.overrides.profilingJob.template.spec.initContainers[a].volumeMounts[1].mountPath: Duplicate value: "/a"`,
			},
		},
		"Size": {
			reason: "what no program takes", spec: "{" + head + "features: {planner: {a: " + strings.Repeat("x", profiler.MaxArgument) + "}}}",
			want: []string{"spec: Too long: is 131209 bytes of JSON, and the profiler takes it as one argument, of at most 131071: shorten it"},
		},
		"V1Alpha1": {
			reason: "a configuration that cannot be read", spec: "{model: a, backend: vllm, profilingConfig: {profilerImage: p, config: {sla: {ttft: fast}, deployment: {modelCache: x}}}}",
			want: []string{
				"spec.profilingConfig.config.sla.ttft: Invalid value: must be a number",
				"spec.profilingConfig.config.deployment.modelCache: Invalid value: must be an object",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range (Protocol{}).Examine(read(t, tc.spec)).Faults {
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: Examine(): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestWarnings(t *testing.T) {
	cases := map[string]struct {
		reason, spec string
		want         []string
	}{
		"None":   {reason: "nothing to say", spec: full},
		"Cache":  {reason: "a cache without a claim", spec: "{model: a, modelCache: {pvcModelPath: m}}", want: []string{"spec.modelCache: has no effect without pvcName: name the claim that has the model"}},
		"Target": {reason: "a target that does not count", spec: "{model: a, sla: {e2eLatency: 5, itl: 1}}", want: []string{"spec.sla: ttft and itl are ignored, since e2eLatency wins over them: leave them out"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Protocol{}.Examine(read(t, tc.spec)).Warnings); diff != "" {
				t.Errorf("%s: warnings: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestFiles: the relay publishes what the profiler says, beside its result.
func TestFiles(t *testing.T) {
	p, r := Protocol{}, dynamo.Request{}
	got := map[string]any{"files": p.Files(r), "status": p.StatusFile(), "label": p.Label(r), "results": p.Results(), "hardware": p.ReadsHardware()}
	want := map[string]any{
		"files": []string{"final_config.yaml", "profiler_status.yaml"}, "status": "profiler_status.yaml", "label": "dynamo-profiler",
		"results": []string{"final_config.yaml"}, "hardware": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}
