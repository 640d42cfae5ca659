// Package shell writes shell scripts into arguments of containers. Two readers
// change such a text before a program sees it: Kubernetes, which expands
// $(NAME), and the shell.
package shell

import (
	"regexp"
	"strings"
)

var (
	// plain words need no quotes. With = a word could be an assignment, unless
	// it is a flag.
	plain = regexp.MustCompile(`^([A-Za-z0-9_@%+:,./-]+|-[A-Za-z0-9_@%+=:,./-]+)$`)
	// identifier is a variable that a shell can name.
	identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// Quote writes words, which are those of a container's command or args, so that
// a shell passes each on as Kubernetes would have. A reference $(NAME) becomes
// one of the shell's own: were Kubernetes to expand it, a quote in the value
// would end ours, and the rest of the value would be run. A name that no shell
// variable can have stays as text.
//
// The result is for a script that Arg keeps from being expanded once more.
func Quote(words ...string) string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		out = append(out, quote(w))
	}
	return strings.Join(out, " ")
}

func quote(word string) string {
	if plain.MatchString(word) {
		return word
	}
	out, text := &strings.Builder{}, &strings.Builder{}
	for word != "" {
		literal, name, rest := next(word)
		if identifier.MatchString(name) {
			flush(out, text)
			// Kubernetes leaves a reference to what is not set as it is.
			out.WriteString(`"${` + name + `-\$(` + name + `)}"`)
		} else {
			text.WriteString(literal)
		}
		word = rest
	}
	flush(out, text)
	if out.Len() == 0 {
		return "''"
	}
	return out.String()
}

// flush moves text into out, in single quotes, in which only a single quote
// means something.
func flush(out, text *strings.Builder) {
	if text.Len() > 0 {
		out.WriteString("'" + strings.ReplaceAll(text.String(), "'", `'\''`) + "'")
	}
	text.Reset()
}

// next cuts off the beginning of a word as Kubernetes reads it: text up to the
// first $, or what that dollar begins: $$ for one, $(NAME) for a variable, and
// in all other cases itself. The literal is what stays where the name, if there
// is one, has no value.
func next(word string) (literal, name, rest string) { //nolint:nonamedreturns // Which is which would not show.
	at := strings.IndexByte(word, '$')
	switch {
	case at < 0:
		return word, "", ""
	case at > 0:
		return word[:at], "", word[at:]
	case strings.HasPrefix(word, "$$"):
		return "$", "", word[2:]
	case !strings.HasPrefix(word, "$("):
		return "$", "", word[1:]
	}
	end := strings.IndexByte(word, ')')
	if end < 0 { // Nor is what follows closed.
		return strings.ReplaceAll(word, "$$", "$"), "", ""
	}
	return word[:end+1], word[2:end], word[end+1:]
}

// Expand is a word of a container's command or args as Kubernetes hands it to
// the program: a reference $(NAME) becomes the value of that name, and $$ one
// dollar. A reference to a name without a value stays as it is.
func Expand(word string, values map[string]string) string {
	out := &strings.Builder{}
	for word != "" {
		literal, name, rest := next(word)
		if value, known := values[name]; known && name != "" {
			literal = value
		}
		out.WriteString(literal)
		word = rest
	}
	return out.String()
}

// Arg writes a script as a container's argument that Kubernetes hands to the
// program unchanged.
func Arg(script string) string {
	out := &strings.Builder{}
	for i := range len(script) {
		if script[i] == '$' && i+1 < len(script) && (script[i+1] == '$' || script[i+1] == '(') {
			out.WriteByte('$')
		}
		out.WriteByte(script[i])
	}
	return out.String()
}
