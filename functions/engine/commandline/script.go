package commandline

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxScript is how many bytes of a container's scripts are read. Scripts that people
// write are far shorter. Longer ones could be nested so deeply that parsing them takes
// more time and memory than there is.
const maxScript = 16 << 10

// readScript reads what the engine gets in a script. Text is the script after
// Kubernetes has expanded it. It is not ok where the script has no call of the engine
// that can be read.
func readScript(text string, s script, env *environment) (received, bool) {
	file := s.file
	if text != s.text {
		file = parse(text)
	}
	found := calls(file, s.name)
	if s.call < 0 || s.call >= len(found) {
		return received{}, false
	}
	out := engineWatcher{target: found[s.call]}
	follow(file, text, env, &out)
	return out.got, true
}

// engineWatcher follows a script up to the command that starts the engine.
type engineWatcher struct {
	target call
	got    received
}

func (w *engineWatcher) command(r reader, s *syntax.Stmt) bool {
	if s != w.target.statement {
		return false
	}
	w.got = r.receive(w.target.arguments()[w.target.first:])
	return true
}

func (w *engineWatcher) assign(string, word) {}

// script is an entry of a container's command or args that starts an engine.
type script struct {
	// name of the engine's module below dynamo.
	name string
	// text of the script as its user wrote it, and what a shell makes of it; nil
	// where that is not read.
	text string
	file *syntax.File
	// entry is its index in the list.
	entry int
	// at is the offset at which flags for the engine go in.
	at int
	// call is the number of the engine's call that takes the flags, from 0; -1 where
	// the script has no call that can be read.
	call int
	// calls of the engine in the script.
	calls int
}

// findScript finds the first entry that starts an engine and has a place for
// its flags.
func findScript(entries []string, name string) (script, bool) {
	length := 0
	for i, text := range entries {
		if !strings.Contains(text, "dynamo."+name) {
			continue
		}
		s := script{name: name, text: text, entry: i, at: flagsAt(name, text), call: -1}
		if length += len(text); length <= maxScript {
			s.file = parse(text)
			found := calls(s.file, name)
			s = s.place(found)
			s.calls = len(found)
		}
		// Behind a backslash a blank would begin no word.
		if s.at > 0 && text[s.at-1] != '\\' {
			return s, true
		}
	}
	return script{}, false
}

// place corrects the place for flags that was found in the text, where that belongs to
// something else: a comment, a script inside of this one, what follows a bracket.
func (s script) place(calls []call) script {
	for i, c := range calls {
		if slices.Contains(c.ends(), s.at) {
			s.call = i
			return s
		}
	}
	if len(calls) > 0 {
		s.call, s.at = 0, calls[0].module
	}
	return s
}

// call is a command of a script that starts the engine.
type call struct {
	statement *syntax.Stmt
	// first is the index of its first argument behind the module, and module
	// where that word ends in the script.
	first, module int
}

// arguments returns the words of the command, its program first.
func (c call) arguments() []*syntax.Word {
	command, _ := c.statement.Cmd.(*syntax.CallExpr)
	return command.Args
}

// ends returns the offsets at which the words of the command end, from its module on.
func (c call) ends() []int {
	var out []int
	for _, w := range c.arguments()[c.first-1:] {
		out = append(out, offset(w.End()))
	}
	for _, r := range c.statement.Redirs {
		if r.Word != nil && r.Hdoc == nil {
			out = append(out, offset(r.Word.End()))
		}
	}
	return out
}

func offset(p syntax.Pos) int { return int(p.Offset()) } //nolint:gosec // No script is that long.

// parse reads a script. It returns nil for one that no shell takes, or that is too
// long.
func parse(text string) *syntax.File {
	if len(text) > maxScript {
		return nil
	}
	file, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		return nil
	}
	return file
}

// calls returns the commands of a script that start an engine, in the order in which
// they are written.
func calls(file *syntax.File, name string) []call {
	if file == nil {
		return nil
	}
	var out []call
	syntax.Walk(file, func(n syntax.Node) bool {
		if s, ok := n.(*syntax.Stmt); ok {
			if first := engineAt(s, name); first >= 0 {
				command, _ := s.Cmd.(*syntax.CallExpr)
				out = append(out, call{statement: s, first: first, module: offset(command.Args[first-1].End())})
			}
		}
		return true
	})
	return out
}

// engineAt returns the index of the first argument behind the engine's module in a
// statement that starts the engine; -1 for other statements.
func engineAt(s *syntax.Stmt, name string) int {
	command, ok := s.Cmd.(*syntax.CallExpr)
	if !ok {
		return -1
	}
	return behindModule(literals(command.Args), name)
}

func literals(all []*syntax.Word) []string {
	out := make([]string, 0, len(all))
	for _, w := range all {
		out = append(out, literal(w))
	}
	return out
}

// literal returns the text of a word without its quotes. Expansions stay as they are
// written.
func literal(w *syntax.Word) string { return reader{environment: &environment{}}.text(w).text }
