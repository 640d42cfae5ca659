package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/crossplane-contrib/function-dynamo/functions/contract/meta"
	"github.com/crossplane-contrib/function-dynamo/functions/dynamo"
	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
)

// Warnings tell where a component was given several nodes, and nothing is added
// that lets its engine use them, or what the engine takes does not fit them.
// Main is the main container with everything but what rules add.
func Warnings(c dynamo.Component, main corev1.Container, n Node) []string {
	w := warner{
		node:      n,
		main:      c.At.At(dynamo.FieldMain),
		multinode: c.At.At(dynamo.FieldMultinode),
		resources: c.At.At(dynamo.FieldResources),
	}
	switch e := c.Engine.Name; {
	case !dynamo.IsWorker(c.Type):
		w.addf(w.multinode, "%s for a component of type %q, and each node runs the same command: make it a worker, or take multinode away", w.sayNothing(), c.Type)
	case e == None:
		w.addf(w.multinode, "%s, since no engine is known: start python3 -m dynamo.vllm, dynamo.sglang or dynamo.trtllm with its flags in the args, as words or as a script in one of them; if a file starts trtllm, which takes no flags, backendFramework does, too",
			w.sayNothing())
	case e == VLLM:
		w.checkVLLM(main)
	case e == SGLang:
		w.checkSGLang(main)
	case e == TRTLLM:
		w.checkTRTLLM(main)
	}
	return w.out
}

// ExecutorFaults names a contradiction between the executor that an annotation
// asks for and the one that the command line does, where one is needed.
func ExecutorFaults(c dynamo.Component, main corev1.Container, n Node) field.ErrorList {
	if c.Engine.Name != VLLM || n.Executor == "" {
		return nil
	}
	v := readVLLM(main, n)
	spans := v.way == viaMP || v.way == viaRay || v.way == viaOther
	if !spans || !v.executor.Known || v.executor.Text == n.Executor {
		return nil
	}
	at := c.At.Annotations(meta.AnnotationVLLMExecutor).Key(meta.AnnotationVLLMExecutor)
	return field.ErrorList{field.Invalid(at, n.Executor, fmt.Sprintf("the command line of service %q has %s %s: change one of the two",
		c.Service, flagsOfVLLM().executor[0], v.executor.Text))}
}

// warner collects warnings on a component whose replicas have several nodes.
type warner struct {
	node Node
	// main, multinode and resources are where these fields stand.
	main, multinode, resources *field.Path

	out []string
}

// addf adds a warning on a field.
func (w *warner) addf(at *field.Path, format string, args ...any) {
	w.out = append(w.out, at.String()+": "+fmt.Sprintf(format, args...))
}

// sayNothing begins the warnings where nothing is added.
func (w *warner) sayNothing() string {
	return fmt.Sprintf("nothing is added for %d nodes", w.node.Nodes)
}

// checkVLLM warns of a command line of vLLM.
func (w *warner) checkVLLM(main corev1.Container) {
	v := readVLLM(main, w.node)
	if v.way == byUser {
		w.warnOfOwnWay(v.own)
		return
	}
	if !w.checkCounted(w.sayNothing()) || !w.checkPlace(v.line, VLLM) {
		return
	}
	w.warnOfCalls(v.line, VLLM)
	if v.way != alone {
		w.warnOfUnread(v.all())
	}
	switch v.way {
	case alone:
		w.warnOfCopies(v)
	case viaOther:
		w.warnOfExecutor(v)
	case viaMP:
		w.checkSize(v.all())
		w.checkParts(v.model)
		w.warnOfAdded(v.line, addedViaMP(w.node))
		w.warnOfHeadless(v.line)
	case viaRay:
		w.checkSize(v.all())
	case copies:
		w.warnOfShares(v)
		w.warnOfAdded(v.line, addedToCopies(w.node, w.node.GPUs/v.model.product()))
		w.warnOfHeadless(v.line)
		w.warnOfContrary(v.line, "contradicts --data-parallel-hybrid-lb, which is added",
			commandline.Flag{"--data-parallel-rank", "-dpn"}, commandline.Flag{"--data-parallel-external-lb", "-dpe"})
	case byUser:
	}
}

// warnOfExecutor warns of an executor that no rule knows.
func (w *warner) warnOfExecutor(v vllm) {
	flag := flagsOfVLLM().executor[0]
	if !v.executor.Known || strings.Contains(v.executor.Text, "$") {
		w.addf(w.main, "%s, since %s %s cannot be read: write mp or ray, or give a literal value to the variable", w.sayNothing(), flag, strconv.Quote(v.executor.Text))
		return
	}
	w.addf(w.main, "%s with %s %s, of which only mp and ray are known here: write one of these, or all flags of a node",
		w.sayNothing(), flag, v.executor.Text)
}

// warnOfCopies warns of a model that each node has a whole copy of.
func (w *warner) warnOfCopies(v vllm) {
	if v.line.Has(flagsOfVLLM().elastic) {
		w.addf(w.main, "%s with %s, which needs a cluster of Ray: take the flag away, or multinode", w.sayNothing(), flagsOfVLLM().elastic[0])
		return
	}
	all := v.all()
	if unread := slices.Concat(all.unread(), elsewhere(v.line)); len(unread) > 0 {
		w.addf(w.main, "%s, since whether the model takes more than one of them is not known (not read: %s): write the sizes as numbers in the command line, or give literal values to variables",
			w.sayNothing(), strings.Join(unread, ", "))
		return
	}
	w.addf(w.main, "%s, since what it starts takes %d of the %d GPUs of one node (%s), so that each node starts a whole copy: write sizes that take the %d GPUs of all nodes, or take multinode away",
		w.sayNothing(), all.product(), w.node.GPUs, all, w.node.all())
}

// warnOfShares warns of copies of a model that do not share out over the nodes.
func (w *warner) warnOfShares(v vllm) {
	world := v.model.product()
	fit := w.node.GPUs / world * int64(w.node.Nodes)
	if v.data.Count != fit {
		w.addf(w.main, "%s %d does not fit: a copy takes %s (%s), so that %d nodes of %s each have room for %d: write %s %d, or other sizes",
			v.data.flag, v.data.Count, gpus(world), v.model, w.node.Nodes, gpus(w.node.GPUs), fit, v.data.flag, fit)
	}
}

// checkSGLang warns of a command line of SGLang, which gets flags whatever it takes.
func (w *warner) checkSGLang(main corev1.Container) {
	line := commandline.Read(main, string(SGLang))
	if own := readOwnWay(main, line, sglangRank()); own.reason != "" {
		w.warnOfOwnWay(own)
		return
	}
	if !w.checkPlace(line, SGLang) {
		return
	}
	w.warnOfCalls(line, SGLang)
	w.warnOfAdded(line, addedToSGLang(w.node))
	takes := readSizes(line, sglangSizes()...)
	w.warnOfUnread(takes)
	if !w.checkCounted("whether the sizes fit cannot be said") || takes.isUnread() || len(elsewhere(line)) > 0 {
		return
	}
	if w.checkSize(takes) && w.checkParts(takes) && takes.product() <= w.node.GPUs {
		w.addf(w.main, "the sizes take %d GPUs (%s), which one node of %d has: write sizes that take the %d GPUs of all nodes, or take multinode away",
			takes.product(), takes, w.node.GPUs, w.node.all())
	}
}

// checkTRTLLM warns of a command line of TensorRT-LLM, which MPI starts on each GPU.
// Its sizes may stand in a file.
func (w *warner) checkTRTLLM(main corev1.Container) {
	if own := readOwnMPIWay(main); own.reason != "" {
		w.warnOfOwnWay(own)
		return
	}
	if !w.checkCounted("one rank is started on each node") {
		return
	}
	takes := readSizes(commandline.Read(main, string(TRTLLM)), trtllmSizes()...)
	w.warnOfUnread(takes)
	if takes.product() > 1 && !takes.isUnread() && takes.product() != w.node.all() {
		w.addf(w.main, "the sizes take %d GPUs (%s), while a rank is started on each of the %d GPUs of %d nodes: write sizes that take as many",
			takes.product(), takes, w.node.all(), w.node.Nodes)
	}
}

// checkCounted warns where there are no GPUs, with what comes of it. Where they are
// there and not counted, somebody else has said so.
func (w *warner) checkCounted(effect string) bool {
	if w.node.GPUs == 0 && !w.node.Uncounted {
		w.addf(w.resources, "%s, since no GPUs are asked for: give the number on one node as a limit", effect)
	}
	return w.node.GPUs > 0 && !w.node.Uncounted
}

// checkPlace warns where the command line takes no flags.
func (w *warner) checkPlace(line commandline.Line, e Engine) bool {
	if !line.TakesFlags() {
		w.addf(w.main, "%s, since its args show no place for flags of the engine: write python3 -m dynamo.%s and its flags there, as words or as a script in one of them",
			w.sayNothing(), e)
	}
	return line.TakesFlags()
}

// warnOfUnread warns of sizes that cannot be read.
func (w *warner) warnOfUnread(all sizes) {
	for _, s := range all {
		if s.Unread != "" {
			w.addf(w.main, "%s %s cannot be read and counts as %d: write the number, or give a literal value to the variable", s.flag, s.Unread, s.Count)
		}
	}
}

// checkSize warns of sizes that take more GPUs than all nodes have.
func (w *warner) checkSize(takes sizes) bool {
	fits := takes.product() <= w.node.all()
	if !fits {
		w.addf(w.main, "the sizes take %d GPUs (%s), and %d nodes have %d: write smaller ones, or ask for more nodes or GPUs",
			takes.product(), takes, w.node.Nodes, w.node.all())
	}
	return fits
}

// checkParts warns of sizes that the nodes cannot take equal parts of.
func (w *warner) checkParts(takes sizes) bool {
	even := takes.product()%int64(w.node.Nodes) == 0
	if !even {
		w.addf(w.main, "the sizes take %s (%s), which do not share out evenly over %d nodes: write sizes whose product divides by that",
			gpus(takes.product()), takes, w.node.Nodes)
	}
	return even
}

// elsewhere are places that may hold sizes and are not read.
func elsewhere(line commandline.Line) []string {
	hidden := slices.Clone(line.Hidden())
	for _, f := range []commandline.Flag{{"--config"}, {"--engine-config-json"}, {"--disagg-config"}} {
		if line.Has(f) {
			hidden = append(hidden, "the file of "+f[0])
		}
	}
	return hidden
}

// gpus is a number of GPUs in words.
func gpus(n int64) string {
	if n == 1 {
		return "1 GPU"
	}
	return strconv.FormatInt(n, 10) + " GPUs"
}

// String lists the sizes as a command line has them.
func (s sizes) String() string {
	var out []string
	for _, one := range s {
		if one.Count > 1 {
			out = append(out, one.flag+" "+strconv.FormatInt(one.Count, 10))
		}
	}
	if len(out) == 0 {
		return "no " + s[0].flag + " above 1"
	}
	return strings.Join(out, ", ")
}

// isUnread reports whether one of the sizes cannot be read.
func (s sizes) isUnread() bool { return len(s.unread()) > 0 }

// unread are the sizes that cannot be read, as a command line has them.
func (s sizes) unread() []string {
	var out []string
	for _, one := range s {
		if one.Unread != "" {
			out = append(out, one.flag+" "+one.Unread)
		}
	}
	return out
}
