package engine

import (
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// interpreters are the programs that take an engine's flags at the end of their
// arguments; everything else is taken for a shell with a line.
var interpreters = regexp.MustCompile(`^(.*/)?python[0-9.]*$`)

// comment of a shell script. One that seems to begin inside of quotes is rare
// enough.
var comment = regexp.MustCompile(`(?m)(^|\s)#.*$`)

// runsPython says whether a container runs an interpreter without a shell.
func runsPython(main corev1.Container) bool {
	return len(main.Command) > 0 && interpreters.MatchString(main.Command[0])
}

// withFlags returns the arguments of a container with flags for its engine: at
// the end of an interpreter's, inside of a shell's line. Where no line starts
// the engine, the arguments stay as they are.
func withFlags(e Engine, main corev1.Container, flags ...string) []string {
	if runsPython(main) {
		return slices.Concat(main.Args, flags)
	}
	out := slices.Clone(main.Args)
	for i, line := range out {
		if at := flagsAt(e, line); at >= 0 {
			out[i] = line[:at] + " " + strings.Join(flags, " ") + line[at:]
			return out
		}
	}
	return out
}

// flagsAt is where flags go into a shell line: behind the last word that holds
// the engine's name in the command that starts it; -1 where none does. A name
// in quotes does not count, since its word may go on behind a blank.
func flagsAt(e Engine, line string) int {
	start := 0
	for _, part := range separators.Split(line, -1) {
		if at := interpreter.FindStringIndex(part); at != nil && strings.Contains(part[at[1]:], "dynamo."+string(e)) {
			if end := lastName(e, part, at[1]); end >= 0 {
				return start + end
			}
		}
		start += len(part) + 1 // A separator is one byte.
	}
	return -1
}

// lastName is the end of the last word with the engine's name, from an offset.
func lastName(e Engine, command string, from int) int {
	bare := regexp.MustCompile(`\b` + string(e) + `\b\S*`)
	end := -1
	for _, m := range bare.FindAllStringIndex(command[from:], -1) {
		if !quoted(command[:from+m[0]]) {
			end = from + m[1]
		}
	}
	return end
}

// quoted says whether a shell is inside of quotes behind a text.
func quoted(text string) bool {
	var open rune
	escaped := false
	for _, r := range comment.ReplaceAllString(text, "$1") {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && open != '\'':
			escaped = true
		case open == 0 && (r == '\'' || r == '"'):
			open = r
		case r == open:
			open = 0
		}
	}
	return open != 0
}

// words of a container's arguments: those of a shell's line each for itself.
func words(main corev1.Container) []string {
	return strings.Fields(strings.Join(main.Args, " "))
}
