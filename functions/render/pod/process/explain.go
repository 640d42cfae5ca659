package process

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/crossplane-contrib/function-dynamo/functions/engine/commandline"
)

// complaint says why a command line cannot run as it is meant; its text is empty
// where it may.
type complaint struct {
	// word is the index of the first word that is at fault, in command and args.
	word int
	text string
}

// complain makes a complaint about a word.
func complain(word int, format string, args ...any) complaint {
	return complaint{word: word, text: fmt.Sprintf(format, args...)}
}

// commandWarnings say why a command line surely cannot run as it is meant;
// nothing if it may. Without a command the image knows what to run.
func (p Process) commandWarnings(example string) []string {
	if len(p.line.Command) == 0 {
		return nil
	}
	words := slices.Concat(p.line.Command, p.line.Args)
	waits := p.user.Stdin || p.user.TTY // Then no interpreter ends for want of a program.
	why := complaint{}
	switch {
	case commandline.IsShell(words[0]):
		why = explainShell(words, example, waits)
	case commandline.IsPython(words[0]):
		why = explainPython(words, example, waits)
	default:
		why = explainProgram(words)
	}
	if why.text == "" {
		return nil
	}
	at := p.at.args
	if why.word < len(p.user.Command) {
		at = p.at.command
	}
	return []string{fmt.Sprintf("%s: %s", at, why.text)}
}

// explainProgram says what of a command's first word is no program. Names of
// programs may have blanks, but none has flags in it.
func explainProgram(words []string) complaint {
	const remedy = "write command [/bin/sh, -c], and the whole line as one entry of args"
	first := words[0]
	switch {
	case first == "", strings.HasPrefix(first, "-"):
		return complain(0, "%q is taken for the name of a program: write the program in front of its flags", first)
	case isLine(first):
		return complain(0, "%q is taken for the name of one program: write each word as an entry of its own, or %s", shorten(first), remedy)
	case commandline.IsForShells(first), commandline.IsAssignment(first):
		return complain(0, "there is no program called %q, which only shells know: %s", first, remedy)
	}
	return complaint{}
}

// isLine says whether a word is several: a program with its arguments.
func isLine(word string) bool {
	words := strings.Fields(word)
	if len(words) < 2 {
		return false
	}
	return commandline.IsPython(words[0]) || commandline.IsShell(words[0]) || commandline.IsForShells(words[0]) ||
		slices.ContainsFunc(words[1:], func(w string) bool { return strings.HasPrefix(w, "-") })
}

var (
	// ownOption is an option of shells that may stand before a script; -m is left
	// out, which is meant for python3 wherever it is seen.
	ownOption = regexp.MustCompile(`^(-[abefhiklnprtuvxBCEHPT]+|\+[a-zA-Z]+|--(login|norc|noprofile|posix|verbose|restricted|debugger))$`)
	// optionWithValue is one that takes the next word, too.
	optionWithValue = regexp.MustCompile(`^([-+][a-zA-Z]*[oO]|--rcfile|--init-file)$`)
	// usesArguments finds what a script reads its arguments with.
	usesArguments = regexp.MustCompile(`\$([@*#0-9]|\{[#!]?[@*#0-9])|\b(shift|getopts|eval)\b|\bfor\s+\w+\s*(;|\n|do\b)`)
)

// shellLine is how the words of a shell are read.
type shellLine struct {
	// next is the index of the first word that is no option.
	next int
	// script says that this is a script, rather than the name of a file.
	script bool
	// unknown says that it is no option that may stand there, and reads that the
	// script comes from standard input.
	unknown, reads bool
}

func readShell(words []string) shellLine {
	out := shellLine{next: 1}
	for ; out.next < len(words); out.next++ {
		switch w := words[out.next]; {
		case w == "--" || w == "-":
			out.next++
			return out
		case commandline.TakesScript(w):
			out.script = true
		case w == "-s":
			out.reads = true
		case optionWithValue.MatchString(w):
			out.next++
		case ownOption.MatchString(w):
		default:
			out.unknown = strings.HasPrefix(w, "-")
			return out
		}
	}
	return out
}

// explainShell says what a shell makes of words that are no script for it.
func explainShell(words []string, example string, waits bool) complaint {
	read := readShell(words)
	at := min(read.next, len(words))
	shell, rest := strings.Join(words[:at], " "), words[at:]
	switch {
	case len(rest) == 0 && !read.script && (waits || read.reads):
		return complaint{}
	case len(rest) == 0 || read.script && strings.TrimSpace(rest[0]) == "":
		return complain(at, "%s has no line to run, so that the container ends at once: write command, such as %s, or a line for the shell into args", shell, example)
	case read.unknown:
		return complain(at, "%s takes %s for an option of its own: write command, such as %s", shell, strings.Fields(rest[0])[0], example)
	case read.script:
		return explainScript(shell, rest, at, waits)
	case isPythonWord(rest[0]), isLine(rest[0]), commandline.IsForShells(rest[0]):
		return complain(at, "%s looks for a script called %q: write -c in front, and the whole line as one entry, or command, such as %s", shell, shorten(rest[0]), example)
	}
	return complaint{}
}

// isPythonWord says whether a word is an interpreter or one of Dynamo's modules,
// neither of which is a script for a shell.
func isPythonWord(word string) bool {
	return commandline.IsPython(word) || strings.HasPrefix(word, "dynamo.")
}

// explainScript says what of the words behind a shell's options is lost. The first
// is the script; it alone says whether the others are used.
func explainScript(shell string, words []string, at int, waits bool) complaint {
	script, rest := words[0], words[1:]
	named := len(rest) == 1 && (commandline.IsShell(rest[0]) || slices.Contains([]string{"--", "-", "_"}, rest[0]))
	trimmed := strings.TrimSpace(script)
	switch {
	case len(rest) > 0 && !named && !strings.HasPrefix(trimmed, "$") && !usesArguments.MatchString(script):
		return complain(at+1, "%s runs %q alone, without what follows: write the whole line as one entry", shell, shorten(script))
	case !waits && (commandline.IsPython(trimmed) || commandline.IsShell(trimmed)):
		return complain(at, "%s starts %s with nothing to run, so that the container ends at once: write the whole line as one entry", shell, trimmed)
	}
	return complaint{}
}

// pythonOption is an option of an interpreter that may stand before its program,
// and pythonValue one that takes the next word, too.
var (
	pythonOption = regexp.MustCompile(`^(-[bBdEhiIOPqRsStuvVx]+|-[WX].+|--(help|version|help-env|help-xoptions|help-all))$`)
	pythonValue  = regexp.MustCompile(`^(-[bBdEiIOPqRsStuvx]*[WX]|--check-hash-based-pycs)$`)
)

// explainPython says what an interpreter makes of words that are no program for
// it: the name of another, a whole line, or flags of a program that is not there.
func explainPython(words []string, example string, waits bool) complaint {
	at := behindOptions(words)
	python, rest := strings.Join(words[:at], " "), words[at:]
	if len(rest) == 0 {
		if waits || at > 1 { // Such as --version.
			return complaint{}
		}
		return complain(at, "%s has nothing to run, so that the container ends at once: write command, such as %s", python, example)
	}
	first := rest[0]
	switch {
	case strings.TrimSpace(first) == "":
		return complain(at, "%s looks for a file called %q: leave this word out", python, first)
	case commandline.IsPython(first), commandline.IsForShells(first):
		return complain(at, "%s looks for a file called %q: leave this word out", python, first)
	case strings.HasPrefix(first, "--"):
		return complain(at, "%s takes %s for an option of its own: write command, such as %s", python, strings.Fields(first)[0], example)
	case strings.HasPrefix(first, "-m") && strings.ContainsAny(first, blanks), !strings.HasPrefix(first, "-") && isLine(first):
		return complain(at, "%s takes this line for one word: write each word, from %q on, as an entry of its own", python, strings.Fields(first)[0])
	case first == "-m":
		return explainModule(python, rest, at, example)
	}
	return complaint{}
}

// explainModule says what is wrong with the word behind -m.
func explainModule(python string, rest []string, at int, example string) complaint {
	if len(rest) == 1 {
		return complain(at, "%s has no module behind -m: write command, such as %s", python, example)
	}
	if strings.ContainsAny(rest[1], blanks) {
		module, _, _ := strings.Cut(strings.TrimSpace(rest[1]), " ")
		return complain(at+1, "%s -m takes this line for the name of a module: write each word, from %q on, as an entry of its own", python, module)
	}
	return complaint{}
}

// behindOptions is the index of the first word that is no option of an
// interpreter without a program.
func behindOptions(words []string) int {
	for i := 1; i < len(words); i++ {
		switch {
		case pythonValue.MatchString(words[i]):
			i++
		case !pythonOption.MatchString(words[i]) || strings.ContainsAny(words[i], blanks):
			return i
		}
	}
	return len(words)
}

// shorten is a line as messages show it: its beginning, where it is long.
func shorten(line string) string {
	const most = 60
	words := strings.Join(strings.Fields(line), " ")
	if len(words) <= most {
		return words
	}
	cut := strings.LastIndexByte(words[:most], ' ')
	if cut < 0 {
		cut = most
	}
	return words[:cut] + " …"
}
