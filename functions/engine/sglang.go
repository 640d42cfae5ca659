package engine

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
)

// rendezvousPort is where leaders of SGLang, and of vLLM's own executor, expect
// their workers.
const rendezvousPort = "29500"

// Flags of SGLang, by all its spellings. Data parallelism takes no further
// GPUs over several nodes: it shares those of tensor parallelism out.
func sglangSizes() []commandline.Flag {
	return []commandline.Flag{
		{"--tensor-parallel-size", "--tensor-parallel", "--tp-size", "--tp"},
		{"--pipeline-parallel-size", "--pipeline-parallel", "--pp-size", "--pp"},
	}
}

func sglangRank() commandline.Flag { return commandline.Flag{"--node-rank"} }

// spreadSGLang tells each node where the leader is and which one it is itself,
// unless the command line does. Only the leader serves, and can be probed.
func spreadSGLang(main corev1.Container, n Node) Change {
	line := commandline.Read(main, string(SGLang))
	out := Change{Command: main.Command, Args: main.Args}
	if readOwnWay(main, line, sglangRank()).reason == "" {
		out = withFlags(main, line, words(addedToSGLang(n))...)
	}
	if n.Role == Worker {
		out.Probes = &Probes{}
	}
	return out
}
