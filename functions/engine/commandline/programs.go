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
	// all are the programs.
	all []program
	// assigned are the assignments of scripts, in order, but for those that are for
	// one program.
	assigned []assignment
	// rest are all words of the container, in case some of it cannot be read.
	rest []word
}

// program is one program.
type program struct {
	// words are what it gets, its own name first.
	words []word
	// assigned are the assignments in front of it, which are for it alone.
	assigned []assignment
}

// prints says whether a program only prints its words, so that they do nothing.
func (p program) prints() bool {
	return len(p.words) > 0 && slices.Contains([]string{"echo", "printf"}, p.words[0].text)
}

// runs says whether a program is a python interpreter that runs a module, or a part of
// the module.
func (p program) runs(module string) bool {
	for i, w := range p.words {
		if i > 0 && p.words[i-1].text == "-m" && isModule(w.text, module) {
			return true
		}
	}
	return false
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

// Running returns the programs without those that surely run something else: if any
// runs one of the modules, only those that do. Assignments of scripts are for all.
func (p Programs) Running(modules ...string) Programs {
	running := func(one program) bool { return slices.ContainsFunc(modules, one.runs) }
	if !slices.ContainsFunc(p.all, running) {
		return p
	}
	p.all = slices.DeleteFunc(slices.Clone(p.all), func(one program) bool { return !running(one) })
	return p
}

// Values are all values that the programs get for a flag. A script may start the same
// program twice, so that there may be several and none that counts more.
func (p Programs) Values(f Flag) []Value {
	var out []Value
	for _, one := range p.all {
		if !one.prints() {
			out = append(out, f.in(one.words)...)
		}
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
	given := func(all []assignment) {
		for _, a := range all {
			if a.name == name {
				out = append(out, a.value.given())
			}
		}
	}
	given(p.assigned)
	for _, one := range p.all {
		given(one.assigned)
		if !one.prints() {
			out = append(out, findAssigned(name, one.words)...)
		}
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
			out = append(out, word{text: v, known: w.known}.given())
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
	r.all = append(r.all, program{words: own})
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
		r.all[len(r.all)-1].assigned = at.assignments(call.Assigns)
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
