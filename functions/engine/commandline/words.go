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
	// assigned is the beginning of a word that a shell takes for an assignment, and
	// not for a program.
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

// RunsScript says whether a command is a shell that runs its first argument as a
// script.
func RunsScript(command []string) bool {
	return len(command) > 1 && IsShell(command[0]) && TakesScript(command[len(command)-1])
}

// IsAssignment says whether a word gives a variable its value, as in NAME=value.
func IsAssignment(word string) bool { return assigned.MatchString(word) }

// IsForShells says whether only a shell can make something of a word: it is a command
// of the shell itself, or separates commands. A list with such a word is a script that
// somebody cut into words.
func IsForShells(word string) bool {
	return slices.Contains([]string{".", "cd", "eval", "exec", "export", "set", "source", "ulimit", "&&", "||", "|", ";", "&"}, word)
}
