package commandline

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Without are the words of a container without a program that stands in front of
// others and runs them, such as a launcher: as a word, or in a script.
func Without(words []string, program string) []string {
	out := make([]string, 0, len(words))
	for i, w := range words {
		// Behind a script it is the script's name for itself.
		if !runs(words, i, program) || i > 0 && strings.ContainsAny(words[i-1], " \t\n") {
			out = append(out, cutProgram(w, program))
		}
	}
	return out
}

// runs says whether a word is a program in front of a python interpreter, or of
// other words where there is none.
func runs(words []string, at int, program string) bool {
	return path.Base(words[at]) == program && !slices.ContainsFunc(words[:at], IsPython)
}

// cutProgram cuts a program out of a script, wherever other words follow it.
func cutProgram(script, program string) string {
	if !strings.Contains(script, program) {
		return script
	}
	file := parse(script)
	if file == nil {
		return script
	}
	var cuts [][2]int
	syntax.Walk(file, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.CallExpr); ok {
			names := literals(call.Args)
			for i := range names[:max(0, len(names)-1)] {
				if runs(names, i, program) {
					cuts = append(cuts, [2]int{offset(call.Args[i].Pos()), offset(call.Args[i+1].Pos())})
				}
			}
		}
		return true
	})
	for _, cut := range slices.Backward(cuts) {
		script = script[:cut[0]] + script[cut[1]:]
	}
	return script
}
