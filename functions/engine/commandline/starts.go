package commandline

import (
	"path"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"
)

// mentions says whether a command only speaks of the programs among its words.
func mentions(command string) bool {
	return slices.Contains([]string{"echo", "printf", "command", "which", "type", "test", "["}, command)
}

// Starts says whether a container's command line starts a program with these
// first words, such as ray start, in front of any python interpreter.
func Starts(main corev1.Container, first ...string) bool {
	all := strings.Join(slices.Concat(main.Command, main.Args), " ")
	if !strings.Contains(all, first[0]) {
		return false // Most command lines need no reading.
	}
	return slices.ContainsFunc(ReadPrograms(main).all, func(one program) bool {
		return starts(texts(one.words), first)
	})
}

func starts(words, program []string) bool {
	if len(words) == 0 || mentions(words[0]) {
		return false
	}
	if at := slices.IndexFunc(words, IsPython); at >= 0 {
		words = words[:at]
	}
	for i := range words {
		if end := i + len(program); end <= len(words) && path.Base(words[i]) == program[0] && slices.Equal(words[i+1:end], program[1:]) {
			return true
		}
	}
	return false
}

// nodeIndex are the variables with which orchestrators number the nodes of a
// replica.
var nodeIndex = regexp.MustCompile(`\b(LWS_WORKER_INDEX|GROVE_[A-Z_]*INDEX|DYNAMO_RANK)\b`)

// TestedIndex is the variable with the number of a node that a script of the
// container tests, so that nodes run different parts of it; empty without one.
func TestedIndex(main corev1.Container) string {
	for _, text := range slices.Concat(main.Command, main.Args) {
		if !nodeIndex.MatchString(text) {
			continue
		}
		if file := parse(text); file != nil {
			if name := testedIn(file, text); name != "" {
				return name
			}
		}
	}
	return ""
}

func testedIn(file *syntax.File, text string) string {
	w := indexWatcher{reader: reader{source: text, environment: &environment{}}, copies: map[string]string{}}
	syntax.Walk(file, w.visit)
	return w.tested
}

// indexWatcher looks for tests of a node's number, also under another name that
// the script gave to it.
type indexWatcher struct {
	reader

	// copies are variables with the number, each with the name that it had first.
	copies map[string]string
	tested string
}

func (w *indexWatcher) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Assign:
		if name := w.find(n.Value); n.Name != nil && name != "" {
			w.copies[n.Name.Value] = name
		}
	case *syntax.CaseClause:
		w.test(n.Word)
	case *syntax.TestClause:
		w.test(n)
	case *syntax.ArithmCmd:
		w.test(n)
	case *syntax.CallExpr:
		if len(n.Args) > 0 && slices.Contains([]string{"[", "test"}, literal(n.Args[0])) {
			w.test(n)
		}
	}
	return w.tested == ""
}

func (w *indexWatcher) test(n syntax.Node) {
	if w.tested == "" {
		w.tested = w.find(n)
	}
}

// find is the variable with a node's number that a part of the script mentions.
func (w *indexWatcher) find(n syntax.Node) string {
	if word, ok := n.(*syntax.Word); n == nil || ok && word == nil {
		return ""
	}
	text := w.raw(n)
	if name := nodeIndex.FindString(text); name != "" {
		return name
	}
	found := ""
	syntax.Walk(n, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil && found == "" {
			found = w.copies[p.Param.Value]
		}
		return found == ""
	})
	return found
}
