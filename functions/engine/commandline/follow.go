package commandline

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// received is what an engine gets in a script.
type received struct {
	words  []word
	hidden []string
}

// readScript reads what the engine gets in a script. It is not ok where the
// script has no call of the engine that can be read.
func readScript(s script, env *environment) (received, bool) {
	found := calls(s.file, s.name)
	if s.call < 0 || s.call >= len(found) {
		return received{}, false
	}
	f := follower{target: found[s.call], reader: reader{source: s.text, environment: env}}
	syntax.Walk(s.file, f.visit)
	return f.got, true
}

// follower goes through a script up to the command that starts the engine, and
// keeps in mind what the variables are.
type follower struct {
	reader

	target call
	// path are the nodes around the current one, each with how many names had
	// been assigned before it.
	path     []step
	assigned []string
	got      received
	done     bool
}

type step struct {
	node     syntax.Node
	assigned int
}

// visit is called with each node before its children, and with nil behind them.
func (f *follower) visit(n syntax.Node) bool {
	if n == nil {
		f.leave()
		return true
	}
	if f.done {
		return false
	}
	f.path = append(f.path, step{node: n, assigned: len(f.assigned)})
	switch n := n.(type) {
	case *syntax.Stmt:
		if n == f.target.statement {
			f.got = f.receive()
			f.done = true
		}
	case *syntax.CallExpr:
		if len(n.Args) == 0 {
			f.assign(n.Assigns)
		}
		f.run(n.Args)
	case *syntax.DeclClause:
		f.assign(n.Args)
	case *syntax.WordIter:
		f.forget(n.Name.Value)
	}
	return true
}

// leave is called behind the children of a node. What is assigned in a branch
// may not have been, as far as what follows can know.
func (f *follower) leave() {
	last := f.path[len(f.path)-1]
	f.path = f.path[:len(f.path)-1]
	switch last.node.(type) {
	case *syntax.IfClause, *syntax.WhileClause, *syntax.ForClause, *syntax.CaseClause, *syntax.FuncDecl,
		*syntax.Subshell, *syntax.CmdSubst, *syntax.BinaryCmd:
		for _, name := range slices.Clone(f.assigned[last.assigned:]) {
			f.forget(name)
		}
	}
}

func (f *follower) assign(all []*syntax.Assign) {
	for _, a := range all {
		if a.Name == nil || a.Naked {
			continue
		}
		value := f.text(a.Value)
		if a.Append || a.Index != nil || a.Array != nil || !value.known {
			f.forget(a.Name.Value)
			continue
		}
		f.set(a.Name.Value, value.text)
		f.assigned = append(f.assigned, a.Name.Value)
	}
}

func (f *follower) forget(name string) {
	f.environment.forget(name)
	f.assigned = append(f.assigned, name)
}

// run forgets what a command of the shell changes.
func (f *follower) run(args []*syntax.Word) {
	if len(args) == 0 {
		return
	}
	switch literal(args[0]) {
	case "set", "shift", "eval":
		f.forget("@")
	case "read", "unset", "mapfile", "readarray", "getopts", "printf":
		for _, w := range args[1:] {
			f.forget(literal(w))
		}
	}
}

// receive evaluates what the engine gets.
func (f *follower) receive() received {
	out := received{}
	flag := false
	for _, w := range f.target.arguments()[f.target.first:] {
		got := f.fields(w)
		if len(got) == 1 && !got[0].known && hides(w, flag) {
			out.hidden = append(out.hidden, f.raw(w))
		}
		out.words = append(out.words, got...)
		flag = len(got) > 0 && strings.HasPrefix(got[len(got)-1].text, "-")
	}
	return out
}

// hides says whether a word that cannot be read may stand for flags. Behind a
// flag it is that flag's value, unless its name says otherwise.
func hides(w *syntax.Word, behindFlag bool) bool {
	text := strings.ToUpper(literal(w))
	p := sole(w)
	switch {
	case len(w.Parts) != 1:
		return false
	case p != nil && p.Param != nil:
		text = strings.ToUpper(p.Param.Value)
		if _, quoted := w.Parts[0].(*syntax.DblQuoted); quoted && text != "@" && p.Index == nil {
			return false
		}
	default:
		if _, command := w.Parts[0].(*syntax.CmdSubst); !command {
			return false
		}
	}
	return !behindFlag || text == "@" || text == "*" || strings.Contains(text, "ARG") || strings.Contains(text, "OPT") || strings.Contains(text, "FLAG")
}
