package engine

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// rendezvousPort is where leaders of SGLang, and of vLLM's own executor, expect
// their workers.
const rendezvousPort = "29500"

// spreadSGLang tells each node where the leader is and which one it is itself.
// Only the leader serves, and can be probed.
func spreadSGLang(main corev1.Container, n Node) Change {
	out := Change{
		Command: main.Command,
		Args: withFlags(SGLang, main,
			"--dist-init-addr", leaderAddress+":"+rendezvousPort,
			"--nnodes", strconv.Itoa(int(n.Nodes)),
			"--node-rank", n.rank()),
	}
	if n.Role == Worker {
		out.Probes = &Probes{}
	}
	return out
}
