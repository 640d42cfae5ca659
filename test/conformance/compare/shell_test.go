package compare

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestSplit(t *testing.T) {
	type want struct {
		words []string
		err   error
	}
	cases := map[string]struct {
		reason string
		line   string
		want   want
	}{
		"Blanks":             {reason: "Any run of blanks separates words.", line: " a \t b\r\nc ", want: want{words: []string{"a", "b", "c"}}},
		"Nothing":            {reason: "A blank line has no words.", line: " \n"},
		"Single":             {reason: "Single quotes keep everything.", line: `a 'b $c \d "e"'`, want: want{words: []string{"a", `b $c \d "e"`}}},
		"Double":             {reason: "Double quotes keep single ones and blanks.", line: `a "b 'c'"`, want: want{words: []string{"a", "b 'c'"}}},
		"Joined":             {reason: "Parts without a blank between them are one word.", line: `a'b c'"d e"f`, want: want{words: []string{"ab cd ef"}}},
		"Empty":              {reason: "Empty quotes are a word.", line: `a '' "" b`, want: want{words: []string{"a", "", "", "b"}}},
		"Escape":             {reason: "A backslash keeps the next character.", line: `a\ b \'c \\`, want: want{words: []string{"a b", "'c", `\`}}},
		"EscapeInDouble":     {reason: "Within double quotes it keeps a quote and a backslash.", line: `"a\"b\\c"`, want: want{words: []string{`a"b\c`}}},
		"BackslashInDouble":  {reason: "Before other characters it stays.", line: `"a\nb\$c\'"`, want: want{words: []string{`a\nb\$c\'`}}},
		"NewlineEscaped":     {reason: "An escaped newline is a character, as in the rules' own words.", line: "a\\\nb", want: want{words: []string{"a\nb"}}},
		"NewlineInQuotes":    {reason: "So is one in quotes.", line: "'a\nb'", want: want{words: []string{"a\nb"}}},
		"Operators":          {reason: "Operators are no words of their own.", line: "a&&b; c|d", want: want{words: []string{"a&&b;", "c|d"}}},
		"Comment":            {reason: "There are no comments.", line: "a #b c", want: want{words: []string{"a", "#b", "c"}}},
		"Expansion":          {reason: "Nothing is expanded.", line: `$(( 2 * $(X) ))`, want: want{words: []string{"$((", "2", "*", "$(X)", "))"}}},
		"Unicode":            {reason: "Characters are not bytes.", line: "ä 'ö ü'", want: want{words: []string{"ä", "ö ü"}}},
		"OpenSingle":         {reason: "A quote must end.", line: "a 'b", want: want{err: errOpenQuote}},
		"OpenDouble":         {reason: "So must a double one.", line: `a "b`, want: want{err: errOpenQuote}},
		"OpenEscape":         {reason: "A backslash needs something to keep.", line: `a \`, want: want{err: errOpenEscape}},
		"OpenEscapeInDouble": {reason: "In double quotes, too.", line: `a "b\`, want: want{err: errOpenEscape}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			words, err := split(tc.line)
			if diff := cmp.Diff(tc.want.err, err, cmpopts.EquateErrors()); diff != "" {
				t.Errorf("%s\nsplit(%q): -want error, +got error:\n%s", tc.reason, tc.line, diff)
			}
			if diff := cmp.Diff(tc.want.words, words); diff != "" {
				t.Errorf("%s\nsplit(%q): -want, +got:\n%s", tc.reason, tc.line, diff)
			}
		})
	}
}

func TestSameWords(t *testing.T) {
	cases := map[string]struct {
		reason    string
		want, got any
		same      bool
	}{
		"Quoting":     {reason: "Quoting is ours to choose.", want: `exec python3 "a b"`, got: `exec python3 'a b'`, same: true},
		"Blanks":      {reason: "So are blanks.", want: "a  b", got: "a b", same: true},
		"NeedlessOne": {reason: "So are quotes where none are needed.", want: "a b", got: "'a' b", same: true},
		"OtherWord":   {reason: "Words are not.", want: "a 'b c'", got: "a 'b d'"},
		"OtherSplit":  {reason: "Nor is what a word is.", want: "a 'b c'", got: "a b c"},
		"Expansion":   {reason: "Which quotes let $ expand is not seen: the words are the same text.", want: `a "$b"`, got: `a '$b'`, same: true},
		"SingleWord":  {reason: "A single word is no line.", want: "'a'", got: "a"},
		"OpenWant":    {reason: "What cannot be split equals nothing else.", want: "a 'b", got: "a b"},
		"OpenGot":     {reason: "On either side.", want: "a b", got: "a 'b"},
		"Number":      {reason: "A number is no line.", want: "a b", got: int64(1)},
		"NotText":     {reason: "On either side.", want: int64(1), got: "a b"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := sameWords(tc.want, tc.got); got != tc.same {
				t.Errorf("%s\nsameWords(%v, %v): want %t, got %t", tc.reason, tc.want, tc.got, tc.same, got)
			}
		})
	}
}

func TestShellLines(t *testing.T) {
	checkRules(t, map[string]ruleCase{
		"InArgs":    {reason: "A line in args may be quoted otherwise.", want: `spec: {args: ["exec a \"b c\""]}`, got: `spec: {args: ["exec a 'b c'"]}`, equal: true},
		"Changed":   {reason: "It may not say anything else.", want: `spec: {args: ["exec a \"b c\""]}`, got: `spec: {args: ["exec a 'b  c'"]}`},
		"Reordered": {reason: "Nor in another order.", want: `spec: {args: ["exec a --b --c"]}`, got: `spec: {args: ["exec a --c --b"]}`},
	})
}
