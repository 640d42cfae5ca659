package commandline

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"
)

// Programs are all programs that a container's command line starts. There may be
// several, since a script may start several and run further scripts.
type Programs struct {
	// env are the variables that the container gives to all of them.
	env *environment
	// words are what each program gets, its own name first.
	words [][]word
	// assigned are the assignments of scripts, in order.
	assigned []assignment
	// rest are all words of the container, in case some of it cannot be read.
	rest []word
}

// assignment is a variable and what a script gives to it.
type assignment struct {
	name  string
	value word
}

// ReadPrograms reads all programs that a container starts, from its command, args and
// env. What its envFrom holds is not known.
func ReadPrograms(main corev1.Container) Programs {
	env := readEnv(main.Env)
	given := env.expandAll(main)
	r := programReader{left: maxScript}
	r.read(known(given), env)
	if r.hidden {
		r.rest = loose(given)
	}
	r.env = env
	return r.Programs
}

// Values are all values that the programs get for a flag. A script may start the same
// program twice, so that there may be several and none that counts more.
func (p Programs) Values(f Flag) []Value {
	var out []Value
	for _, words := range p.words {
		out = append(out, f.in(words)...)
	}
	if len(out) == 0 {
		return f.in(p.rest)
	}
	return out
}

// Assigned are all values that the command line gives to a variable: in a script, or in
// front of a program.
func (p Programs) Assigned(name string) []Value {
	var out []Value
	for _, a := range p.assigned {
		if a.name == name {
			out = append(out, Value{Text: a.value.text, Given: true, Known: a.value.known})
		}
	}
	for _, words := range p.words {
		out = append(out, findAssigned(name, words)...)
	}
	if len(out) == 0 {
		return findAssigned(name, p.rest)
	}
	return out
}

// findAssigned returns the values of a variable in words of the form NAME=value.
func findAssigned(name string, words []word) []Value {
	var out []Value
	for _, w := range words {
		if v, ok := strings.CutPrefix(w.text, name+"="); ok {
			out = append(out, Value{Text: v, Given: true, Known: w.known})
		}
	}
	return out
}

// Variable is what the container itself gives to a variable.
func (p Programs) Variable(name string) Value {
	text, known := p.env.values[name]
	return Value{Text: text, Given: known || p.env.unknown[name], Known: known}
}

// programReader collects programs.
type programReader struct {
	Programs

	// left is how many more bytes of scripts are read.
	left int
	// hidden says that there may be words that were not read.
	hidden bool
}

// scriptCost is added to the length of each script. It bounds the number of scripts,
// since even a short one takes a parser and an environment of its own.
const scriptCost = 256

// read reads the words of a program, and the scripts among them. Whether the program
// runs scripts is not asked: every word with blanks is read as one, since in a text
// that is no script nothing looks like a flag. A word that is read as a script is no
// flag or assignment itself.
func (r *programReader) read(words []word, env *environment) {
	own := slices.Clone(words)
	for i, w := range words {
		if strings.ContainsAny(w.text, " \t\n;") {
			own[i].text = ""
			r.script(words[i:], env)
		}
	}
	r.words = append(r.words, own)
}

// script reads the first of some words as a script. The second is what the script
// calls itself, and the others are its arguments.
func (r *programReader) script(words []word, env *environment) {
	text := words[0].text
	r.left -= len(text) + scriptCost
	if r.left < 0 {
		r.hidden = true
		return
	}
	file := parse(text)
	if file == nil {
		r.hidden = true
		return
	}
	follow(file, text, env.inner(texts(words[min(2, len(words)):])), r)
}

// command reads what the script starts, with what is known of its variables then.
func (r *programReader) command(at reader, s *syntax.Stmt) bool {
	if call, ok := s.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 {
		got := at.receive(call.Args)
		r.hidden = r.hidden || len(got.hidden) > 0
		r.read(got.words, at.environment)
	}
	return false
}

// assign keeps what the script gives to a variable.
func (r *programReader) assign(name string, value word) {
	r.assigned = append(r.assigned, assignment{name: name, value: value})
}

// texts returns the texts of words.
func texts(words []word) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		out = append(out, w.text)
	}
	return out
}
