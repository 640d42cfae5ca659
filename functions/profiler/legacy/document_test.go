package legacy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func samePath(a, b *field.Path) bool { return a.String() == b.String() }

func TestWriteDocument(t *testing.T) {
	const profiling = "profilingConfig: {profilerImage: p, config: "
	const base = "deployment:\n  model: acme/chat\n  namespace: team\nengine:\n  backend: vllm\noutput_dir: /data\n"
	cases := map[string]struct{ reason, spec, want string }{
		"Empty": {"what the request says itself", "{" + profiling + "{}}}", base},
		"None":  {"also without a configuration", "{profilingConfig: {profilerImage: p, configMapRef: {name: a}}}", strings.Replace(base, "vllm\n", "vllm\n  config: /config/disagg.yaml\n", 1)},
		"User": {
			"the user's, sorted, in the user's spelling", "{" + profiling + "{sweep: {useAiConfigurator: false, dry_run: true}, isMoeModel: true}}}",
			strings.Replace(base, "output", "isMoeModel: true\noutput", 1) + "sweep:\n  dry_run: true\n  useAiConfigurator: false\n",
		},
		"RequestWins": {
			"what the request says stands over it", "{" + profiling + "{deployment: {model: other}, engine: {backend: trtllm, isMoeModel: true}}}}",
			strings.Replace(base, "vllm\n", "vllm\n  isMoeModel: true\n", 1),
		},
		"Namespace": {"but for the namespace", "{" + profiling + "{deployment: {namespace: other}}}}", strings.Replace(base, "team", "other", 1)},
		"WorkersImage": {
			"all versions read snake_case", "{" + profiling + "{}}, deploymentOverrides: {workersImage: w}}",
			strings.Replace(base, "  model", "  dgd_image: w\n  model", 1),
		},
		"WorkersImageCamel": {
			"the user's camelCase would win", "{" + profiling + "{deployment: {dgdImage: mine}}}, deploymentOverrides: {workersImage: w}}",
			strings.Replace(base, "  model", "  dgd_image: w\n  dgdImage: w\n  model", 1),
		},
		"WorkersImageSnake": {
			"the user's snake_case too", "{" + profiling + "{deployment: {dgd_image: mine}}}, deploymentOverrides: {workersImage: w}}",
			strings.Replace(base, "  model", "  dgd_image: w\n  model", 1),
		},
		"UsersImage": {
			"nothing wins over it", "{" + profiling + "{deployment: {dgdImage: mine}}}, deploymentOverrides: {name: w}}",
			strings.Replace(base, "  model", "  dgdImage: mine\n  model", 1),
		},
		"OutputFolder": {
			"written in both spellings", "{" + profiling + "{outputDir: /data/, output_dir: /elsewhere}}}",
			base + "outputDir: /data\n",
		},
		"Nulls": {
			"nulls are absent wherever they crash the profiler, and in lists what they were",
			"{" + profiling + "{sla: {ttft: null}, hardware: null, deployment: {modelCache: {pvcName: null}, namespace: null}, engine: null, list: [null, {a: null}]}}}",
			strings.Replace(strings.Replace(base, "  namespace", "  modelCache: {}\n  namespace", 1), "output", "list:\n- null\n- {}\noutput", 1) + "sla: {}\n",
		},
		"Types": {
			"numbers stay numbers, and texts that look like one texts",
			"{" + profiling + "{sla: {ttft: 500.0, itl: 0.5, a: '1', b: 'yes', c: true, d: 9007199254740993}}}}",
			base + "sla:\n  a: \"1\"\n  b: \"yes\"\n  c: true\n  d: 9007199254740993\n  itl: 0.5\n  ttft: 500\n",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := writeDocument(read(t, "{model: acme/chat, backend: vllm, "+strings.TrimPrefix(tc.spec, "{")))
			if err != nil {
				t.Fatalf("writeDocument(...): %v", err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: writeDocument(...): -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSpellSnake(t *testing.T) {
	for camel, want := range map[string]string{
		"":                    "",
		"isl":                 "isl",
		"outputDir":           "output_dir",
		"dgdImage":            "dgd_image",
		"useAiConfigurator":   "use_ai_configurator",
		"minNumGpusPerEngine": "min_num_gpus_per_engine",
		"enableGpuDiscovery":  "enable_gpu_discovery",
		"pickWithWebui":       "pick_with_webui",
	} {
		if got := spellSnake(camel); got != want {
			t.Errorf("spellSnake(%q): want %q, got %q", camel, want, got)
		}
	}
}
