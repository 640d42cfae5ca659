package engine

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
)

// spanning is a worker on two nodes that runs an engine.
func spanning(e Engine, changes ...func(*dynamo.Component)) dynamo.Component {
	c := dynamo.Component{
		Service: "Decode",
		Type:    dynamo.TypeWorker,
		Nodes:   2,
		Engine:  dynamo.EngineChoice{Name: e},
		At: dynamo.Paths{Spec: field.NewPath("spec"), Form: dynamo.Form{
			dynamo.FieldMain:        {"main"},
			dynamo.FieldMultinode:   {"multinode"},
			dynamo.FieldResources:   {"resources"},
			dynamo.FieldAnnotations: {"annotations"},
		}},
	}
	for _, change := range changes {
		change(&c)
	}
	return c
}

func sglang(args ...string) corev1.Container {
	return mainOf([]string{"python3", "-m", "dynamo.sglang"}, args...)
}

func trtllm(args ...string) corev1.Container {
	return mainOf([]string{"python3", "-m", "dynamo.trtllm"}, args...)
}

func uncounted(n *Node) { n.GPUs, n.Uncounted = 0, true }

func TestWarnings(t *testing.T) {
	const (
		noGPUs = ", since no GPUs are asked for: give the number on one node as a limit"
		both   = ": write sizes that take the 16 GPUs of all nodes, or take multinode away"
		alone  = "spec.main: nothing is added for 2 nodes, since what it starts takes "
	)
	sh := []string{"sh", "-c"}
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		main   corev1.Container
		node   Node
		want   []string
	}{
		"OneNode": {reason: "one node is everybody's own business", c: spanning(VLLM, func(c *dynamo.Component) { c.Nodes = 1 }), main: python("-tp", "16"), node: node(Leader)},
		"NoWorker": {
			reason: "only workers are spread", c: spanning(None, func(c *dynamo.Component) { c.Type = dynamo.TypeFrontend }), main: python(), node: node(Leader),
			want: []string{`spec.multinode: nothing is added for 2 nodes for a component of type "frontend", and each node runs the same command: make it a worker, or take multinode away`},
		},
		"NoEngine": {
			reason: "an engine must be known", c: spanning(None), main: mainOf([]string{"bash"}, "/start.sh"), node: node(Leader),
			want: []string{"spec.multinode: nothing is added for 2 nodes, since no engine is known: start python3 -m dynamo.vllm, dynamo.sglang or dynamo.trtllm with its flags in the args, as words or as a script in one of them; if a file starts trtllm, which takes no flags, backendFramework does, too"},
		},
		"NoPlace": {
			reason: "and its flags need a place", c: spanning(VLLM), main: mainOf([]string{"bash"}, "/start.sh"), node: node(Leader),
			want: []string{"spec.main: nothing is added for 2 nodes, since its args show no place for flags of the engine: write python3 -m dynamo.vllm and its flags there, as words or as a script in one of them"},
		},
		"NoPlaceSGLang": {
			reason: "of each engine", c: spanning(SGLang), main: mainOf([]string{"sh", "-c", "python3 -m dynamo.sglang"}, "x"), node: node(Leader),
			want: []string{"spec.main: nothing is added for 2 nodes, since its args show no place for flags of the engine: write python3 -m dynamo.sglang and its flags there, as words or as a script in one of them"},
		},

		"Spans": {reason: "a model that takes all nodes", c: spanning(VLLM), main: python("-tp", "16"), node: node(Leader)},
		"SpansPart": {
			reason: "or more than one node in even parts", c: spanning(VLLM), main: python("-tp", "12"), node: node(Leader),
		},
		"SpansRay": {
			reason: "Ray needs no even parts", c: spanning(VLLM), main: python("-tp", "3", "-pp", "3", "--distributed-executor-backend", "ray"), node: node(Leader),
		},
		"NoGPUs":    {reason: "GPUs must be counted", c: spanning(VLLM), main: python("-tp", "16"), node: node(Leader, withoutGPUs), want: []string{"spec.resources: nothing is added for 2 nodes" + noGPUs}},
		"Uncounted": {reason: "who cannot count them says so", c: spanning(VLLM), main: python("-tp", "16"), node: node(Leader, uncounted)},
		"Alone": {
			reason: "a model that fits one node runs on each", c: spanning(VLLM), main: python("--tensor-parallel-size", "4"), node: node(Leader),
			want: []string{alone + "4 of the 8 GPUs of one node (--tensor-parallel-size 4), so that each node starts a whole copy" + both},
		},
		"AloneUnsaid": {
			reason: "also where no size is given", c: spanning(VLLM), main: python("--model", "m"), node: node(Leader),
			want: []string{alone + "1 of the 8 GPUs of one node (no --tensor-parallel-size above 1), so that each node starts a whole copy" + both},
		},
		"AloneCopies": {
			reason: "or several copies", c: spanning(VLLM), main: python("-tp=2", "-dp=4"), node: node(Leader),
			want: []string{alone + "8 of the 8 GPUs of one node (--tensor-parallel-size 2, --data-parallel-size 4), so that each node starts a whole copy" + both},
		},
		"Unread": {
			reason: "what cannot be read is named", c: spanning(VLLM), main: mainOf(sh, "python3 -m dynamo.vllm -tp $TP $EXTRA_ARGS --config c.yaml"), node: node(Leader),
			want: []string{
				`spec.main: nothing is added for 2 nodes, since whether the model takes more than one of them is not known ` +
					`(not read: --tensor-parallel-size "$TP", $EXTRA_ARGS, the file of --config): ` +
					`write the sizes as numbers in the command line, or give literal values to variables`,
			},
		},
		"Elastic": {
			reason: "elastic experts are not spread", c: spanning(VLLM), main: python("-dp", "16", "--enable-elastic-ep"), node: node(Leader),
			want: []string{"spec.main: nothing is added for 2 nodes with --enable-elastic-ep, which needs a cluster of Ray: take the flag away, or multinode"},
		},
		"TooLarge": {
			reason: "all nodes together may be too small", c: spanning(VLLM), main: python("-tp", "8", "-pp", "4"), node: node(Leader),
			want: []string{"spec.main: the sizes take 32 GPUs (--tensor-parallel-size 8, --pipeline-parallel-size 4), and 2 nodes have 16: write smaller ones, or ask for more nodes or GPUs"},
		},
		"TooLargeCopies": {
			reason: "for all copies", c: spanning(VLLM), main: python("-tp", "16", "-dp", "2"), node: node(Leader),
			want: []string{"spec.main: the sizes take 32 GPUs (--tensor-parallel-size 16, --data-parallel-size 2), and 2 nodes have 16: write smaller ones, or ask for more nodes or GPUs"},
		},
		"TooLargeRay": {
			reason: "whatever the executor", c: spanning(VLLM), main: python("-tp", "32"), node: node(Leader, withRay),
			want: []string{"spec.main: the sizes take 32 GPUs (--tensor-parallel-size 32), and 2 nodes have 16: write smaller ones, or ask for more nodes or GPUs"},
		},
		"Uneven": {
			reason: "nodes take equal parts", c: spanning(VLLM), main: python("-tp", "3", "-pp", "3"), node: node(Leader),
			want: []string{"spec.main: the sizes take 9 GPUs (--tensor-parallel-size 3, --pipeline-parallel-size 3), which do not share out evenly over 2 nodes: write sizes whose product divides by that"},
		},
		"OtherExecutor": {
			reason: "an executor that no rule knows", c: spanning(VLLM), main: python("-tp", "16", "--distributed-executor-backend", "uni"), node: node(Leader),
			want: []string{"spec.main: nothing is added for 2 nodes with --distributed-executor-backend uni, of which only mp and ray are known here: write one of these, or all flags of a node"},
		},
		"Copies": {reason: "copies that fill the nodes", c: spanning(VLLM), main: python("-tp", "2", "-dp", "8"), node: node(Leader)},
		"CopiesUneven": {
			reason: "and others", c: spanning(VLLM), main: python("-tp", "2", "-dp", "6"), node: node(Leader),
			want: []string{"spec.main: --data-parallel-size 6 does not fit: a copy takes 2 GPUs (--tensor-parallel-size 2), so that 2 nodes of 8 GPUs each have room for 8: write --data-parallel-size 8, or other sizes"},
		},
		"ByUser": {
			reason: "a line that does it by itself", c: spanning(VLLM), main: python("-tp", "16", "--node-rank", "$(LWS_WORKER_INDEX)"), node: node(Leader),
			want: []string{"spec.main: nothing is added for 2 nodes, since --node-rank stands there already: see that it has all that each node needs, or take its flags for several nodes away"},
		},
		"SameRank": {
			reason: "a rank in a list is overridden", c: spanning(VLLM), main: python("-tp", "16", "--node-rank", "0"), node: node(Leader),
			want: []string{"spec.main: --node-rank 0 has no effect, since the one that is added for 2 nodes stands behind it and wins: take it away"},
		},
		"SameRankInScript": {
			reason: "one in a script overrides", c: spanning(VLLM), main: mainOf(sh, "python3 -m dynamo.vllm -tp 16 --node-rank 0"), node: node(Leader),
			want: []string{"spec.main: --node-rank 0 is the same on all nodes, and overrides the one that is added for 2 nodes: take it away"},
		},

		"SGLang": {reason: "SGLang over all nodes", c: spanning(SGLang), main: sglang("--tp", "16"), node: node(Leader)},
		"SGLangPart": {
			reason: "or some of their GPUs", c: spanning(SGLang), main: sglang("--tp-size", "12", "--dp-size", "4"), node: node(Leader),
		},
		"SGLangConfig": {reason: "sizes may stand in a file", c: spanning(SGLang), main: sglang("--config", "c.yaml"), node: node(Leader)},
		"SGLangNoGPUs": {
			reason: "SGLang gets its flags without GPUs, too", c: spanning(SGLang), main: sglang("--tp", "16"), node: node(Leader, withoutGPUs),
			want: []string{"spec.resources: whether the sizes fit cannot be said" + noGPUs},
		},
		"SGLangUnread": {
			reason: "what cannot be read is not compared", c: spanning(SGLang), main: sglang("--tp", "$(TP)"), node: node(Leader),
			want: []string{`spec.main: --tensor-parallel-size "$(TP)" cannot be read and counts as 1: write the number, or give a literal value to the variable`},
		},
		"SGLangAlone": {
			reason: "one node would do", c: spanning(SGLang), main: sglang("--tp=8"), node: node(Leader),
			want: []string{"spec.main: the sizes take 8 GPUs (--tensor-parallel-size 8), which one node of 8 has" + both},
		},
		"SGLangUneven": {
			reason: "parts are equal", c: spanning(SGLang), main: sglang(), node: node(Leader),
			want: []string{"spec.main: the sizes take 1 GPU (no --tensor-parallel-size above 1), which do not share out evenly over 2 nodes: write sizes whose product divides by that"},
		},
		"SGLangTooLarge": {
			reason: "and there are enough", c: spanning(SGLang), main: sglang("--tp", "8", "--pp", "4"), node: node(Leader),
			want: []string{"spec.main: the sizes take 32 GPUs (--tensor-parallel-size 8, --pipeline-parallel-size 4), and 2 nodes have 16: write smaller ones, or ask for more nodes or GPUs"},
		},
		"SGLangByUser": {
			reason: "a line that does it by itself", c: spanning(SGLang), main: sglang("--node-rank=$(LWS_WORKER_INDEX)"), node: node(Leader),
			want: []string{"spec.main: nothing is added for 2 nodes, since --node-rank stands there already: see that it has all that each node needs, or take its flags for several nodes away"},
		},

		"TRTLLM":       {reason: "a rank on each GPU", c: spanning(TRTLLM), main: trtllm("--tensor-parallel-size", "16"), node: node(Leader)},
		"TRTLLMFile":   {reason: "sizes may stand in a file", c: spanning(TRTLLM), main: trtllm("--extra-engine-args", "c.yaml"), node: node(Leader)},
		"TRTLLMScript": {reason: "a script is started as it is", c: spanning(TRTLLM), main: mainOf([]string{"bash"}, "/start.sh"), node: node(Leader)},
		"TRTLLMNoGPUs": {
			reason: "without GPUs there is one rank on each node", c: spanning(TRTLLM), main: trtllm(), node: node(Leader, withoutGPUs),
			want: []string{"spec.resources: one rank is started on each node" + noGPUs},
		},
		"TRTLLMSizes": {
			reason: "sizes that are given take all ranks", c: spanning(TRTLLM), main: trtllm("--tensor-parallel-size", "8"), node: node(Leader),
			want: []string{"spec.main: the sizes take 8 GPUs (--tensor-parallel-size 8), while a rank is started on each of the 16 GPUs of 2 nodes: write sizes that take as many"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Warnings(tc.c, tc.main, tc.node)); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestExecutorFaults(t *testing.T) {
	withMP := func(n *Node) { n.Executor = ExecutorMP }
	cases := map[string]struct {
		reason string
		c      dynamo.Component
		main   corev1.Container
		node   Node
		want   []string
	}{
		"NoAnnotation": {reason: "the command line alone", c: spanning(VLLM), main: python("-tp", "16", "--distributed-executor-backend", "ray"), node: node(Leader)},
		"NoFlag":       {reason: "the annotation alone", c: spanning(VLLM), main: python("-tp", "16"), node: node(Leader, withRay)},
		"Agree":        {reason: "both alike", c: spanning(VLLM), main: python("-tp", "16", "--distributed-executor-backend=ray"), node: node(Leader, withRay)},
		"Unread":       {reason: "what cannot be read contradicts nothing", c: spanning(VLLM), main: mainOf([]string{"sh", "-c"}, "python3 -m dynamo.vllm -tp 16 --distributed-executor-backend $E"), node: node(Leader, withRay)},
		"Fits":         {reason: "one node needs no executor over several", c: spanning(VLLM), main: python("--distributed-executor-backend", "mp"), node: node(Leader, withRay)},
		"OtherEngine":  {reason: "other engines have none", c: spanning(SGLang), main: sglang("--tp", "16", "--distributed-executor-backend", "mp"), node: node(Leader, withRay)},
		"Ray": {
			reason: "one of two", c: spanning(VLLM), main: python("-tp", "16", "--distributed-executor-backend", "ray"), node: node(Leader, withMP),
			want: []string{`spec.annotations[nvidia.com/vllm-distributed-executor-backend]: Invalid value: "mp": the command line of service "Decode" has --distributed-executor-backend ray: change one of the two`},
		},
		"MP": {
			reason: "or the other", c: spanning(VLLM), main: mainOf([]string{"sh", "-c"}, "python3 -m dynamo.vllm -tp 16 --distributed-executor-backend 'mp'"), node: node(Leader, withRay),
			want: []string{`spec.annotations[nvidia.com/vllm-distributed-executor-backend]: Invalid value: "ray": the command line of service "Decode" has --distributed-executor-backend mp: change one of the two`},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range ExecutorFaults(tc.c, tc.main, tc.node) {
				got = append(got, e.Error())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: ExecutorFaults(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// FuzzWrapped puts a program's words into a script, where flags have to be
// computed: the engine gets what it got, and nothing of it is run.
func FuzzWrapped(f *testing.F) {
	for _, seed := range []string{"--model", "a b", "$(id)", "$(TP)", "`id`", "'; id; '", `"$(id)"`, "$$(id)", "a\nb", "\\", "#", ">x", "*", "~", "{a,b}", ""} {
		f.Add(seed, "16")
	}
	f.Fuzz(func(t *testing.T, word, value string) {
		if !utf8.ValidString(word) || !utf8.ValidString(value) || strings.ContainsAny(word+value, "\x00\r") {
			t.Skip("a manifest has no such text")
		}
		if strings.Contains(strings.ReplaceAll(word, "$(TP)", ""), "$(") {
			t.Skip("references to what is not set are tested with a real shell")
		}
		main := python(word, "--data-parallel-size", "16", "--trust-remote-code", word)
		main.Env = []corev1.EnvVar{{Name: "TP", Value: value}}
		got := Spread(VLLM, main, node(Worker))
		if len(got.Command) != 2 {
			t.Skip("the word changes the sizes")
		}
		wrapped := main
		wrapped.Command, wrapped.Args = got.Command, got.Args
		for _, flag := range []string{"--trust-remote-code", "--data-parallel-size"} {
			want, have := valueOf(main, flag), valueOf(wrapped, flag)
			if diff := cmp.Diff(want, have); diff != "" {
				t.Errorf("%s of %q (-want, +got):\n%s", flag, got.Args, diff)
			}
		}
		if have := valueOf(wrapped, "--data-parallel-rpc-port"); have != "13445" {
			t.Errorf("want the flags that are added, got %q", got.Args)
		}
	})
}

// valueOf is what an engine gets for a flag; empty for what only a running
// container can evaluate.
func valueOf(main corev1.Container, flag string) string {
	v := commandline.Read(main, string(VLLM)).Value(commandline.Flag{flag})
	if !v.Known {
		return ""
	}
	return v.Text
}
