package commandline

import (
	"regexp"
	"slices"
)

var (
	pythons = regexp.MustCompile(`^(.*/)?python[0-9.]*$`)
	shells  = regexp.MustCompile(`^(.*/)?(ba|da|z|k)?sh$`)
	// takesScript is an option with which a shell runs the next argument, alone
	// or together with others.
	takesScript = regexp.MustCompile(`^-[a-zA-Z]*c[a-zA-Z]*$`)
	// assigned is what a shell takes for a variable, and nothing else for a
	// program.
	assigned = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)
)

// IsPython says whether a word is the name of a python interpreter, with or
// without its path.
func IsPython(word string) bool { return pythons.MatchString(word) }

// IsShell says whether a word is the name of a shell, with or without its path.
func IsShell(word string) bool { return shells.MatchString(word) }

// TakesScript says whether a word is an option with which a shell runs the text
// that follows, such as -c or -lc.
func TakesScript(option string) bool { return takesScript.MatchString(option) }

// RunsScript says whether a command is a shell that takes its first argument for
// the script to run.
func RunsScript(command []string) bool {
	return len(command) > 1 && IsShell(command[0]) && TakesScript(command[len(command)-1])
}

// IsAssignment says whether a word gives a variable its value, as in NAME=value.
func IsAssignment(word string) bool { return assigned.MatchString(word) }

// IsForShells says whether a word means something to shells alone: no program is
// called by it, or it separates commands. A list of words with one of them is a
// script in pieces.
func IsForShells(word string) bool {
	return slices.Contains([]string{".", "cd", "eval", "exec", "export", "set", "source", "ulimit", "&&", "||", "|", ";", "&"}, word)
}
