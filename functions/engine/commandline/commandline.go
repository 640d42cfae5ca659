// Package commandline reads how a container starts programs. Read is for an
// inference engine: where the command line takes further flags, and which flags
// the engine gets. ReadPrograms is for any program: what it gets of a flag, and
// what scripts give to a variable. Both read what Kubernetes and a shell make of
// the words, and run nothing.
package commandline

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Line is how a container starts an engine.
type Line struct {
	main  corev1.Container
	place place
	// words are what the engine gets, behind its module.
	words []word
	// rest are all words of the container, where the engine may get more than words
	// has: a script may hold flags in one place and pass them on in another.
	rest []word
	// hidden are the expressions that may hold flags and cannot be read.
	hidden []string
	// calls of the engine in its script.
	calls int
}

// word is what a program gets as one of its arguments.
type word struct {
	text string
	// known says whether text is what the program gets. Else it holds an
	// expression that only the running container can evaluate.
	known bool
}

// given returns a word as the value of a flag or a variable.
func (w word) given() Value { return Value{Text: w.text, Given: true, Known: w.known} }

// Read reads how a container starts the engine whose module is dynamo.name.
func Read(main corev1.Container, name string) Line {
	env := readEnv(main.Env)
	given := env.expandAll(main)
	out := Line{main: main}
	if len(main.Command) > 0 && IsPython(main.Command[0]) {
		out.place = place{kind: atEnd}
		out.words = known(given[max(1, behindModule(given, name)):])
		return out
	}
	if s, ok := findScript(main.Args, name); ok {
		out.place = place{kind: inScript, arg: s.entry, at: s.at}
		out.calls = s.calls
		s.entry += len(main.Command)
		return out.withScript(s, given, env)
	}
	if behind := behindModule(given, name); behind >= 0 {
		out.place = place{kind: atEnd}
		out.words = known(given[behind:])
		return out
	}
	if s, ok := findScript(main.Command, name); ok {
		return out.withScript(s, given, env) // It takes no flags, and can be read all the same.
	}
	out.rest = loose(given)
	return out
}

// withScript adds what the engine gets in a script. The script is one of the given
// words of the container; the word behind it is what the script calls itself, and the
// others are its arguments.
func (l Line) withScript(s script, given []string, env *environment) Line {
	env.giveArguments(given[min(s.entry+2, len(given)):])
	got, ok := readScript(given[s.entry], s, env)
	l.words, l.hidden = got.words, got.hidden
	if !ok || len(got.hidden) > 0 {
		l.rest = loose(given)
	}
	return l
}

// loose returns all words of a container as they are written, whatever they belong
// to.
func loose(given []string) []word {
	// A bracket that opens an array of bash belongs to no word of it.
	words := strings.Fields(strings.ReplaceAll(strings.Join(given, " "), "=(", "=( "))
	for i, w := range words {
		if !strings.Contains(w, "(") {
			words[i] = strings.TrimRight(w, ")")
		}
	}
	return known(words)
}

// TakesFlags says whether the command line shows a place for flags.
func (l Line) TakesFlags() bool { return l.place.kind != nowhere }

// NeedsShell says whether the engine is started without a shell. Then a flag whose
// value has to be computed needs a shell of its own.
func (l Line) NeedsShell() bool { return l.place.kind == atEnd }

// With returns the container's arguments with further flags for the engine: behind
// the arguments of a program, or inside of a script. Where the command line shows no
// place for flags, the arguments stay as they are.
func (l Line) With(flags ...string) []string {
	switch l.place.kind {
	case atEnd:
		return slices.Concat(l.main.Args, flags)
	case inScript:
		out := slices.Clone(l.main.Args)
		before, behind := out[l.place.arg][:l.place.at], out[l.place.arg][l.place.at:]
		if strings.HasPrefix(behind, "<") || strings.HasPrefix(behind, ">") {
			behind = " " + behind // Else a number before it would be that of a file.
		}
		out[l.place.arg] = before + " " + strings.Join(flags, " ") + behind
		return out
	case nowhere:
	}
	return l.main.Args
}

// Hidden are the expressions of the command line that may hold flags and cannot
// be read, such as $EXTRA_ARGS.
func (l Line) Hidden() []string { return l.hidden }

// Calls is how often a script starts the engine, as far as it can be read; only
// one call of several is read, and takes flags.
func (l Line) Calls() int { return l.calls }

func known(texts []string) []word {
	out := make([]word, 0, len(texts))
	for _, t := range texts {
		out = append(out, word{text: t, known: true})
	}
	return out
}
