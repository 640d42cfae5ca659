package commandline

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"
)

// Programs are all programs that a container's command line starts: a script may
// start several, and run further scripts.
type Programs struct {
	// env is what the container gives to all of them.
	env *environment
	// words that each gets, its own name first.
	words [][]word
	// assigned are what scripts give to variables, in order.
	assigned []assignment
	// rest are all words of the container, where some of it cannot be read.
	rest []word
}

// assignment is a variable and what a script gives to it.
type assignment struct {
	name  string
	value word
}

// ReadPrograms reads all programs that a container starts. What a variable holds
// is taken from its command, args and env; its envFrom is not known.
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

// Values are all that the programs get for a flag. Of which of them the user
// thinks is not known: a script may start the same one twice.
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

// Assigned are all that the command line gives to a variable, in a script or in
// front of a program.
func (p Programs) Assigned(name string) []Value {
	var out []Value
	for _, a := range p.assigned {
		if a.name == name {
			out = append(out, Value{Text: a.value.text, Given: true, Known: a.value.known})
		}
	}
	for _, words := range p.words {
		out = append(out, valuesOf(name, words)...)
	}
	if len(out) == 0 {
		return valuesOf(name, p.rest)
	}
	return out
}

// valuesOf are the values of a variable in words of the form NAME=value.
func valuesOf(name string, words []word) []Value {
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

	// left is how much of scripts is still read, in bytes.
	left int
	// hidden says that something may hold words that are not read.
	hidden bool
}

// scriptCost is what a script counts for beside its length: it has a parser and
// an environment of its own, however short it is.
const scriptCost = 256

// read reads the words of a program, and those of the scripts among them. Which
// programs run scripts is not asked: a word with blanks may be one, and a text
// that is none has no flags. Such a word is no flag or assignment itself.
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

// script reads the first of some words as a script; the second is its name for
// itself, and the others are its arguments.
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

func (r *programReader) command(at reader, s *syntax.Stmt) bool {
	if call, ok := s.Cmd.(*syntax.CallExpr); ok && len(call.Args) > 0 {
		got := at.receive(call.Args)
		r.hidden = r.hidden || len(got.hidden) > 0
		r.read(got.words, at.environment)
	}
	return false
}

func (r *programReader) assign(name string, value word) {
	r.assigned = append(r.assigned, assignment{name: name, value: value})
}

func texts(words []word) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		out = append(out, w.text)
	}
	return out
}
