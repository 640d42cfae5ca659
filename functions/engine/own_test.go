package engine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/mpi"
)

func inSh(script string) corev1.Container { return mainOf([]string{"sh", "-c"}, script) }

// TestWarningsOfOwn are command lines that do by themselves a part of what is
// added to others.
func TestWarningsOfOwn(t *testing.T) {
	const (
		vllm    = "python3 -m dynamo.vllm -tp 16 "
		nothing = "spec.main: nothing is added for 2 nodes, since "
		tested  = ": see that each node gets all that it needs, or take the test away"
		ray     = nothing + "it starts ray itself: see that workers join the leader's cluster, or take ray start away, which is added for --distributed-executor-backend ray"
		mpirun  = nothing + "it starts mpirun itself: see that it reaches the other nodes, or take it away, so that it is added with a rank on each GPU"
		over    = " overrides the one that is added for 2 nodes: take it away"
		under   = " has no effect, since the one that is added for 2 nodes stands behind it and wins: take it away"
		unread  = " cannot be read: write mp or ray, or give a literal value to the variable"
	)
	cases := map[string]struct {
		reason string
		engine Engine
		main   corev1.Container
		want   []string
	}{
		"Executor":         {reason: "an executor in a shell's variable", engine: VLLM, main: inSh(vllm + "--distributed-executor-backend $EX"), want: []string{nothing + `--distributed-executor-backend "$EX"` + unread}},
		"ExecutorInline":   {reason: "in one word", engine: VLLM, main: inSh(vllm + `--distributed-executor-backend="${EX}"`), want: []string{nothing + `--distributed-executor-backend "${EX}"` + unread}},
		"ExecutorList":     {reason: "or one of Kubernetes", engine: VLLM, main: python("-tp", "16", "--distributed-executor-backend", "$(EX)"), want: []string{nothing + `--distributed-executor-backend "$(EX)"` + unread}},
		"ExecutorInScript": {reason: "also in a script", engine: VLLM, main: inSh(vllm + "--distributed-executor-backend $(EX)"), want: []string{nothing + `--distributed-executor-backend "$(EX)"` + unread}},

		"Calls": {reason: "one call of two gets flags", engine: VLLM, main: inSh(vllm + "|| " + vllm), want: []string{"spec.main: 1 of the 2 calls of dynamo.vllm is read, and gets flags for 2 nodes: write one call, with variables for what differs"}},
		"CallsSGLang": {
			reason: "of each engine", engine: SGLang, main: inSh("if test -e x; then python3 -m dynamo.sglang --tp 16; else python3 -m dynamo.sglang --tp 8; fi"),
			want: []string{"spec.main: 1 of the 2 calls of dynamo.sglang is read, and gets flags for 2 nodes: write one call, with variables for what differs"},
		},
		"Index":       {reason: "a script that asks which node it is", engine: VLLM, main: inSh(`if [ "$LWS_WORKER_INDEX" = 0 ]; then ` + vllm + "; else " + vllm + "--headless; fi"), want: []string{nothing + "its script tests LWS_WORKER_INDEX" + tested}},
		"IndexSGLang": {reason: "of each engine", engine: SGLang, main: inSh("case $GROVE_PCLQ_POD_INDEX in 0) python3 -m dynamo.sglang;; esac"), want: []string{nothing + "its script tests GROVE_PCLQ_POD_INDEX" + tested}},
		"IndexTRTLLM": {reason: "whatever starts its nodes", engine: TRTLLM, main: inSh("if test $LWS_WORKER_INDEX = 0; then python3 -m dynamo.trtllm; fi"), want: []string{nothing + "its script tests LWS_WORKER_INDEX" + tested}},

		"List":     {reason: "what is added wins in a list", engine: VLLM, main: python("-tp", "16", "--master-port", "1234"), want: []string{"spec.main: --master-port 1234" + under}},
		"Script":   {reason: "and loses in a script", engine: VLLM, main: inSh(vllm + "--master-port=1234 --nnodes 4"), want: []string{"spec.main: --nnodes 4" + over, "spec.main: --master-port 1234" + over}},
		"Same":     {reason: "the same twice hurts nobody", engine: VLLM, main: inSh(vllm + "--nnodes 2 --master-port 29500 --master-addr ${LWS_LEADER_ADDRESS}")},
		"Address":  {reason: "another leader", engine: VLLM, main: inSh(vllm + "--master-addr head"), want: []string{"spec.main: --master-addr head" + over}},
		"Headless": {reason: "a leader that serves nothing", engine: VLLM, main: python("-tp", "16", "--headless"), want: []string{"spec.main: --headless keeps also the leader from serving, while workers alone need it and get it: take it away"}},
		"Copies": {
			reason: "flags of copies", engine: VLLM,
			main: python("-dp", "16", "--data-parallel-size-local", "4", "--data-parallel-address", "head", "--data-parallel-rpc-port", "1", "--data-parallel-start-rank", "8"),
			want: []string{
				"spec.main: --data-parallel-size-local 4" + under, "spec.main: --data-parallel-start-rank 8" + under,
				"spec.main: --data-parallel-address head" + under, "spec.main: --data-parallel-rpc-port 1" + under,
			},
		},
		"CopiesShort":    {reason: "by all names", engine: VLLM, main: inSh("python3 -m dynamo.vllm -dp 16 -dpr 8"), want: []string{"spec.main: --data-parallel-start-rank 8 is the same on all nodes, and" + over}},
		"CopiesBalanced": {reason: "another balancer", engine: VLLM, main: python("-dp", "16", "--data-parallel-external-lb"), want: []string{"spec.main: --data-parallel-external-lb contradicts --data-parallel-hybrid-lb, which is added: take it away"}},
		"SGLangAddress":  {reason: "another leader of SGLang", engine: SGLang, main: sglang("--tp", "16", "--dist-init-addr", "head:1"), want: []string{"spec.main: --dist-init-addr head:1" + under}},
		"CopyOneGPU": {
			reason: "one GPU is no plural", engine: VLLM, main: python("-dp", "12"),
			want: []string{"spec.main: --data-parallel-size 12 does not fit: a copy takes 1 GPU (no --tensor-parallel-size above 1), so that 2 nodes of 8 GPUs each have room for 16: write --data-parallel-size 16, or other sizes"},
		},

		"Ray":       {reason: "a cluster of the user's", engine: VLLM, main: inSh("ray start --head && " + vllm + "--distributed-executor-backend ray"), want: []string{ray}},
		"RayByNode": {reason: "by node", engine: VLLM, main: inSh("if [ $LWS_WORKER_INDEX = 0 ]; then ray start --head; " + vllm + "; else ray start --block; fi"), want: []string{nothing + "its script tests LWS_WORKER_INDEX" + tested}},
		"MPI":       {reason: "ranks of the user's", engine: TRTLLM, main: mainOf([]string{"mpirun", "-np", "16"}, "python3", "-m", "dynamo.trtllm"), want: []string{mpirun}},
		"MPIScript": {reason: "in a script", engine: TRTLLM, main: inSh("exec mpirun -np 16 python3 -m dynamo.trtllm"), want: []string{mpirun}},
		"Launch":    {reason: "a launcher is no MPI", engine: TRTLLM, main: mainOf([]string{"trtllm-llmapi-launch"}, "python3", "-m", "dynamo.trtllm")},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Warnings(spanning(tc.engine), tc.main, node(Leader))); diff != "" {
				t.Errorf("%s: Warnings(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestSpreadOwn are command lines that stay as they are, on all nodes.
func TestSpreadOwn(t *testing.T) {
	cases := map[string]struct {
		reason string
		engine Engine
		script string
		env    []string
	}{
		"Executor": {reason: "an executor that cannot be read", engine: VLLM, script: "python3 -m dynamo.vllm -tp 16 --distributed-executor-backend $EX", env: []string{"VLLM_NIXL_SIDE_CHANNEL_HOST"}},
		"Index":    {reason: "a script that asks which node it is", engine: VLLM, script: "if [ $LWS_WORKER_INDEX = 0 ]; then python3 -m dynamo.vllm -tp 16; fi", env: []string{"VLLM_NIXL_SIDE_CHANNEL_HOST"}},
		"Ray":      {reason: "a cluster of the user's", engine: VLLM, script: "ray start --head && python3 -m dynamo.vllm -tp 16 --distributed-executor-backend ray"},
		"SGLang":   {reason: "of each engine", engine: SGLang, script: "if [ $LWS_WORKER_INDEX = 0 ]; then python3 -m dynamo.sglang --tp 16; fi"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, role := range []Role{Leader, Worker} {
				want := spread{command: []string{"sh", "-c"}, args: []string{tc.script}, env: tc.env, noProbes: role == Worker}
				if diff := cmp.Diff(want, look(t, Spread(tc.engine, inSh(tc.script), node(role))), cmp.AllowUnexported(spread{})); diff != "" {
					t.Errorf("%s: Spread(...) of a %s (-want, +got):\n%s", tc.reason, role, diff)
				}
			}
		})
	}
}

// TestSpreadOwnMPI is MPI that the user starts.
func TestSpreadOwnMPI(t *testing.T) {
	main := mainOf([]string{"mpirun", "-np", "16"}, "python3", "-m", "dynamo.trtllm")
	for role, want := range map[Role]*Probes{Leader: nil, Worker: {}} {
		got := Spread(TRTLLM, main, node(role))
		if got.Command != nil || got.Args != nil {
			t.Errorf("the %s keeps its words: got %q %q", role, got.Command, got.Args)
		}
		if diff := cmp.Diff(want, got.Probes); diff != "" {
			t.Errorf("probes of the %s: -want, +got:\n%s", role, diff)
		}
	}
}

// TestSpreadLaunched is an engine behind the launcher that is added.
func TestSpreadLaunched(t *testing.T) {
	program := []string{"python3", "-m", "dynamo.trtllm", "--log", "/tmp/trtllm-llmapi-launch"}
	cases := map[string]struct {
		reason string
		words  []string
		want   []string
	}{
		"Words":  {reason: "a word is dropped", words: append([]string{"/usr/bin/trtllm-llmapi-launch"}, program...), want: program},
		"Script": {reason: "and cut out of a script", words: []string{"sh", "-c", "exec trtllm-llmapi-launch python3 -m dynamo.trtllm"}, want: []string{"sh", "-c", "exec python3 -m dynamo.trtllm"}},
		"Name": {
			reason: "a script's name for itself stays", words: []string{"bash", "-c", `trtllm-llmapi-launch "$@"`, "trtllm-llmapi-launch", "python3"},
			want: []string{"bash", "-c", `"$@"`, "trtllm-llmapi-launch", "python3"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Spread(TRTLLM, corev1.Container{Command: tc.words}, node(Leader))
			if diff := cmp.Diff([]string{mpi.Leader(2, 8, tc.want)}, got.Args); diff != "" {
				t.Errorf("%s: Spread(...) (-want, +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestLeaderPort(t *testing.T) {
	cases := map[string]struct {
		reason string
		main   corev1.Container
		want   string
	}{
		"None":   {reason: "the one that is added", main: inSh("python3 -m dynamo.vllm -tp 16"), want: "29500"},
		"Script": {reason: "the user's wins in a script", main: inSh("python3 -m dynamo.vllm -tp 16 --master-port 1234"), want: "1234"},
		"List":   {reason: "and loses in a list", main: python("-tp", "16", "--master-port", "1234"), want: "29500"},
		"Unread": {reason: "what cannot be read is nothing to wait for", main: inSh("python3 -m dynamo.vllm -tp 16 --master-port $PORT"), want: "29500"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := Spread(VLLM, tc.main, node(Worker)).InitContainers
			want := `export LEADER_HOST="${LWS_LEADER_ADDRESS}" LEADER_PORT="` + tc.want + `" && exec python3 /scripts/wait-for-leader.py`
			if len(got) != 1 || got[0].Command[2] != want {
				t.Errorf("%s: want a container that runs %q, got %v", tc.reason, want, got)
			}
		})
	}
}
