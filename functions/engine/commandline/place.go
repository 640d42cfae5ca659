package commandline

import (
	"regexp"
	"slices"
	"strings"
)

// place is where a command line takes flags for its engine.
type place struct {
	kind placeKind
	// arg and at are where a script takes them: an entry of the arguments, and
	// an offset in it.
	arg, at int
}

// placeKind says what takes the flags.
type placeKind int

const (
	// nowhere is a command line that shows no place for flags.
	nowhere placeKind = iota
	// atEnd is a program without a shell: flags go behind its arguments.
	atEnd
	// inScript is a shell's script that starts the engine.
	inScript
)

// behindModule returns the index of the word behind python -m and the engine's module,
// where the flags of the engine begin; -1 where the words do not start the engine.
func behindModule(words []string, name string) int {
	starts := slices.IndexFunc(words, IsPython)
	if starts < 0 {
		return -1
	}
	runs := slices.Index(words[starts:], "-m")
	if runs < 0 {
		return -1
	}
	for i := starts + runs + 1; i < len(words); i++ {
		if isModule(words[i], "dynamo."+name) {
			return i + 1
		}
	}
	return -1
}

// isModule says whether a word is a module or one below it.
func isModule(word, module string) bool {
	return word == module || strings.HasPrefix(word, module+".")
}

// flagsAt returns the offset in a script at which flags go in: behind the last word
// that contains the engine's name, in the command that starts the engine; -1 where
// there is no such word. One in quotes does not count, since a word in quotes may have
// blanks and go on behind them.
func flagsAt(name, script string) int {
	start := 0
	for _, part := range separators.Split(script, -1) {
		if at := interpreter.FindStringIndex(part); at != nil && strings.Contains(part[at[1]:], "dynamo."+name) {
			if end := lastName(name, part, at[1]); end >= 0 {
				return start + end
			}
		}
		start += len(part) + 1 // A separator is one byte.
	}
	return -1
}

// lastName returns the end of the last word that contains the engine's name and begins
// at an offset or later.
func lastName(name, command string, from int) int {
	bare := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b\S*`)
	quoted := quotedAt(command)
	end := -1
	for _, m := range bare.FindAllStringIndex(command[from:], -1) {
		if !quoted[from+m[0]] {
			end = from + m[1]
		}
	}
	return end
}

// quotedAt says of each offset of a text whether it is inside of quotes. Text in
// quotes that looks like the beginning of a comment is taken for a comment; it is
// rare.
func quotedAt(text string) []bool {
	out := make([]bool, len(text))
	var open byte
	escaped, comment := false, false
	for i := range len(text) {
		c := text[i]
		out[i] = open != 0
		switch {
		case comment:
			comment = c != '\n'
		case c == '#' && (i == 0 || strings.IndexByte(" \t\n\f\r", text[i-1]) >= 0):
			comment, escaped = true, false
		case escaped:
			escaped = false
		case c == '\\' && open != '\'':
			escaped = true
		case open == 0 && (c == '\'' || c == '"'):
			open = c
		case c == open:
			open = 0
		}
	}
	return out
}
