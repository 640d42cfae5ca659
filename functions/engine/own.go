package engine

import (
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
)

// ownWay is how a command line itself tells its nodes apart, or brings them
// together, and what its user can do; empty where it does not.
type ownWay struct {
	reason, remedy string
	// ray says that the command line starts a cluster of Ray.
	ray bool
}

// readOwnWay reads how a command line does by itself what rules do for others.
func readOwnWay(main corev1.Container, line commandline.Line, ranks ...commandline.Flag) ownWay {
	for _, f := range ranks {
		if isTemplated(line.Value(f)) {
			return ownWay{
				reason: f[0] + " stands there already",
				remedy: "see that it has all that each node needs, or take its flags for several nodes away",
			}
		}
	}
	if name := commandline.TestedIndex(main); name != "" {
		return ownWay{
			reason: "its script tests " + name,
			remedy: "see that each node gets all that it needs, or take the test away",
			ray:    commandline.Starts(main, "ray", "start"),
		}
	}
	return ownWay{}
}

// readOwnRay is for a command line that starts a cluster of Ray.
func readOwnRay(main corev1.Container) ownWay {
	if !commandline.Starts(main, "ray", "start") {
		return ownWay{}
	}
	return ownWay{
		reason: "it starts ray itself",
		remedy: "see that workers join the leader's cluster, or take ray start away, which is added for --distributed-executor-backend ray",
		ray:    true,
	}
}

// readOwnMPIWay reads what a command line of TensorRT-LLM does by itself: tell
// nodes apart, or start MPI.
func readOwnMPIWay(main corev1.Container) ownWay {
	if own := readOwnWay(main, commandline.Line{}); own.reason != "" {
		return own
	}
	for _, program := range []string{"mpirun", "mpiexec", "orterun"} {
		if commandline.Starts(main, program) {
			return ownWay{
				reason: "it starts " + program + " itself",
				remedy: "see that it reaches the other nodes, or take it away, so that it is added with a rank on each GPU",
			}
		}
	}
	return ownWay{}
}

// warnOfOwnWay warns of a command line that is left as it is.
func (w *warner) warnOfOwnWay(o ownWay) {
	w.addf(w.main, "%s, since %s: %s", w.sayNothing(), o.reason, o.remedy)
}

// addedFlag is a flag that rules add, and that a command line may have, too.
type addedFlag struct {
	flag commandline.Flag
	// value that is added, and whether nodes get different ones.
	value   string
	differs bool
}

// addedViaMP are the flags that vLLM's own executor gets.
func addedViaMP(n Node) []addedFlag {
	return []addedFlag{
		{flag: commandline.Flag{"--nnodes", "-n"}, value: strconv.Itoa(int(n.Nodes))},
		{flag: commandline.Flag{"--master-addr"}, value: n.Leader},
		{flag: flagMasterPort(), value: rendezvousPort},
		{flag: commandline.Flag{"--node-rank", "-r"}, value: n.rank(), differs: true},
	}
}

// addedToCopies are the flags that copies of a model get.
func addedToCopies(n Node, local int64) []addedFlag {
	count := strconv.FormatInt(local, 10)
	rank := "0"
	if n.Role == Worker {
		rank = "$(( " + count + " * " + n.IndexVariable + " ))"
	}
	return []addedFlag{
		{flag: commandline.Flag{"--data-parallel-size-local", "-dpl"}, value: count},
		{flag: commandline.Flag{"--data-parallel-start-rank", "-dpr"}, value: rank, differs: true},
		{flag: commandline.Flag{"--data-parallel-address", "-dpa"}, value: n.Leader},
		{flag: commandline.Flag{"--data-parallel-rpc-port", "-dpp"}, value: dataParallelPort},
	}
}

// addedToSGLang are the flags that SGLang gets.
func addedToSGLang(n Node) []addedFlag {
	return []addedFlag{
		{flag: commandline.Flag{"--dist-init-addr", "--nccl-init-addr"}, value: n.Leader + ":" + rendezvousPort},
		{flag: commandline.Flag{"--nnodes"}, value: strconv.Itoa(int(n.Nodes))},
		{flag: sglangRank(), value: n.rank(), differs: true},
	}
}

func flagMasterPort() commandline.Flag { return commandline.Flag{"--master-port"} }

// words of flags with their values, as an engine gets them.
func words(added []addedFlag) []string {
	var out []string
	for _, a := range added {
		out = append(out, a.flag[0], a.value)
	}
	return out
}

// warnOfAdded warns of flags that a command line has as well, with other values.
// In a script the user's stand behind those that are added, and win.
func (w *warner) warnOfAdded(line commandline.Line, added []addedFlag) {
	for _, a := range added {
		v := line.Value(a.flag)
		if !v.Given || !a.differs && bare(v.Text) == bare(a.value) {
			continue
		}
		said := fmt.Sprintf("%s %s", a.flag[0], v.Text)
		if line.NeedsShell() {
			w.addf(w.main, "%s has no effect, since the one that is added for %d nodes stands behind it and wins: take it away", said, w.node.Nodes)
			continue
		}
		if a.differs {
			said += " is the same on all nodes, and"
		}
		w.addf(w.main, "%s overrides the one that is added for %d nodes: take it away", said, w.node.Nodes)
	}
}

// bare is a value without what makes a reference to a variable of its name.
func bare(value string) string {
	return strings.NewReplacer("$", "", "(", "", ")", "", "{", "", "}", "", `"`, "").Replace(value)
}

// warnOfHeadless warns of a flag of vLLM that all nodes have, and only workers may.
func (w *warner) warnOfHeadless(line commandline.Line) {
	w.warnOfContrary(line, "keeps also the leader from serving, while workers alone need it and get it", commandline.Flag{"--headless"})
}

// warnOfContrary warns of flags that contradict what is added, each of which has an
// effect.
func (w *warner) warnOfContrary(line commandline.Line, effect string, flags ...commandline.Flag) {
	for _, f := range flags {
		if line.Has(f) {
			w.addf(w.main, "%s %s: take it away", f[0], effect)
		}
	}
}

// warnOfCalls warns of a script that starts the engine several times.
func (w *warner) warnOfCalls(line commandline.Line, e Engine) {
	if line.Calls() > 1 {
		w.addf(w.main, "1 of the %d calls of dynamo.%s is read, and gets flags for %d nodes: write one call, with variables for what differs",
			line.Calls(), e, w.node.Nodes)
	}
}
