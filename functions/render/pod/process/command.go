package process

import (
	"fmt"
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

// commandWarnings say why a command line cannot run; nothing of one that may. The
// example is a command that could.
func (p Process) commandWarnings(example string) []string {
	why := ""
	switch program := strings.Join(p.line.Command, " "); {
	case commandline.RunsScript(p.line.Command):
		why = explainShell(program, p.line.Args, example)
	case isPython(p.line.Command) && len(p.line.Args) > 0:
		why = explainPython(program, p.line.Args)
	}
	if why == "" {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s", p.at.args, why)}
}

// explainShell says what a shell makes of arguments that do not begin with a
// line; nothing of those that do.
func explainShell(shell string, args []string, example string) string {
	if len(args) == 0 {
		return fmt.Sprintf("%s has no line to run, so that the container ends at once: write command, such as %s, or a line for the shell into args", shell, example)
	}
	first := args[0]
	switch {
	case strings.HasPrefix(first, "-") && !commandline.TakesScript(first):
		return fmt.Sprintf("%s takes %s for an option of its own: write command, such as %s", shell, strings.Fields(first)[0], example)
	case len(args) > 1 && !strings.HasPrefix(first, "-") && !strings.ContainsAny(first, blanks+"$"):
		return fmt.Sprintf("%s runs %q alone, without what follows: write the whole line as one entry", shell, first)
	}
	return ""
}

// explainPython says what an interpreter makes of the name of another, or of a
// whole line; nothing of other arguments.
func explainPython(python string, args []string) string {
	words := strings.Fields(args[0])
	switch {
	case commandline.IsPython(args[0]), commandline.IsForShells(args[0]):
		return fmt.Sprintf("%s looks for a file called %q: leave this word out", python, args[0])
	case isPythonLine(args):
		return fmt.Sprintf("%s takes this line for one word: write each word, from %q on, as an entry of its own", python, words[0])
	}
	return ""
}
