package engine

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
)

// main is a main container with a command and arguments.
func mainOf(command []string, args ...string) corev1.Container {
	return corev1.Container{Image: "example.org/engine:1", Command: command, Args: args}
}

func python(args ...string) corev1.Container {
	return mainOf([]string{"python3", "-m", "dynamo.vllm"}, args...)
}

// lws are the variables of a LeaderWorkerSet.
func lws() dynamo.Place {
	return dynamo.Place{
		Leader:         "$(LWS_LEADER_ADDRESS)",
		Index:          "$(LWS_WORKER_INDEX)",
		LeaderVariable: "LWS_LEADER_ADDRESS",
		IndexVariable:  "LWS_WORKER_INDEX",
		WaitForLeader:  true,
	}
}

// node is one of two with eight GPUs.
func node(role Role, changes ...func(*Node)) Node {
	n := Node{Place: lws(), Role: role, Nodes: 2, GPUs: 8, WaitScript: "chat-wait-leader-script", SSHSecret: "ssh"}
	for _, c := range changes {
		c(&n)
	}
	return n
}

func withRay(n *Node)     { n.Executor = ExecutorRay }
func withoutGPUs(n *Node) { n.GPUs = 0 }

// spread is what a test looks at of a change.
type spread struct {
	command, args []string
	env           []string
	// probes says whether the user's are replaced, by none.
	noProbes bool
	waits    bool
}

func look(t *testing.T, c Change) spread {
	t.Helper()
	out := spread{command: c.Command, args: c.Args, waits: len(c.InitContainers) > 0}
	for _, v := range c.Env {
		out.env = append(out.env, v.Name)
	}
	if c.Probes != nil {
		if diff := cmp.Diff(Probes{}, *c.Probes); diff != "" {
			t.Errorf("want no probes, got:\n%s", diff)
		}
		out.noProbes = true
	}
	if len(c.Volumes) != len(c.InitContainers) {
		t.Errorf("the script and the container that runs it belong together: got %d volumes and %d init containers", len(c.Volumes), len(c.InitContainers))
	}
	return out
}

func TestSpreadVLLM(t *testing.T) {
	sh := []string{"/bin/sh", "-c"}
	py := []string{"python3", "-m", "dynamo.vllm"}
	nixl := []string{"VLLM_NIXL_SIDE_CHANNEL_HOST"}
	const leader = "$(LWS_LEADER_ADDRESS)"
	mp := func(rank string) []string {
		return []string{"--distributed-executor-backend", "mp", "--nnodes", "2", "--master-addr", leader, "--master-port", "29500", "--node-rank", rank}
	}
	cases := map[string]struct {
		reason string
		main   corev1.Container
		node   Node
		want   spread
	}{
		"Fits": {
			reason: "a model that fits one node needs no flags; its leader keeps its probes",
			main:   python("--tensor-parallel-size", "8"), node: node(Leader),
			want: spread{command: py, args: []string{"--tensor-parallel-size", "8"}, env: nixl},
		},
		"FitsWorker": {
			reason: "workers never have probes",
			main:   python("--tensor-parallel-size", "8"), node: node(Worker),
			want: spread{command: py, args: []string{"--tensor-parallel-size", "8"}, env: nixl, noProbes: true},
		},
		"NoGPUs": {
			reason: "without GPUs nothing can be said of parallelism",
			main:   python("--tensor-parallel-size", "16"), node: node(Leader, withoutGPUs),
			want: spread{command: py, args: []string{"--tensor-parallel-size", "16"}, env: nixl},
		},
		"Leader": {
			reason: "a larger model spans the nodes",
			main:   python("--tensor-parallel-size", "16"), node: node(Leader),
			want: spread{command: py, args: append([]string{"--tensor-parallel-size", "16"}, mp("0")...), env: nixl},
		},
		"Worker": {
			reason: "its workers serve nothing, and wait for the leader",
			main:   python("--tensor-parallel-size", "16"), node: node(Worker),
			want: spread{
				command: py, args: append(append([]string{"--tensor-parallel-size", "16"}, mp("$(LWS_WORKER_INDEX)")...), "--headless"),
				env: nixl, noProbes: true, waits: true,
			},
		},
		"Pipeline": {
			reason: "pipeline stages count too",
			main:   python("--tensor-parallel-size", "8", "--pipeline-parallel-size", "2"), node: node(Leader),
			want: spread{command: py, args: append([]string{"--tensor-parallel-size", "8", "--pipeline-parallel-size", "2"}, mp("0")...), env: nixl},
		},
		"OneToken": {
			reason: "a size may be one word with its flag",
			main:   python("--tensor-parallel-size=16"), node: node(Leader),
			want: spread{command: py, args: append([]string{"--tensor-parallel-size=16"}, mp("0")...), env: nixl},
		},
		"Unreadable": {
			reason: "one that is no number, or none, counts as one",
			main:   python("--tensor-parallel-size", "$(TP)", "--pipeline-parallel-size"), node: node(Leader),
			want: spread{command: py, args: []string{"--tensor-parallel-size", "$(TP)", "--pipeline-parallel-size"}, env: nixl},
		},
		"TwiceGiven": {
			reason: "of two sizes the last counts, as for vLLM",
			main:   python("--tensor-parallel-size", "16", "--tensor-parallel-size", "8"), node: node(Leader),
			want: spread{command: py, args: []string{"--tensor-parallel-size", "16", "--tensor-parallel-size", "8"}, env: nixl},
		},
		"OwnFlags": {
			reason: "whoever asked for the executor, its workers wait",
			main:   python("--distributed-executor-backend=mp"), node: node(Worker),
			want: spread{command: py, args: []string{"--distributed-executor-backend=mp"}, env: nixl, noProbes: true, waits: true},
		},
		"OwnFlagsInLine": {
			reason: "also in a shell's line",
			main:   mainOf(sh, "exec python3 -m dynamo.vllm \\\n  --distributed-executor-backend mp"), node: node(Worker),
			want: spread{command: sh, args: []string{"exec python3 -m dynamo.vllm \\\n  --distributed-executor-backend mp"}, env: nixl, noProbes: true, waits: true},
		},
		"OwnFlagsOfLeader": {
			reason: "leaders wait for nobody",
			main:   python("--distributed-executor-backend", "mp"), node: node(Leader),
			want: spread{command: py, args: []string{"--distributed-executor-backend", "mp"}, env: nixl},
		},
		"RayLeader": {
			reason: "the leader heads the cluster and runs the engine, quoted where a shell would read it",
			main:   python("--tensor-parallel-size", "16", "--kv-transfer-config", `{"a": "it's"}`), node: node(Leader, withRay),
			want: spread{command: sh, args: []string{`ray start --head --port=6379 && python3 -m dynamo.vllm --tensor-parallel-size 16 ` +
				`--kv-transfer-config '{"a": "it'\''s"}' --distributed-executor-backend ray`}},
		},
		"RayReference": {
			reason: "Kubernetes would expand a reference before the shell reads the quotes around it, so the shell does it",
			main:   python("--tensor-parallel-size", "16", "--model", "$(MODEL)", "--served-model-name=a b$$"), node: node(Leader, withRay),
			want: spread{command: sh, args: []string{`ray start --head --port=6379 && python3 -m dynamo.vllm --tensor-parallel-size 16 ` +
				`--model "${MODEL-\$$(MODEL)}" '--served-model-name=a b$' --distributed-executor-backend ray`}},
		},
		"RayWorker": {
			reason: "workers only join it",
			main:   python("--tensor-parallel-size", "16"), node: node(Worker, withRay),
			want: spread{command: sh, args: []string{"ray start --address=" + leader + ":6379 --block"}, noProbes: true},
		},
		"RayLine": {
			reason: "a line of a shell gets the flag inside, and keeps its shell",
			main:   mainOf([]string{"bash", "-c"}, "ulimit -n 1 && python3 -m dynamo.vllm --tensor-parallel-size 16"), node: node(Leader, withRay),
			want: spread{command: sh, args: []string{"ray start --head --port=6379 && bash -c 'ulimit -n 1 && python3 -m dynamo.vllm " +
				"--distributed-executor-backend ray --tensor-parallel-size 16'"}},
		},
		"RayFits": {
			reason: "a model that fits needs no cluster",
			main:   python(), node: node(Leader, withRay),
			want: spread{command: py},
		},
		"DataLeader": {
			reason: "copies are shared out over the nodes",
			main:   python("--tensor-parallel-size", "2", "--data-parallel-size", "8"), node: node(Leader),
			want: spread{command: py, args: []string{
				"--tensor-parallel-size", "2", "--data-parallel-size", "8",
				"--data-parallel-hybrid-lb", "--data-parallel-size-local", "4", "--data-parallel-start-rank", "0",
				"--data-parallel-address", leader, "--data-parallel-rpc-port", "13445",
			}, env: nixl},
		},
		"DataWorker": {
			reason: "a worker's first rank takes a shell to compute",
			main:   python("--data-parallel-size", "16", "--eplb-config", `{"a":"b"}`), node: node(Worker),
			want: spread{command: []string{"sh", "-c"}, args: []string{`exec python3 -m dynamo.vllm --data-parallel-size 16 --eplb-config '{"a":"b"}' ` +
				"--data-parallel-hybrid-lb --data-parallel-size-local 8 --data-parallel-start-rank $(( 8 * LWS_WORKER_INDEX )) " +
				"--data-parallel-address " + leader + " --data-parallel-rpc-port 13445"}, env: nixl, noProbes: true},
		},
		"DataWorkerReference": {
			reason: "the user's reference is for the shell, those of the flags for Kubernetes",
			main:   python("--data-parallel-size", "16", "--model", "$(MODEL)"), node: node(Worker),
			want: spread{command: []string{"sh", "-c"}, args: []string{`exec python3 -m dynamo.vllm --data-parallel-size 16 --model "${MODEL-\$$(MODEL)}" ` +
				"--data-parallel-hybrid-lb --data-parallel-size-local 8 --data-parallel-start-rank $(( 8 * LWS_WORKER_INDEX )) " +
				"--data-parallel-address " + leader + " --data-parallel-rpc-port 13445"}, env: nixl, noProbes: true},
		},
		"DataWorkerWaits": {
			reason: "a flag with its value in one word stays readable, so that the worker waits for the executor's leader",
			main:   python("--data-parallel-size", "16", "--distributed-executor-backend=mp"), node: node(Worker),
			want: spread{command: []string{"sh", "-c"}, args: []string{"exec python3 -m dynamo.vllm --data-parallel-size 16 --distributed-executor-backend=mp " +
				"--data-parallel-hybrid-lb --data-parallel-size-local 8 --data-parallel-start-rank $(( 8 * LWS_WORKER_INDEX )) " +
				"--data-parallel-address " + leader + " --data-parallel-rpc-port 13445"}, env: nixl, noProbes: true, waits: true},
		},
		"DataWorkerLine": {
			reason: "a line has its shell already",
			main:   mainOf(sh, "python3 -m dynamo.vllm --data-parallel-size 16 | tee log"), node: node(Worker),
			want: spread{command: sh, args: []string{"python3 -m dynamo.vllm " +
				"--data-parallel-hybrid-lb --data-parallel-size-local 8 --data-parallel-start-rank $(( 8 * LWS_WORKER_INDEX )) " +
				"--data-parallel-address " + leader + " --data-parallel-rpc-port 13445 --data-parallel-size 16 | tee log"}, env: nixl, noProbes: true},
		},
		"Wrapped": {
			reason: "a wrapper in front of the interpreter changes nothing",
			main:   mainOf([]string{"numactl", "--interleave=all"}, "python3", "-m", "dynamo.vllm", "-tp", "16"), node: node(Leader),
			want: spread{command: []string{"numactl", "--interleave=all"}, args: append([]string{"python3", "-m", "dynamo.vllm", "-tp", "16"}, mp("0")...), env: nixl},
		},
		"DataWorkerWrapped": {
			reason: "nor in front of a shell that computes",
			main:   mainOf([]string{"env", "A=b c", "python3", "-m", "dynamo.vllm"}, "-dp", "16"), node: node(Worker),
			want: spread{command: []string{"sh", "-c"}, args: []string{`exec env 'A=b c' python3 -m dynamo.vllm -dp 16 ` +
				"--data-parallel-hybrid-lb --data-parallel-size-local 8 --data-parallel-start-rank $(( 8 * LWS_WORKER_INDEX )) " +
				"--data-parallel-address " + leader + " --data-parallel-rpc-port 13445"}, env: nixl, noProbes: true},
		},
		"Context": {
			reason: "context parallelism takes GPUs of its own",
			main:   python("--tensor-parallel-size", "8", "-pcp", "2"), node: node(Leader),
			want: spread{command: py, args: append([]string{"--tensor-parallel-size", "8", "-pcp", "2"}, mp("0")...), env: nixl},
		},
		"RayByLine": {
			reason: "an executor of the command line counts, and its flag is there already",
			main:   python("-tp", "16", "--distributed-executor-backend", "ray"), node: node(Leader),
			want: spread{command: sh, args: []string{"ray start --head --port=6379 && python3 -m dynamo.vllm -tp 16 --distributed-executor-backend ray"}},
		},
		"RayByLineWorker": {
			reason: "its workers join the cluster, and wait for no other executor",
			main:   mainOf(sh, "python3 -m dynamo.vllm -tp 16 --distributed-executor-backend=ray"), node: node(Worker),
			want: spread{command: sh, args: []string{"ray start --address=" + leader + ":6379 --block"}, noProbes: true},
		},
		"RayByLineFits": {
			reason: "a model that fits starts as it is written",
			main:   python("--distributed-executor-backend", "ray"), node: node(Leader),
			want: spread{command: py, args: []string{"--distributed-executor-backend", "ray"}, env: nixl},
		},
		"MPByLine": {
			reason: "vLLM's own executor is named once more, as it always was",
			main:   python("-tp", "16", "--distributed-executor-backend", "mp"), node: node(Leader),
			want: spread{command: py, args: append([]string{"-tp", "16", "--distributed-executor-backend", "mp"}, mp("0")...), env: nixl},
		},
		"OtherExecutor": {
			reason: "of other executors no rule knows",
			main:   python("-tp", "16", "--distributed-executor-backend", "external_launcher"), node: node(Leader),
			want: spread{command: py, args: []string{"-tp", "16", "--distributed-executor-backend", "external_launcher"}, env: nixl},
		},
		"ByUser": {
			reason: "a line that tells each node its rank is left alone",
			main:   mainOf(sh, "python3 -m dynamo.vllm -tp 16 --nnodes 2 --node-rank $LWS_WORKER_INDEX --master-addr $LWS_LEADER_ADDRESS"), node: node(Worker),
			want: spread{
				command: sh, args: []string{"python3 -m dynamo.vllm -tp 16 --nnodes 2 --node-rank $LWS_WORKER_INDEX --master-addr $LWS_LEADER_ADDRESS"},
				env: nixl, noProbes: true,
			},
		},
		"ByUserData": {
			reason: "also the first rank of its copies",
			main:   python("-dp", "16", "--data-parallel-start-rank", "$(START)"), node: node(Leader),
			want: spread{command: py, args: []string{"-dp", "16", "--data-parallel-start-rank", "$(START)"}, env: nixl},
		},
		"SameRank": {
			reason: "a rank that is the same on all nodes tells nothing",
			main:   python("-tp", "16", "--node-rank", "0"), node: node(Leader),
			want: spread{command: py, args: append([]string{"-tp", "16", "--node-rank", "0"}, mp("0")...), env: nixl},
		},
		"KnownLeader": {
			reason: "where the leader has its name before all others, nobody waits for it",
			main:   python("-tp", "16"), node: node(Worker, func(n *Node) { n.WaitForLeader = false }),
			want: spread{
				command: py, args: append(append([]string{"-tp", "16"}, mp("$(LWS_WORKER_INDEX)")...), "--headless"),
				env: nixl, noProbes: true,
			},
		},
		"ComputedIndex": {
			reason: "an index that has to be computed takes a shell",
			main:   python("-tp", "16"), node: node(Worker, func(n *Node) { n.Index = "$(( INDEX + 1 ))" }),
			want: spread{
				command: []string{"sh", "-c"},
				args:    []string{"exec python3 -m dynamo.vllm -tp 16 " + strings.Join(mp("$(( INDEX + 1 ))"), " ") + " --headless"},
				env:     nixl, noProbes: true, waits: true,
			},
		},
		"Elastic": {
			reason: "elastic experts share themselves out",
			main:   python("--data-parallel-size", "16", "--enable-elastic-ep"), node: node(Leader),
			want: spread{command: py, args: []string{"--data-parallel-size", "16", "--enable-elastic-ep"}, env: nixl},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, look(t, Spread(VLLM, tc.main, tc.node)), cmp.AllowUnexported(spread{})); diff != "" {
				t.Errorf("%s: Spread(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestWaiting is the container that waits, as a whole.
func TestWaiting(t *testing.T) {
	got := Spread(VLLM, python("--tensor-parallel-size", "16"), node(Worker))
	want := Change{
		Volumes: []corev1.Volume{{Name: "wait-leader-script", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
			LocalObjectReference: corev1.LocalObjectReference{Name: "chat-wait-leader-script"},
		}}}},
		InitContainers: []corev1.Container{{
			Name:         "wait-for-leader-mp",
			Image:        "example.org/engine:1",
			Command:      []string{"sh", "-c", `export LEADER_HOST="${LWS_LEADER_ADDRESS}" LEADER_PORT="29500" && exec python3 /scripts/wait-for-leader.py`},
			VolumeMounts: []corev1.VolumeMount{{Name: "wait-leader-script", MountPath: "/scripts", ReadOnly: true}},
		}},
	}
	if diff := cmp.Diff(want, Change{Volumes: got.Volumes, InitContainers: got.InitContainers, Mounts: got.Mounts}); diff != "" {
		t.Errorf("Spread(...) (-want, +got):\n%s", diff)
	}
}

func TestSpreadSGLang(t *testing.T) {
	cases := map[string]struct {
		reason string
		main   corev1.Container
		node   Node
		want   spread
	}{
		"Leader": {
			reason: "the leader is rank 0 and keeps its probes",
			main:   mainOf([]string{"python3", "-m", "dynamo.sglang"}, "--tp", "16"), node: node(Leader),
			want: spread{command: []string{"python3", "-m", "dynamo.sglang"}, args: []string{
				"--tp", "16", "--dist-init-addr", "$(LWS_LEADER_ADDRESS):29500", "--nnodes", "2", "--node-rank", "0",
			}},
		},
		"WorkerWithoutGPUs": {
			reason: "the number of GPUs means nothing to it",
			main:   mainOf([]string{"/opt/venv/bin/python3.11", "-m", "dynamo.sglang"}), node: node(Worker, withoutGPUs),
			want: spread{command: []string{"/opt/venv/bin/python3.11", "-m", "dynamo.sglang"}, args: []string{
				"--dist-init-addr", "$(LWS_LEADER_ADDRESS):29500", "--nnodes", "2", "--node-rank", "$(LWS_WORKER_INDEX)",
			}, noProbes: true},
		},
		"Line": {
			reason: "the first line that starts the engine gets the flags",
			main:   mainOf([]string{"bash", "-c"}, "ulimit -l unlimited; exec python3 -m dynamo.sglang --tp 16", "python3 -m dynamo.sglang"), node: node(Leader),
			want: spread{command: []string{"bash", "-c"}, args: []string{
				"ulimit -l unlimited; exec python3 -m dynamo.sglang --dist-init-addr $(LWS_LEADER_ADDRESS):29500 --nnodes 2 --node-rank 0 --tp 16",
				"python3 -m dynamo.sglang",
			}},
		},
		"Wrapped": {
			reason: "a wrapper in front of the interpreter changes nothing",
			main:   mainOf([]string{"nsys", "profile"}, "python3", "-m", "dynamo.sglang", "--tp=16"), node: node(Leader),
			want: spread{command: []string{"nsys", "profile"}, args: []string{
				"python3", "-m", "dynamo.sglang", "--tp=16", "--dist-init-addr", "$(LWS_LEADER_ADDRESS):29500", "--nnodes", "2", "--node-rank", "0",
			}},
		},
		"ByUser": {
			reason: "a line that tells each node its rank is left alone",
			main:   mainOf([]string{"python3", "-m", "dynamo.sglang"}, "--nnodes", "2", "--node-rank", "$(LWS_WORKER_INDEX)"), node: node(Worker),
			want: spread{command: []string{"python3", "-m", "dynamo.sglang"}, args: []string{"--nnodes", "2", "--node-rank", "$(LWS_WORKER_INDEX)"}, noProbes: true},
		},
		"Script": {
			reason: "a script of which we see nothing is left alone",
			main:   mainOf([]string{"/serve.sh"}, "--tp", "16"), node: node(Leader),
			want: spread{command: []string{"/serve.sh"}, args: []string{"--tp", "16"}},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, look(t, Spread(SGLang, tc.main, tc.node)), cmp.AllowUnexported(spread{})); diff != "" {
				t.Errorf("%s: Spread(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSpreadNothing(t *testing.T) {
	for _, role := range []Role{Leader, Worker} {
		if diff := cmp.Diff(Change{}, Spread(None, python("--tensor-parallel-size", "16"), node(role))); diff != "" {
			t.Errorf("without an engine there are no rules: Spread(...) of a %s (-want, +got):\n%s", role, diff)
		}
	}
}
