package commandline

import (
	"slices"
	"strconv"
	"strings"
)

// Flag is a flag of an engine, by all its spellings. Underscores in a command
// line count as dashes, as vLLM takes them.
type Flag []string

// Value is what a command line gives to a flag.
type Value struct {
	// Text is the value, or the expression that stands for it.
	Text string
	// Given says whether the flag is there at all, and Known whether Text is
	// what the engine gets.
	Given, Known bool
}

// Has says whether the command line has a flag, with or without a value.
func (l Line) Has(f Flag) bool { return l.Value(f).Given }

// Value is what the command line gives to a flag; of several the last, as for
// the engines.
func (l Line) Value(f Flag) Value {
	all := l.values(f)
	if len(all) == 0 {
		return Value{}
	}
	return all[len(all)-1]
}

// Size is a number of a command line that counts something.
type Size struct {
	// Count is 1 where the flag is absent or cannot be read.
	Count int64
	// Unread is the expression that cannot be read; empty for a number.
	Unread string
}

// maxSize keeps the product of four sizes from an overflow; no model is spread
// over as many GPUs.
const maxSize = 1 << 15

// Size is the number that the command line gives to a flag.
func (l Line) Size(f Flag) Size {
	out := Size{Count: 1}
	for _, v := range l.values(f) {
		n, err := strconv.ParseInt(v.Text, 10, 64)
		if !v.Known || err != nil || n <= 0 || n > maxSize {
			out.Unread = strconv.Quote(v.Text)
			continue
		}
		out = Size{Count: n}
	}
	return out
}

// values are all that the command line gives to a flag, in order.
func (l Line) values(f Flag) []Value {
	if out := f.in(l.words); len(out) > 0 {
		return out
	}
	return f.in(l.rest)
}

func (f Flag) in(words []word) []Value {
	var out []Value
	for i, w := range words {
		name, value, inline := strings.Cut(w.text, "=")
		switch {
		case !slices.Contains(f, dashed(name)):
		case inline:
			out = append(out, word{text: value, known: w.known}.given())
		case i+1 < len(words):
			out = append(out, words[i+1].given())
		default:
			out = append(out, word{known: w.known}.given())
		}
	}
	return out
}

// dashed is a flag's name with dashes for its underscores.
func dashed(name string) string {
	if strings.HasPrefix(name, "--") {
		return strings.ReplaceAll(name, "_", "-")
	}
	return name
}
