package commandline

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// watcher is told what happens in a script, in the order in which it is written.
type watcher interface {
	// command is called before each command that may start a program, with what
	// is known of the variables then. The rest of the script is left out where it
	// returns true.
	command(r reader, s *syntax.Stmt) bool
	// assign is called with each assignment to a variable, but for those in front of
	// a program.
	assign(name string, value word)
}

// follower goes through a script and keeps in mind what the variables are.
type follower struct {
	reader

	watcher watcher
	// path are the nodes around the current one, each with how many names had
	// been assigned before it.
	path     []step
	assigned []string
	done     bool
}

// follow tells a watcher of a script; env is what is known when it begins, and
// changes with it.
func follow(file *syntax.File, text string, env *environment, w watcher) {
	f := follower{watcher: w, reader: reader{source: text, environment: env}}
	syntax.Walk(file, f.visit)
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
		f.done = f.watcher.command(f.reader, n)
	case *syntax.CallExpr:
		f.call(n)
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
		// The names stay in the list, for the nodes around this one.
		for _, name := range f.assigned[last.assigned:] {
			f.environment.forget(name)
		}
	}
}

// call keeps in mind what a simple command changes. What is assigned in front of
// a program is for that program alone, and comes too late for its words.
func (f *follower) call(n *syntax.CallExpr) {
	if len(n.Args) == 0 {
		f.assign(n.Assigns)
		return
	}
	f.run(n.Args)
}

// value is what an assignment gives to its variable.
func (r reader) value(a *syntax.Assign) word {
	out := r.text(a.Value)
	out.known = out.known && !a.Append && a.Index == nil && a.Array == nil
	return out
}

// assignments are what assignments in front of a program give to its variables.
func (r reader) assignments(all []*syntax.Assign) []assignment {
	var out []assignment
	for _, a := range all {
		if a.Name != nil {
			out = append(out, assignment{name: a.Name.Value, value: r.value(a)})
		}
	}
	return out
}

// assign keeps in mind what assignments give to variables.
func (f *follower) assign(all []*syntax.Assign) {
	for _, a := range all {
		if a.Name == nil || a.Naked {
			continue
		}
		value := f.value(a)
		f.watcher.assign(a.Name.Value, value)
		if !value.known {
			f.forget(a.Name.Value)
			continue
		}
		f.set(a.Name.Value, value.text)
		f.assigned = append(f.assigned, a.Name.Value)
	}
}

// forget notes that the value of a variable is not known from here on.
func (f *follower) forget(name string) {
	f.environment.forget(name)
	f.assigned = append(f.assigned, name)
}

// run forgets the variables that a command of the shell itself changes.
func (f *follower) run(args []*syntax.Word) {
	switch literal(args[0]) {
	case "set", "shift", "eval":
		f.forget("@")
	case "read", "unset", "mapfile", "readarray", "getopts", "printf":
		for _, w := range args[1:] {
			f.forget(literal(w))
		}
	}
}

// received is what a program gets in a script.
type received struct {
	words []word
	// hidden are the expressions that may hold flags and cannot be read.
	hidden []string
}

// receive evaluates what a program gets for words of a script.
func (r reader) receive(words []*syntax.Word) received {
	out := received{}
	flag := false
	for _, w := range words {
		got := r.fields(w)
		if len(got) == 1 && !got[0].known && hides(w, flag) {
			out.hidden = append(out.hidden, r.raw(w))
		}
		out.words = append(out.words, got...)
		flag = len(got) > 0 && strings.HasPrefix(got[len(got)-1].text, "-")
	}
	return out
}

// hides says whether a word that cannot be read may stand for flags. A word behind a
// flag is taken for the value of that flag, unless its name says that it has
// arguments.
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
