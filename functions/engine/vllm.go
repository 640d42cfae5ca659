package engine

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
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

// vllmFlags are flags of vLLM, each by all its spellings. It takes a long one
// also by its beginning, where no other begins so.
type vllmFlags struct {
	// sizes of one copy of a model, and how many copies there are.
	sizes []commandline.Flag
	data  commandline.Flag

	executor, elastic commandline.Flag
	// ranks are those of a node, and of its first copy.
	ranks []commandline.Flag
}

func flagsOfVLLM() vllmFlags {
	return vllmFlags{
		sizes: []commandline.Flag{
			{"--tensor-parallel-size", "--tensor-parallel", "-tp"},
			{"--pipeline-parallel-size", "--pipeline-parallel", "-pp"},
			{"--prefill-context-parallel-size", "--prefill-context-parallel", "-pcp"},
		},
		data:     commandline.Flag{"--data-parallel-size", "-dp"},
		executor: commandline.Flag{"--distributed-executor-backend", "--distributed-executor"},
		elastic:  commandline.Flag{"--enable-elastic-ep"},
		ranks: []commandline.Flag{
			{"--node-rank", "-r"},
			{"--data-parallel-start-rank", "-dpr"},
			{"--data-parallel-rank", "-dpn"},
		},
	}
}

// way is how vLLM runs over the nodes of a replica.
type way int

const (
	// alone is a copy of the model on each node that knows of no other.
	alone way = iota
	// byUser is what the command line itself describes.
	byUser
	// viaMP and viaRay are one copy over all nodes.
	viaMP
	viaRay
	// viaOther is an executor of the user's that no rule knows.
	viaOther
	// copies are several on each node that find each other.
	copies
)

// vllm is what a command line says of vLLM over several nodes.
type vllm struct {
	line commandline.Line
	way  way
	// own is what the command line does by itself, where the way is byUser.
	own ownWay
	// model are the sizes of one copy of the model, and data how many copies
	// there are.
	model sizes
	data  size
	// executor that the command line names; empty without one.
	executor commandline.Value
}

// all are the sizes of all copies of the model.
func (v vllm) all() sizes { return slices.Concat(v.model, sizes{v.data}) }

// readVLLM decides how vLLM runs over the nodes: by the annotation and, without
// one, by the command line.
func readVLLM(main corev1.Container, n Node) vllm {
	line, flags := commandline.Read(main, string(VLLM)), flagsOfVLLM()
	out := vllm{
		line:     line,
		model:    readSizes(line, flags.sizes...),
		data:     readSizes(line, flags.data)[0],
		executor: line.Value(flags.executor),
	}
	out.own = readOwnWay(main, line, flags.ranks...)
	if out.own.reason == "" {
		out.own = readOwnRay(main)
	}
	world := out.model.product()
	switch {
	case out.own.reason != "":
		out.way = byUser
	case n.GPUs == 0:
	case world > n.GPUs:
		out.way = chooseExecutor(n.Executor, out.executor)
	case world*out.data.Count > n.GPUs && !line.Has(flags.elastic):
		out.way = copies
	}
	return out
}

// chooseExecutor returns the way of an executor: the one that an annotation names, else
// the command line; vLLM's own by default.
func chooseExecutor(annotated string, written commandline.Value) way {
	if written.Given && !written.Known && annotated == "" {
		return viaOther // It cannot be read, and no other may be put beside it.
	}
	switch cmp.Or(annotated, written.Text) {
	case "", ExecutorMP:
		return viaMP
	case ExecutorRay:
		return viaRay
	}
	return viaOther
}

// spreadVLLM lets a model that is too large for one node span all, or lets its
// data-parallel copies find each other. Only the leader serves, and can be
// probed.
func spreadVLLM(main corev1.Container, n Node) Change {
	v := readVLLM(main, n)
	out := Change{Command: main.Command, Args: main.Args}
	switch v.way {
	case viaMP:
		out = withFlags(main, v.line, multiprocessing(n)...)
	case viaRay:
		out = ray(main, v, n)
	case copies:
		out = withFlags(main, v.line, dataParallel(n, n.GPUs/v.model.product())...)
	case alone, byUser, viaOther:
	}
	if n.Executor != ExecutorRay && v.way != viaRay && !v.own.ray {
		out.Env = []corev1.EnvVar{podIP("VLLM_NIXL_SIDE_CHANNEL_HOST")}
	}
	if n.Role == Worker {
		out.Probes = &Probes{}
		out = waiting(out, main, v.way, n)
	}
	return out
}

// multiprocessing are the flags of vLLM's own executor.
func multiprocessing(n Node) []string {
	out := append([]string{"--distributed-executor-backend", ExecutorMP}, words(addedViaMP(n))...)
	if n.Role == Worker {
		out = append(out, "--headless")
	}
	return out
}

// ray starts a cluster of Ray, in which the leader runs the engine. Where the
// command line alone asks for Ray, it has the flag.
func ray(main corev1.Container, v vllm, n Node) Change {
	script := "ray start --address=" + n.Leader + ":" + rayPort + " --block"
	if n.Role == Leader {
		args := main.Args
		if n.Executor == ExecutorRay {
			args = v.line.With("--distributed-executor-backend", ExecutorRay)
		}
		script = shell.Arg("ray start --head --port=" + rayPort + " && " + shell.Quote(slices.Concat(main.Command, args)...))
	}
	return Change{Command: []string{"/bin/sh", "-c"}, Args: []string{script}}
}

// dataParallel are the flags of a node that runs so many copies of a model.
func dataParallel(n Node, local int64) []string {
	return append([]string{"--data-parallel-hybrid-lb"}, words(addedToCopies(n, local))...)
}

// podIP is a variable with the pod's address.
func podIP(name string) corev1.EnvVar {
	ref := &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: "status.podIP"}
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: ref}}
}
