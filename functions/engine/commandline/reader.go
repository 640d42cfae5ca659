package commandline

import (
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// reader evaluates the words of a script as a shell does, as far as that is possible
// without running anything. What only a running shell knows stays as it is written.
type reader struct {
	*environment

	source string
}

// fields returns the words that a program gets for one word of a script: mostly one,
// none for an empty expansion, several for one that is split at its blanks.
func (r reader) fields(w *syntax.Word) []word {
	if all, ok := r.list(w); ok {
		return known(all)
	}
	out := fieldsOf{}
	for _, p := range w.Parts {
		got := r.part(p)
		if got.known && splits(p) {
			out.split(got.text)
			continue
		}
		out.add(got)
	}
	return out.end()
}

// splits says whether the value of a part is split at its blanks. It is for an
// expansion without quotes, unless its default has some.
func splits(p syntax.WordPart) bool {
	e, ok := p.(*syntax.ParamExp)
	if !ok || e.Exp == nil || e.Exp.Word == nil {
		return ok
	}
	return !slices.ContainsFunc(e.Exp.Word.Parts, func(p syntax.WordPart) bool {
		_, double := p.(*syntax.DblQuoted)
		_, single := p.(*syntax.SglQuoted)
		return double || single
	})
}

// list returns the script's arguments for the word "$@". It is not ok for other words,
// and where the arguments are not known.
func (r reader) list(w *syntax.Word) ([]string, bool) {
	p := sole(w)
	if p == nil || !isPlain(p) || (p.Param.Value != "@" && p.Param.Value != "*") || r.unknown["@"] {
		return nil, false
	}
	return r.arguments, true
}

// sole returns the expansion of a word that has nothing else, in quotes or not; nil for
// other words.
func sole(w *syntax.Word) *syntax.ParamExp {
	parts := w.Parts
	if len(parts) == 1 {
		if q, ok := parts[0].(*syntax.DblQuoted); ok {
			parts = q.Parts
		}
	}
	if len(parts) != 1 {
		return nil
	}
	p, _ := parts[0].(*syntax.ParamExp)
	return p
}

// text returns the value of a word that is not split, such as the value of an
// assignment.
func (r reader) text(w *syntax.Word) word {
	out := word{known: true}
	if w == nil {
		return out
	}
	for _, p := range w.Parts {
		got := r.part(p)
		out.text += got.text
		out.known = out.known && got.known
	}
	return out
}

// part returns the value of a part of a word.
func (r reader) part(p syntax.WordPart) word {
	switch p := p.(type) {
	case *syntax.Lit:
		return word{text: unescape(p.Value, ""), known: true}
	case *syntax.SglQuoted:
		return word{text: p.Value, known: !p.Dollar || !strings.Contains(p.Value, `\`)}
	case *syntax.DblQuoted:
		return r.quoted(p)
	case *syntax.ParamExp:
		if text, ok := r.expand(p); ok {
			return word{text: text, known: true}
		}
	}
	return word{text: r.raw(p)}
}

// quoted returns the value of a part in double quotes.
func (r reader) quoted(q *syntax.DblQuoted) word {
	out := word{known: !q.Dollar}
	for _, p := range q.Parts {
		got := word{}
		if lit, ok := p.(*syntax.Lit); ok {
			got = word{text: unescape(lit.Value, "$`\"\\"), known: true}
		} else {
			got = r.part(p)
		}
		out.text += got.text
		out.known = out.known && got.known
	}
	return out
}

// unescape removes the backslashes from a literal: those before the characters of a
// set, or all of them where the set is empty.
func unescape(text, set string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	out := strings.Builder{}
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (set == "" || strings.IndexByte(set, text[i+1]) >= 0) {
			i++
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

// expand returns the value of $NAME, ${NAME} or, with a default, ${NAME:-text}. It is
// not ok for other expansions, and where the value is not known.
func (r reader) expand(p *syntax.ParamExp) (string, bool) {
	if p.Param == nil {
		return "", false
	}
	value, set := r.variable(p.Param.Value)
	switch {
	case r.unknown[p.Param.Value]:
		return "", false
	case isPlain(p):
		return value, set
	case !hasDefault(p):
		return "", false
	case set && (value != "" || !orEmpty(p.Exp.Op)):
		return value, true
	}
	out := r.text(p.Exp.Word)
	return out.text, out.known
}

// variable returns the value of a variable or of an argument of the script.
func (r reader) variable(name string) (string, bool) {
	n, err := strconv.Atoi(name)
	if err != nil {
		value, ok := r.values[name]
		return value, ok
	}
	if n < 1 || n > len(r.arguments) || r.unknown["@"] {
		return "", false
	}
	return r.arguments[n-1], true
}

// isPlain says whether an expansion is that of a name alone.
func isPlain(p *syntax.ParamExp) bool { return isSimple(p) && p.Exp == nil }

func isSimple(p *syntax.ParamExp) bool {
	return p.Param != nil && p.Flags == nil && !p.Excl && !p.Length && !p.Width && !p.IsSet &&
		p.NestedParam == nil && p.Index == nil && len(p.Modifiers) == 0 && p.Slice == nil && p.Repl == nil && p.Names == 0
}

// hasDefault says whether an expansion says what stands for a name without a
// value.
func hasDefault(p *syntax.ParamExp) bool {
	ops := []syntax.ParExpOperator{syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull}
	return isSimple(p) && slices.Contains(ops, p.Exp.Op)
}

// orEmpty says whether the default also stands for an empty value.
func orEmpty(op syntax.ParExpOperator) bool {
	return op == syntax.DefaultUnsetOrNull || op == syntax.AssignUnsetOrNull
}

// raw returns the text of a node as it is written.
func (r reader) raw(n syntax.Node) string {
	from, to := offset(n.Pos()), offset(n.End())
	if from > to || to > len(r.source) {
		return ""
	}
	return r.source[from:to]
}

// fieldsOf collects the fields of one word.
type fieldsOf struct {
	done []word
	open *word
}

// add adds a text to the last field.
func (f *fieldsOf) add(w word) {
	if f.open == nil {
		f.open = &word{known: true}
	}
	f.open.text += w.text
	f.open.known = f.open.known && w.known
}

// split adds a text in which each blank ends a field.
func (f *fieldsOf) split(text string) {
	for i, r := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }) {
		if i > 0 || strings.IndexAny(text, " \t\n") == 0 {
			f.close()
		}
		f.add(word{text: r, known: true})
	}
	if text != "" && strings.ContainsAny(text[len(text)-1:], " \t\n") {
		f.close()
	}
}

func (f *fieldsOf) close() {
	if f.open != nil {
		f.done = append(f.done, *f.open)
	}
	f.open = nil
}

func (f *fieldsOf) end() []word {
	f.close()
	return f.done
}
