package engine

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/shell"
)

// Executors of vLLM over several nodes, as its flag and our annotation name
// them.
const (
	ExecutorMP  = "mp"
	ExecutorRay = "ray"
)

// Ports of vLLM's ways over several nodes.
const (
	rayPort          = "6379"
	dataParallelPort = "13445"
)

// spreadVLLM lets a model that is too large for one node span all, or lets its
// data-parallel copies find each other. Only the leader serves, and can be
// probed.
func spreadVLLM(main corev1.Container, n Node) Change {
	out := Change{Command: main.Command, Args: main.Args}
	p := parallelism(main)
	switch {
	case n.GPUs == 0:
	case p.world > n.GPUs && n.Executor == ExecutorRay:
		out = ray(main, n)
	case p.world > n.GPUs:
		out.Args = withFlags(VLLM, main, multiprocessing(n)...)
	case p.world*p.data > n.GPUs && !slices.Contains(words(main), "--enable-elastic-ep"):
		out = dataParallel(main, n, n.GPUs/p.world)
	}
	if n.Executor != ExecutorRay {
		out.Env = []corev1.EnvVar{podIP("VLLM_NIXL_SIDE_CHANNEL_HOST")}
	}
	if n.Role == Worker {
		out.Probes = &Probes{}
		out = waiting(out, main.Image, n)
	}
	return out
}

// sizes are how many GPUs one copy of a model takes, and how many copies there
// are.
type sizes struct {
	world, data int64
}

func parallelism(main corev1.Container) sizes {
	all := words(main)
	return sizes{
		world: number(all, "--tensor-parallel-size") * number(all, "--pipeline-parallel-size"),
		data:  number(all, "--data-parallel-size"),
	}
}

// maxParallel keeps products of sizes far from an overflow; no model is spread
// over as many GPUs.
const maxParallel = 1 << 20

// number behind a flag; 1 where it is absent or cannot be read. Of several the
// last counts, as for vLLM.
func number(words []string, flag string) int64 {
	out := int64(1)
	for i, w := range words {
		if w != flag || i+1 == len(words) {
			continue
		}
		if v, err := strconv.ParseInt(words[i+1], 10, 64); err == nil && v > 0 && v <= maxParallel {
			out = v
		}
	}
	return out
}

// multiprocessing are the flags of vLLM's own executor.
func multiprocessing(n Node) []string {
	out := []string{
		"--distributed-executor-backend", ExecutorMP,
		"--nnodes", strconv.Itoa(int(n.Nodes)),
		"--master-addr", leaderAddress,
		"--master-port", rendezvousPort,
		"--node-rank", n.rank(),
	}
	if n.Role == Worker {
		out = append(out, "--headless")
	}
	return out
}

// ray starts a cluster of Ray, in which the leader runs the engine.
func ray(main corev1.Container, n Node) Change {
	line := "ray start --address=" + leaderAddress + ":" + rayPort + " --block"
	if n.Role == Leader {
		args := withFlags(VLLM, main, "--distributed-executor-backend", ExecutorRay)
		line = shell.Arg("ray start --head --port=" + rayPort + " && " + shell.Quote(slices.Concat(main.Command, args)...))
	}
	return Change{Command: []string{"/bin/sh", "-c"}, Args: []string{line}}
}

// dataParallel runs local copies of the model on each node.
func dataParallel(main corev1.Container, n Node, local int64) Change {
	count := strconv.FormatInt(local, 10)
	rank := "0"
	if n.Role == Worker {
		rank = "$(( " + count + " * " + workerIndex + " ))"
	}
	flags := []string{
		"--data-parallel-hybrid-lb",
		"--data-parallel-size-local", count,
		"--data-parallel-start-rank", rank,
		"--data-parallel-address", leaderAddress,
		"--data-parallel-rpc-port", dataParallelPort,
	}
	if n.Role == Worker && runsPython(main) {
		// Kubernetes still expands what the flags say of the node.
		line := shell.Arg("exec "+shell.Quote(slices.Concat(main.Command, main.Args)...)) + " " + strings.Join(flags, " ")
		return Change{Command: []string{"sh", "-c"}, Args: []string{line}}
	}
	return Change{Command: main.Command, Args: withFlags(VLLM, main, flags...)}
}

// podIP is a variable with the pod's address.
func podIP(name string) corev1.EnvVar {
	ref := &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "status.podIP"}
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: ref}}
}
