package process

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
)

// resolveCommand decides on the command and args of a container: the user's, and the
// type's default for what the user leaves out. Args without a command are run
// without the default command where that could not run them: a shell would run the
// first word alone, and python would look for a file.
func resolveCommand(user, base corev1.Container) corev1.Container {
	out := corev1.Container{Command: chooseList(user.Command, base.Command), Args: chooseList(user.Args, base.Args)}
	if len(user.Command) > 0 || len(user.Args) == 0 {
		return out
	}
	first := user.Args[0]
	switch {
	case commandline.RunsScript(base.Command) && len(user.Args) > 1 && isProgram(user.Args),
		isPython(base.Command) && !strings.ContainsAny(first, blanks) && replacesPython(first):
		out.Command, out.Args = user.Args[:1], user.Args[1:]
	case isPython(base.Command) && isPythonLine(user.Args):
		out.Command, out.Args = Shell(), []string{first}
		if strings.HasPrefix(first, "-") {
			out.Args = []string{strings.Join(base.Command, " ") + " " + first}
		}
	}
	return out
}

// blanks separate words.
const blanks = " \t\n"

// isPython says whether a command is a python interpreter alone.
func isPython(command []string) bool { return len(command) == 1 && commandline.IsPython(command[0]) }

// isProgram says whether words are a program with its arguments, rather than
// flags, a shell line and what it is called with, or such a line in pieces.
func isProgram(words []string) bool {
	first := words[0]
	return first != "" && !strings.ContainsAny(first[:1], "-+") && !strings.ContainsAny(first, blanks) &&
		!commandline.IsAssignment(first) && !slices.ContainsFunc(words, commandline.IsForShells)
}

// replacesPython says whether the first argument of an interpreter is a program
// to run in its place: another interpreter, a shell, or a name without a dot or
// a slash, since a script for the interpreter has one of them.
func replacesPython(word string) bool {
	return commandline.IsPython(word) || commandline.IsShell(word) ||
		word != "" && word[0] != '-' && !strings.ContainsAny(word, "./") && !commandline.IsForShells(word)
}

// isPythonLine says whether the only argument of an interpreter is a line that
// starts one, or that has its flags.
func isPythonLine(args []string) bool {
	words := strings.Fields(args[0])
	return len(args) == 1 && len(words) > 1 && (words[0] == "-m" || commandline.IsPython(words[0]))
}
